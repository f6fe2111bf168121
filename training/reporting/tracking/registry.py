"""The registered model: the bundle with the pyfunc that scores with it."""

import io
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import mlflow
from mlflow.models import ModelSignature
from mlflow.tracking import MlflowClient
from mlflow.types import ColSpec, DataType, Schema

from features.paths import ROOT
from features.spec import FeatureCatalogue
from training.reporting.tracking import names
from training.reporting.tracking.session import Session

PYFUNC = Path(__file__).parents[1] / "pyfunc.py"
ALIAS = "champion"
REQUIREMENTS = ("lightgbm", "numba", "numpy", "pandas", "polars", "pyarrow", "pydantic", "dataframely")


def model_name(config_name: str) -> str:
    """Name of a configuration's model in the registry."""
    return f"headroom-{config_name}"


def register(config_name: str, bundle: Path, catalogue: FeatureCatalogue) -> int:
    """Logs the bundle as a model of the active run and registers it; returns the version."""
    with redirect_stderr(io.StringIO()):
        info = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(PYFUNC),
            artifacts={"bundle": str(bundle)},
            code_paths=[str(ROOT / "features"), str(ROOT / "serving")],
            pip_requirements=list(REQUIREMENTS),
            signature=signature(catalogue),
            registered_model_name=model_name(config_name),
        )
    return int(info.registered_model_version or 0)


def make_champion(client: MlflowClient, session: Session, config_name: str, version: int) -> None:
    """Moves the alias `champion` to this version, and the tag that runs are filtered by to this run."""
    client.set_registered_model_alias(model_name(config_name), ALIAS, str(version))
    for run in client.search_runs([session.experiment_id], f"tags.`{names.CHAMPION}` = 'true'"):
        client.set_tag(run.info.run_id, names.CHAMPION, "former")
    client.set_tag(session.run_id, names.CHAMPION, "true")


def signature(catalogue: FeatureCatalogue) -> ModelSignature:
    """Doubles and strings, all optional: a missing value is a null, never a refused integer."""
    inputs: list[Any] = [
        ColSpec(DataType.double if meta.kind == "number" else DataType.string, meta.name, required=False)
        for meta in catalogue.features
    ]
    points: list[Any] = [ColSpec(DataType.long, theme.key) for theme in catalogue.themes]
    outputs: list[Any] = [
        ColSpec(DataType.double, "pd"),
        ColSpec(DataType.long, "score"),
        ColSpec(DataType.long, "base_points"),
        *points,
    ]
    return ModelSignature(Schema(inputs), Schema(outputs))
