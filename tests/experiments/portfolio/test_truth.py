"""The truth: calibrated on what happened, causal where income is thin, silent where it is not."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from experiments.portfolio.config import WorldConfig
from experiments.portfolio.simulation import Lived
from experiments.portfolio.truth import drivers, true_options, true_risk
from features.errors import DataError
from features.matrix import Observations
from features.themes import THEMES

MONTH = 44


def observed(config: WorldConfig, accounts: np.ndarray, month: int = MONTH) -> Observations:  # type: ignore[type-arg]
    as_of = datetime.combine(config.month_start(month), datetime.min.time())
    schema = {"account_id": pl.Int64, "as_of": pl.Datetime("us")}
    return Observations(
        pl.DataFrame({"account_id": accounts, "as_of": [as_of] * len(accounts)}, schema=schema)
    )


def open_rows(lived: Lived, month: int = MONTH, missed: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    ready = (lived.people["opened"] < month - 3) & (lived.months["missed"][:, month - 1] == missed)
    return np.nonzero(ready)[0]


def test_true_risk_agrees_with_what_then_happened(lived: Lived, config: WorldConfig) -> None:
    expected, happened = [], []
    for month in (30, 44, 58):
        rows = open_rows(lived, month)
        expected.append(true_risk(config, observed(config, lived.accounts[rows], month), paths=8)["true_pd"])
        happened.append((lived.months["missed"][rows, month : month + 12] >= 3).any(axis=1))
    p, y = pl.concat(expected).to_numpy(), np.concatenate(happened)
    spread = np.sqrt((p * (1 - p)).sum())
    assert abs(y.sum() - p.sum()) < 3.5 * spread
    top = p > np.quantile(p, 0.9)
    assert y[top].mean() > 5 * max(y[~top].mean(), 0.002)


def test_more_futures_shrink_the_stated_error_and_stay_within_it(lived: Lived, config: WorldConfig) -> None:
    asked = observed(config, lived.accounts[open_rows(lived)[:150]])
    few, many = true_risk(config, asked, paths=16), true_risk(config, asked, paths=128)
    assert many["true_pd_se"].mean() < 0.6 * few["true_pd_se"].mean()  # type: ignore[operator]
    gap = (few["true_pd"] - many["true_pd"]).to_numpy()
    assert (np.abs(gap) > 4 * few["true_pd_se"].to_numpy() + 1e-4).mean() < 0.03


def test_the_limit_moves_risk_and_balance_only_where_income_is_thin(
    lived: Lived, config: WorldConfig
) -> None:
    rows = open_rows(lived)[:500]
    options = true_options(config, observed(config, lived.accounts[rows]), multipliers=(1.0, 2.0), paths=16)
    one, two = (options.filter(pl.col("multiplier") == m) for m in (1.0, 2.0))
    thin = lived.people["thin"][rows]
    risk = (two["true_pd"] - one["true_pd"]).to_numpy()
    balance = (two["balance_cny"] / one["balance_cny"].clip(1.0) - 1.0).to_numpy()
    assert np.abs(risk[thin == 0.0]).max() < 0.005  # a bill more that can be forgotten, nothing else
    assert np.abs(risk[thin == 0.0]).mean() < 1e-4
    assert balance[thin == 0.0].mean() < 0.05
    assert (risk[thin > 0.5] > 0).mean() > 0.95
    assert balance[thin > 0.5].mean() > 0.4


def test_arrears_drive_risk_and_are_named_as_delinquency(lived: Lived, config: WorldConfig) -> None:
    rows = np.concatenate([open_rows(lived, missed=k) for k in (1, 2)])
    parts = drivers(config, observed(config, lived.accounts[rows]), paths=8)
    assert (parts["delinquency"] > 1.0).all()
    clean = drivers(config, observed(config, lived.accounts[open_rows(lived)[:50]]), paths=8)
    marked = lived.people["opened"][open_rows(lived)[:50]] >= 0
    assert clean.filter(marked)["delinquency"].median() == pytest.approx(0.0, abs=0.05)


def test_drivers_name_every_theme_and_a_lost_job_as_social_security(
    lived: Lived, config: WorldConfig
) -> None:
    rows = open_rows(lived)
    idle = rows[lived.months["employed"][rows, MONTH - 1] == 0][:30]
    parts = drivers(config, observed(config, lived.accounts[idle]), paths=8)
    assert parts.columns == ["account_id", "as_of", *THEMES, "hidden"]
    working = drivers(config, observed(config, lived.accounts[rows[:60]]), paths=8)
    assert parts["social_security"].mean() > working["social_security"].mean() + 0.3  # type: ignore[operator]


def test_a_theme_without_a_part_in_the_simulated_risk_drives_nothing(
    lived: Lived, config: WorldConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = observed(config, lived.accounts[open_rows(lived)[:20]])
    before = drivers(config, rows, paths=4)
    monkeypatch.setattr("experiments.portfolio.truth.THEMES", {**THEMES, "utility_bills": None})
    after = drivers(config, rows, paths=4)
    assert (after["utility_bills"] == 0.0).all()
    assert after.drop("utility_bills").equals(before)


def test_strangers_and_accounts_not_yet_open_are_refused_by_name(lived: Lived, config: WorldConfig) -> None:
    with pytest.raises(DataError, match="account_id=999999"):
        true_risk(config, observed(config, np.array([999_999])))
    late = lived.accounts[lived.people["opened"] > MONTH][:1]
    with pytest.raises(DataError, match="opens only after"):
        true_risk(config, observed(config, late))
