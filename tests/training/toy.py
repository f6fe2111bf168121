"""A small cohort with a known signal, for tests."""

from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from features.matrix import FeatureMatrix
from features.spec import FeatureCatalogue, FeatureMeta, Kind
from features.themes import Theme
from training.config.files import parse_config
from training.config.schema import TrainConfig
from training.data.cohort import Cohort

THEMES = (
    Theme("income", "T01", "file", False, "收入", "income"),
    Theme("debt", "T02", "file", True, "负债", "debt"),
    Theme("job", "T03", "file", False, "职业", "job"),
)


def meta(name: str, theme: str, direction: Literal[-1, 0, 1] = 0, kind: Kind = "number") -> FeatureMeta:
    return FeatureMeta(name, kind, theme, "file", direction, False, "", "", name, name)


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
    return Cohort(matrix, bad, groups, {}, "a toy went bad", "f" * 64, {"name": "toy"})


def toy_config(**sections: object) -> TrainConfig:
    """A configuration for the toy cohort; sections override."""
    raw = {
        "name": "toy",
        "data": {"adapter": "flat", "path": "toy.csv", "target": "bad", "bad": 1},
        "split": {"test_share": 0.3},
        "tuning": {"trials": 4, "folds": 3, "max_rounds": 60, "patience": 20},
        "calibration": {"method": "cross_fitted", "folds": 3},
        "reasons": {"cutoff_pd": 0.3, "n_reference": 100},
        "gate": {"min_auc": 0.6, "min_ks": 0.2, "slope": [0.5, 2.0], "max_ece": 0.2, "bootstrap": 100},
    }
    return parse_config({**raw, **sections})


def write_toy(folder: Path, n: int = 900) -> Path:
    """The toy as a user's own file with its configuration; returns the configuration's path."""
    frame, bad = toy_frame(n)
    data = frame.drop("account_id", "as_of").with_columns(bad=pl.Series(bad.astype(int)))
    data.write_csv(folder / "toy.csv")
    path = folder / "toy.toml"
    path.write_text(TOML.format(data=folder / "toy.csv"), encoding="utf-8")
    return path


TOML = """
[data]
adapter = "flat"
path = "{data}"
target = "bad"
bad = 1
[data.columns]
income = {{ direction = -1, theme = "means" }}
savings = {{ direction = -1, theme = "means" }}
debt = {{ direction = 1 }}
[tuning]
trials = 12
folds = 3
max_rounds = 80
patience = 20
[tuning.space]
learning_rate = [0.02, 0.1]
num_leaves = [4, 12]
max_depth = [2, 4]
min_data_in_leaf = [40, 200]
feature_fraction = [0.3, 1.0]
lambda_l2 = [0.001, 100.0]
[model]
seeds = 2
[reasons]
cutoff_pd = 0.3
n_reference = 100
[fidelity]
accounts = 400
declines = 200
seeds = 1
draws = 3
gates.noise_feature_named_share = {{ limit = 0.3, why = "on 900 rows a tree may well split on noise" }}
gates.necessity_order_share = {{ limit = 0.8, why = "a hundred pairs of four themes: a tenth may turn" }}
[gate]
min_auc = 0.6
min_ks = 0.2
slope = [0.5, 2.0]
max_ece = 0.2
bootstrap = 100
"""
