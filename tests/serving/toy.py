"""A small real model: LightGBM trees on synthetic rows, compiled into a bundle the way training does it."""

from datetime import UTC, datetime
from functools import cache
from typing import Literal

import lightgbm as lgb
import numpy as np
import polars as pl

from features.arrays import Bools, Floats
from features.spec import FeatureCatalogue, FeatureMeta
from features.themes import THEMES, Theme
from serving.model.bundle import ModelBundle
from serving.model.encoder import encode
from serving.model.reasons.compile import compile_tables
from serving.model.reasons.trees import parse
from serving.model.types import BundleInfo, Calibration, CategoryEncoder, ModelSpec, Scaling

AS_OF = datetime(2025, 1, 1)
SEGMENT = Theme("segment", "R90", "platform", False, "客群", "customer segment")


def meta(
    name: str,
    theme: str,
    direction: Literal[-1, 0, 1],
    unit: str,
    zh: str,
    en: str,
    high: float | None = None,
) -> FeatureMeta:
    source = THEMES[theme].source
    return FeatureMeta(name, "number", theme, source, direction, True, unit, "6m", zh, en, 0.0, high)


FEATURES = (
    meta("util_avg_6m", "utilisation", 1, "ratio", "近6个月平均额度使用率", "average use of the limit", 10.0),
    meta("util_max_6m", "utilisation", 1, "ratio", "近6个月最高额度使用率", "highest use of the limit", 10.0),
    meta("late_12m", "delinquency", 1, "count", "近12个月逾期次数", "late months in 12 months", 12.0),
    meta("tenure_months", "tenure", -1, "months", "账户使用月数", "months since the account was opened"),
    meta("inquiries_3m", "inquiries", 1, "count", "近3个月信贷申请次数", "credit applications in 3 months"),
    meta("other_balance_cny", "other_debt", 1, "cny", "其他机构负债余额", "balance with other lenders"),
    meta(
        "fund_monthly_cny", "housing_fund", -1, "cny", "公积金月缴存额", "monthly housing-fund contribution"
    ),
    FeatureMeta("segment", "category", "segment", "platform", 0, False, "", "", "客群", "customer segment"),
)
OWN_BOOKS = {
    "current_limit": 8000.0,
    "opted_out": 0.0,
    "overdue_now_cny": 0.0,
    "status_age_days": 20.0,
    "opened_at": datetime(2020, 1, 1).replace(tzinfo=UTC).timestamp() * 1e6,
}
"""Facts of the lender's own books of an account that no rule holds."""
THEME_KEYS = tuple(dict.fromkeys(m.theme for m in FEATURES))
CATALOGUE = FeatureCatalogue(FEATURES, tuple(THEMES.get(key, SEGMENT) for key in THEME_KEYS))
INFO = BundleInfo(
    "toy", "2025-01-01T00:00:00+00:00", "abc", "def", "60 days past due", {"auc": 0.75, "bad_rate": 0.1}
)
CALIBRATION = Calibration(1.05, -0.1)
ENCODER = CategoryEncoder({"segment": ("salaried", "self_employed", "student")})


def frame(n: int, seed: int = 7) -> pl.DataFrame:
    """Feature values with absent bureau and housing-fund rows."""
    r = np.random.default_rng(seed)
    util = r.beta(2, 3, n)
    fund = np.where(r.random(n) < 0.4, np.nan, r.gamma(4, 400, n))
    bureau = r.random(n) < 0.3
    return pl.DataFrame(
        {
            "util_avg_6m": util,
            "util_max_6m": np.minimum(1.5, util * r.uniform(1, 1.6, n)),
            "late_12m": r.poisson(0.6, n).astype(float),
            "tenure_months": r.integers(1, 120, n).astype(float),
            "inquiries_3m": np.where(bureau, np.nan, r.poisson(1.5, n)),
            "other_balance_cny": np.where(bureau, np.nan, r.gamma(2, 20_000, n)),
            "fund_monthly_cny": fund,
            "segment": r.choice(["salaried", "self_employed", "student"], n),
        }
    ).with_columns(pl.col(pl.Float64).fill_nan(None))


def bad(rows: pl.DataFrame, seed: int = 8) -> Bools:
    """Outcomes drawn from a plausible log-odds."""
    number = rows.with_columns(pl.col(pl.Float64).fill_null(strategy="mean"))
    z: Floats = (
        -4.2
        + 2.5 * number["util_avg_6m"]
        + 0.8 * number["late_12m"]
        - 0.012 * number["tenure_months"]
        + 0.25 * number["inquiries_3m"]
        - 0.0003 * number["fund_monthly_cny"]
    ).to_numpy()
    return np.random.default_rng(seed).random(len(z)) < 1 / (1 + np.exp(-z))


def codes(rows: pl.DataFrame) -> Floats:
    return encode(rows, CATALOGUE, ENCODER)


@cache
def booster() -> lgb.Booster:
    rows = frame(3000)
    params = {
        "objective": "binary", "num_leaves": 12, "max_depth": 4, "verbosity": -1, "num_threads": 1, "seed": 1,
        "monotone_constraints": list(CATALOGUE.directions), "min_data_in_leaf": 30, "deterministic": True,
    }  # fmt: skip
    data = lgb.Dataset(codes(rows), bad(rows).astype(float), feature_name=list(CATALOGUE.names))
    return lgb.train(params, data, num_boost_round=40)


@cache
def bundle() -> ModelBundle:
    """The toy model as training would hand it over."""
    text = booster().model_to_string()
    rows = frame(1500, seed=9)
    margin = np.asarray(booster().predict(codes(rows), raw_score=True))
    chosen = np.sort(np.argsort(margin, kind="stable")[300:500])
    reference = codes(rows)[chosen]
    spec = ModelSpec(
        CATALOGUE,
        ENCODER,
        CALIBRATION,
        Scaling(),
        INFO,
    )
    keys = pl.DataFrame(
        {"account_id": chosen.astype(np.int64), "as_of": [AS_OF] * len(chosen)},
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
    )
    players = len(CATALOGUE.themes)
    tables = compile_tables(parse(text), CATALOGUE.theme_index, reference, players)
    return ModelBundle(spec, text, reference, keys, tables, {"gate": {"passed": True}})


def rows(n: int, seed: int = 3) -> list[dict[str, float | str | None]]:
    """Feature values as a client sends them."""
    return frame(n, seed).to_dicts()
