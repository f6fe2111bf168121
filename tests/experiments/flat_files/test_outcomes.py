"""Drawn outcomes have the bad rate and the strength that they were drawn with."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from experiments.flat_files.outcomes import drawn


def frame() -> pl.DataFrame:
    rng = np.random.default_rng(6)
    income = rng.lognormal(size=20_000)
    return pl.DataFrame({"income": income, "debt": rng.integers(0, 5, 20_000)}).with_columns(
        pl.when(pl.Series(rng.random(20_000) > 0.1)).then("income").alias("income")
    )


@pytest.mark.parametrize(("weight", "low", "high"), [(0.0, 0.48, 0.52), (-0.6, 0.6, 0.7), (-4.0, 0.9, 1.0)])
def test_strength_and_bad_rate_are_as_asked(weight: float, low: float, high: float) -> None:
    rows = frame()
    bad = drawn(rows, {"income": weight, "debt": 0.1 if weight else 0.0}, 0.2, np.random.default_rng(7))
    assert abs(bad.mean() - 0.2) < 0.01
    known = rows["income"].is_not_null().to_numpy()
    income = rows["income"].to_numpy()[known]
    assert low < roc_auc_score(bad[known], -income) < high
