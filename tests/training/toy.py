"""A small cohort with a known signal, for tests."""

from datetime import datetime

import numpy as np
import polars as pl

from features.matrix import FeatureMatrix
from features.spec import FeatureCatalogue, FeatureMeta
from features.themes import Theme
from training.cohort import Cohort

THEMES = (
    Theme("income", "T01", "file", False, "收入", "income"),
    Theme("debt", "T02", "file", True, "负债", "debt"),
    Theme("job", "T03", "file", False, "职业", "job"),
)


def meta(name: str, theme: str, direction: int = 0, kind: str = "number") -> FeatureMeta:
    return FeatureMeta(name, kind, theme, "file", direction, False, "", "", name, name)  # type: ignore[arg-type]


CATALOGUE = FeatureCatalogue(
    (
        meta("income", "income", -1),
        meta("savings", "income", -1),
        meta("debt", "debt", 1),
        meta("noise", "debt"),
        meta("job", "job", 0, "category"),
    ),
    THEMES,
)
JOBS = ("clerk", "miner", "pilot")


def toy_frame(n: int, seed: int = 0, months: int = 1) -> tuple[pl.DataFrame, np.ndarray]:
    """Rows of n accounts at each of so many months, and their outcomes."""
    rng = np.random.default_rng(seed)
    rows = n * months
    income, savings, debt = rng.normal(size=(3, rows))
    job = rng.integers(0, 3, rows)
    odds = -1.2 - 1.1 * income + 0.9 * debt + 0.6 * (job == 1) - 0.4 * (job == 2)
    bad = rng.random(rows) < 1 / (1 + np.exp(-odds))
    absent = rng.random(rows) < 0.1
    frame = pl.DataFrame(
        {
            "account_id": np.tile(np.arange(n), months),
            "as_of": [datetime(2024, 1 + i, 1) for i in range(months) for _ in range(n)],
            "income": income,
            "savings": pl.Series(np.where(absent, np.nan, savings)).fill_nan(None),
            "debt": debt,
            "noise": rng.normal(size=rows),
            "job": [None if a else JOBS[j] for j, a in zip(job, rng.random(rows) < 0.05, strict=True)],
        },
        schema_overrides={"as_of": pl.Datetime("us"), "account_id": pl.Int64},
    )
    return frame, bad


def toy_cohort(n: int = 800, seed: int = 0, months: int = 1) -> Cohort:
    frame, bad = toy_frame(n, seed, months)
    matrix = FeatureMatrix(frame, CATALOGUE)
    groups = frame["account_id"].to_numpy()
    return Cohort(matrix, bad, groups, {}, None, "a toy went bad", "f" * 64, {"name": "toy"})
