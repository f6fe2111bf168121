"""True probabilities and drivers: cases whose answer is known, and the outcomes of the simulation itself."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from experiments.cashflow.counterfactual import UNCHANGED, Intervention
from experiments.cashflow.population import make_people
from experiments.cashflow.simulation import Trajectories
from experiments.cashflow.truth import drivers, true_risk
from experiments.cashflow.truth.reference import ReferenceState, default_reference, reference_state
from experiments.cashflow.truth.risk import days_overdue, probability
from experiments.cashflow.truth.snapshots import Snapshot, snapshot
from experiments.cashflow.truth.themes import CHANGES
from features.errors import DataError
from features.matrix import Observations
from features.themes import THEMES
from tests.experiments.cashflow.conftest import CONFIG

AS_OF = datetime(2025, 7, 17, 15)
DAY = CONFIG.day_index(AS_OF.date())


def observed_at(moment: datetime, accounts: list[int]) -> Observations:
    keys = pl.DataFrame({"account_id": accounts, "as_of": [moment] * len(accounts)})
    return Observations(keys.with_columns(pl.col("as_of").cast(pl.Datetime("us"))))


@pytest.fixture(scope="module")
def open_accounts(factual: Trajectories) -> list[int]:
    return [int(a) for a in factual.accounts[factual.people["opened"] < DAY - 90]]


@pytest.fixture(scope="module")
def observed(open_accounts: list[int]) -> Snapshot:
    return snapshot(CONFIG, observed_at(AS_OF, open_accounts))


@pytest.fixture(scope="module")
def typical() -> ReferenceState:
    return reference_state(default_reference(CONFIG))


def test_the_state_is_that_of_the_simulation(factual: Trajectories) -> None:
    one, two = (int(a) for a in np.argsort(factual.people["opened"])[:2] + 1)
    first = [observed_at(datetime(2025, 8, 1), [one, two]), observed_at(datetime(2025, 6, 1), [two, one])]
    both = snapshot(CONFIG, Observations(pl.concat([part.frame for part in first])))
    for row, (account, month) in enumerate([(one, 33), (two, 33), (two, 31), (one, 31)]):
        end = factual.months[account - 1, month - 1]
        assert CONFIG.day_index(CONFIG.month_start(month)) == both.since[row]
        assert both.state["cash"][row] == end["cash"]
        assert both.state["revolving"][row] == end["revolving"]


def test_the_window_ends_a_year_after_the_day(observed: Snapshot) -> None:
    assert CONFIG.day(int(observed.since[0])) == AS_OF.date()
    assert CONFIG.day(int(observed.until[0])) == datetime(2026, 7, 17).date()


def penniless(observed: Snapshot, days: int) -> Snapshot:
    """Accounts that owe 500 CNY for so many days and have no money now or later."""
    copy = replace(observed, state=observed.state.copy(), people=observed.people.copy())
    s = copy.state
    s["cash"], s["n_owed"], s["owed"], s["written_off"] = 0.0, 1, 0.0, 0
    s["owed"][:, 0], s["owed_since"][:, 0] = 50_000.0, copy.since - days
    s["revolving"], s["bill_due"], s["paid"], s["minimum"] = 60_000.0, 60_000.0, 0.0, 50_000.0
    s["accrued"] = 0.0
    copy.people["wage"], copy.people["seek"] = 1e-9, 0.0
    return copy


def test_no_money_means_bad_and_no_debt_means_good(observed: Snapshot) -> None:
    assert (probability(penniless(observed, 10), UNCHANGED, 4)[:, 0] == 1.0).all()
    idle = replace(observed, state=observed.state.copy(), people=observed.people.copy())
    idle.people["orders"], idle.people["pull"] = 0.0, 0.0
    ledger = (
        "revolving",
        "schedule",
        "plan_fees",
        "late_fees",
        "n_owed",
        "minimum",
        "bill_due",
        "written_off",
    )
    for name in ledger:
        idle.state[name] = 0
    unable = Intervention(use=0.0)
    assert (probability(idle, unable, 4)[:, 0] == 0.0).all()


def test_only_month_ends_after_the_day_and_within_the_window_count(observed: Snapshot) -> None:
    late = penniless(observed, 10)
    until = CONFIG.day_index(datetime(2025, 8, 31).date())
    late = replace(late, since=np.full(len(late.since), DAY), until=np.full(len(late.since), until))
    # On 31 August the debt is 55 days old, on 30 September 85.
    assert (probability(late, UNCHANGED, 2)[:, 0] == 0.0).all()
    later = replace(late, until=late.until + 29)
    assert (probability(later, UNCHANGED, 2)[:, 0] == 0.0).all()
    assert (probability(replace(late, until=late.until + 30), UNCHANGED, 2)[:, 0] == 1.0).all()


def test_true_probabilities_agree_with_what_happened(factual: Trajectories) -> None:
    day, end = datetime(2025, 3, 11), datetime(2026, 3, 11)
    index = CONFIG.day_index(day.date())
    accounts = [int(a) for a in factual.accounts[factual.people["opened"] < index - 60]]
    risk = true_risk(CONFIG, observed_at(day, accounts), paths=40)
    state = snapshot(CONFIG, observed_at(day, accounts))
    ends = [CONFIG.month_start(t + 1) - timedelta(days=1) for t in range(CONFIG.span)]
    inside = np.array([day.date() < e <= end.date() for e in ends])
    bad = (factual.months["dpd"][np.array(accounts) - 1][:, inside] >= 60).any(axis=1)
    sound = days_overdue(state) < 60
    p = risk["true_pd"].to_numpy()[sound]
    error = np.sqrt((p * (1.0 - p)).sum())
    assert abs(p.sum() - bad[sound].sum()) < 3.0 * error
    assert p[bad[sound]].mean() > 10 * p[~bad[sound]].mean()


def test_setting_a_state_twice_changes_nothing_more(observed: Snapshot, typical: ReferenceState) -> None:
    for name, change in CHANGES.items():
        once = change(observed, typical)
        twice = change(once, typical)
        a, b = probability(once, UNCHANGED, 3), probability(twice, UNCHANGED, 3)
        assert np.abs(a - b).mean() < 0.01, name


def test_changes_leave_the_observed_state_alone(observed: Snapshot, typical: ReferenceState) -> None:
    state, people = observed.state.copy(), observed.people.copy()
    for change in CHANGES.values():
        change(observed, typical)
    assert (observed.state == state).all()
    assert (observed.people == people).all()


def test_arrears_add_to_risk_only_where_there_are_some(observed: Snapshot, typical: ReferenceState) -> None:
    lifted = CHANGES["delinquency"](observed, typical)
    gain = (probability(observed, UNCHANGED, 20) - probability(lifted, UNCHANGED, 20))[:, 0]
    overdue = (observed.state["n_owed"] > 0) | (observed.state["written_off"] == 1)
    assert overdue.sum() > 5
    assert (gain[~overdue] == 0.0).all()
    assert gain[overdue].mean() > 0.05
    assert gain[overdue].max() > 0.5


def test_drivers_have_a_column_a_theme_and_none_for_tenure(open_accounts: list[int]) -> None:
    asked = observed_at(AS_OF, open_accounts[:40])
    found = drivers(CONFIG, asked, paths=4)
    assert found.columns == ["account_id", "as_of", "true_pd", *THEMES, "hidden"]
    assert (found["tenure"] == 0.0).all()
    assert found.select("account_id", "as_of").equals(asked.frame)
    own = drivers(CONFIG, asked, reference=asked, paths=4)
    assert not own.equals(found)


def test_observations_outside_the_simulation_are_refused() -> None:
    with pytest.raises(DataError, match="account_id=401"):
        true_risk(CONFIG, observed_at(AS_OF, [401]))
    with pytest.raises(DataError, match="not in this simulation"):
        true_risk(CONFIG, observed_at(datetime(2020, 1, 1), [1]))
    late = int(make_people(CONFIG, np.arange(1, 401))["opened"].argmax()) + 1
    with pytest.raises(DataError, match="opens only"):
        true_risk(CONFIG, observed_at(datetime(2024, 12, 1), [late]))
