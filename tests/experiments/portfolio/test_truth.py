"""Ground truth: calibrated, and an effect of the limit only on those who rely on credit."""

import sys
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.population import make_people
from experiments.portfolio.simulation import Trajectories
from experiments.portfolio.truth import drivers, potential_outcomes, true_risk
from features.arrays import Ints, Positions
from features.errors import DataError
from features.matrix import Observations
from features.themes import THEMES
from tests.scalars import number

MONTH = 44


def observed(config: SimulationConfig, accounts: Ints, month: int = MONTH) -> Observations:
    """The accounts at the moments at which their cycles of a month begin."""
    return after(config, accounts, make_people(config, accounts)["bill_day"], month)


def after(config: SimulationConfig, accounts: Ints, days: Ints, month: int = MONTH) -> Observations:
    """The accounts so many days after the start of a calendar month."""
    start = datetime.combine(config.month_start(month), datetime.min.time())
    as_of = [start + timedelta(days=int(day)) for day in days]
    schema = {"account_id": pl.Int64(), "as_of": pl.Datetime("us")}
    return Observations(pl.DataFrame({"account_id": accounts, "as_of": as_of}, schema=schema))


def open_rows(trajectories: Trajectories, month: int = MONTH, missed: int = 0) -> Positions:
    ready = (trajectories.people["opened"] < month - 3) & (
        trajectories.months["missed"][:, month - 1] == missed
    )
    return np.nonzero(ready)[0]


def test_true_risk_agrees_with_the_simulated_outcomes(
    trajectories: Trajectories, config: SimulationConfig
) -> None:
    expected, observed_bad = [], []
    for month in (30, 44, 58):
        rows = open_rows(trajectories, month)
        expected.append(
            true_risk(config, observed(config, trajectories.accounts[rows], month), paths=8)["true_pd"]
        )
        observed_bad.append((trajectories.months["missed"][rows, month : month + 12] >= 3).any(axis=1))
    p, y = pl.concat(expected).to_numpy(), np.concatenate(observed_bad)
    spread = np.sqrt((p * (1 - p)).sum())
    assert abs(y.sum() - p.sum()) < 3.5 * spread
    top = p > np.quantile(p, 0.9)
    assert y[top].mean() > 5 * max(y[~top].mean(), 0.002)


def test_truth_is_that_of_the_cycle_whose_bill_is_unsettled(
    trajectories: Trajectories, config: SimulationConfig
) -> None:
    """The same from a cycle's first day to the end of its due day; then that of the next cycle."""
    rows = open_rows(trajectories)[:60]
    people, accounts = trajectories.people[rows], trajectories.accounts[rows]
    start, due = people["bill_day"], people["due_day"]
    at = {name: true_risk(config, after(config, accounts, days), paths=4)["true_pd"].to_list()
          for name, days in (("start", start), ("due", start + due - 1), ("over", start + due))}  # fmt: skip
    following = true_risk(config, observed(config, accounts, MONTH + 1), paths=4)["true_pd"].to_list()
    assert at["due"] == at["start"]
    assert at["over"] == following
    assert at["over"] != at["start"]


def test_another_limit_begins_with_the_next_cycle(
    trajectories: Trajectories, config: SimulationConfig
) -> None:
    """Until the due day is over the year holds a month more of the limit in force, and a smaller effect."""
    rows = open_rows(trajectories)
    rows = rows[trajectories.people["thin"][rows] > 0.5][:100]
    people, accounts = trajectories.people[rows], trajectories.accounts[rows]
    effect = []
    for days in (people["bill_day"] + people["due_day"] - 1, people["bill_day"] + people["due_day"]):
        asked = after(config, accounts, days)
        options = potential_outcomes(config, asked, multipliers=(1.0, 2.0), paths=4)
        one, two = (options.filter(pl.col("multiplier") == m) for m in (1.0, 2.0))
        in_force = trajectories.months["limit"][rows, MONTH]
        assert one["limit_cny"].to_list() == in_force.tolist()
        effect.append(number((two["balance_cny"] - one["balance_cny"]).mean()))
    assert 0 < effect[0] < effect[1]


def test_more_paths_reduce_the_standard_error_and_estimates_stay_within_it(
    trajectories: Trajectories, config: SimulationConfig
) -> None:
    asked = observed(config, trajectories.accounts[open_rows(trajectories)[:150]])
    few, many = true_risk(config, asked, paths=16), true_risk(config, asked, paths=128)
    assert number(many["true_pd_se"].mean()) < 0.6 * number(few["true_pd_se"].mean())
    gap = (few["true_pd"] - many["true_pd"]).to_numpy()
    assert (np.abs(gap) > 4 * few["true_pd_se"].to_numpy() + 1e-4).mean() < 0.03


def test_the_limit_moves_risk_and_balance_only_with_reliance_on_credit(
    trajectories: Trajectories, config: SimulationConfig
) -> None:
    rows = open_rows(trajectories)[:500]
    options = potential_outcomes(
        config, observed(config, trajectories.accounts[rows]), multipliers=(1.0, 2.0), paths=16
    )
    one, two = (options.filter(pl.col("multiplier") == m) for m in (1.0, 2.0))
    thin = trajectories.people["thin"][rows]
    risk = (two["true_pd"] - one["true_pd"]).to_numpy()
    balance = (two["balance_cny"] / one["balance_cny"].clip(1.0) - 1.0).to_numpy()
    assert np.abs(risk[thin == 0.0]).max() < 0.005  # a larger bill can be missed too, nothing else
    assert np.abs(risk[thin == 0.0]).mean() < 1e-4
    assert balance[thin == 0.0].mean() < 0.05
    assert (risk[thin > 0.5] > 0).mean() > 0.95
    assert balance[thin > 0.5].mean() > 0.4


def test_arrears_raise_risk_under_the_theme_delinquency(
    trajectories: Trajectories, config: SimulationConfig
) -> None:
    rows = np.concatenate([open_rows(trajectories, missed=k) for k in (1, 2)])
    parts = drivers(config, observed(config, trajectories.accounts[rows]), paths=8)
    assert (parts["delinquency"] > 1.0).all()
    clean = drivers(config, observed(config, trajectories.accounts[open_rows(trajectories)[:50]]), paths=8)
    marked = trajectories.people["opened"][open_rows(trajectories)[:50]] >= 0
    assert clean.filter(marked)["delinquency"].median() == pytest.approx(0.0, abs=0.05)


def test_drivers_cover_every_theme_and_show_job_loss_as_social_security(
    trajectories: Trajectories, config: SimulationConfig
) -> None:
    rows = open_rows(trajectories)
    idle = rows[trajectories.months["employed"][rows, MONTH - 1] == 0][:30]
    parts = drivers(config, observed(config, trajectories.accounts[idle]), paths=8)
    assert parts.columns == ["account_id", "as_of", *THEMES, "hidden"]
    working = drivers(config, observed(config, trajectories.accounts[rows[:60]]), paths=8)
    idle_mean, working_mean = (number(of["social_security"].mean()) for of in (parts, working))
    assert idle_mean > working_mean + 0.3


def test_an_account_that_is_its_own_reference_has_no_drivers(
    trajectories: Trajectories, config: SimulationConfig
) -> None:
    rows = observed(config, trajectories.accounts[open_rows(trajectories)[:20]])
    parts = drivers(config, rows, reference=rows, paths=8).select(*THEMES)
    assert parts.mean().row(0) == pytest.approx((0.0,) * len(THEMES), abs=1e-9)


def test_a_theme_without_a_part_in_the_simulated_risk_drives_nothing(
    trajectories: Trajectories, config: SimulationConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = observed(config, trajectories.accounts[open_rows(trajectories)[:20]])
    before = drivers(config, rows, paths=4)
    module = sys.modules["experiments.portfolio.truth.drivers"]
    monkeypatch.setattr(module, "THEMES", {**THEMES, "utility_bills": None})
    after = drivers(config, rows, paths=4)
    assert (after["utility_bills"] == 0.0).all()
    assert after.drop("utility_bills").equals(before)


def test_unknown_accounts_and_accounts_not_yet_open_are_refused(
    trajectories: Trajectories, config: SimulationConfig
) -> None:
    with pytest.raises(DataError, match="account_id=999999"):
        true_risk(config, observed(config, np.array([999_999])))
    late = trajectories.accounts[trajectories.people["opened"] > MONTH][:1]
    with pytest.raises(DataError, match="opens only after"):
        true_risk(config, observed(config, late))
