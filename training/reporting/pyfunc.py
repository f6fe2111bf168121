"""The registered model, logged as code (no pickle): it loads the bundle and scores with serving's own scorer.

MLflow runs this file when it loads the model; the last line is how it finds it.
"""

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from features.spec import FeatureCatalogue
from serving.model.bundle import load
from serving.model.scorer import Scorer


class HeadroomModel(PythonModel):
    """Scores rows of features: `pd`, `score`, `base_points`, and points by theme."""

    def load_context(self, context: PythonModelContext) -> None:
        """Loads and verifies the bundle; a tampered one is refused."""
        self._bundle = load(Path(context.artifacts["bundle"]))
        self._scorer = Scorer(self._bundle)

    def predict(
        self,
        context: PythonModelContext,  # noqa: ARG002
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> pd.DataFrame:
        """One row of answers for each row of features; absent values are null or NaN."""
        catalogue = self._bundle.spec.catalogue
        scored = self._scorer.score(typed(model_input, catalogue))
        keys = [theme.key for theme in catalogue.themes]
        points = {key: scored.theme_points[:, i] for i, key in enumerate(keys)}
        return pd.DataFrame(
            {"pd": scored.pd, "score": scored.score, "base_points": scored.base_points, **points}
        )


def typed(rows: pd.DataFrame, catalogue: FeatureCatalogue) -> pl.DataFrame:
    """Pandas rows as the catalogue types them; a column that is not there is absent for all."""
    columns = []
    for meta in catalogue.features:
        values = rows[meta.name].tolist() if meta.name in rows else [None] * len(rows)
        if meta.kind == "number":
            columns.append(pl.Series(meta.name, values, dtype=pl.Float64, strict=False).fill_nan(None))
        else:
            known = [None if not isinstance(value, str) else value for value in values]
            columns.append(pl.Series(meta.name, known, dtype=pl.String))
    return pl.DataFrame(columns)


mlflow.models.set_model(HeadroomModel())
