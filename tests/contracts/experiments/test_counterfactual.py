"""Counterfactual simulation: no change reproduces the facts; a change has no effect before it."""

from typing import Any

import numpy as np
import pytest

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.counterfactual import (
    LimitPolicy,
    PolicyContext,
    behaviour_intervention,
    simulate_counterfactual,
)
from experiments.portfolio.emit.tables import account_tables
from experiments.portfolio.simulation import Trajectories, simulate_accounts
from features.arrays import Floats
from features.errors import ConfigError

CONFIG = SimulationConfig(n_accounts=300, n_months=36, workers=1)
ACCOUNTS = np.arange(1, 301)
SINCE = 40


@pytest.fixture(scope="module")
def factual() -> Trajectories:
    return simulate_accounts(CONFIG, ACCOUNTS)


def leave_to_incumbent(context: PolicyContext) -> Floats:
    return np.full(len(context.accounts), np.nan)


@pytest.mark.parametrize(
    "limits", [None, np.full(300, np.nan), leave_to_incumbent], ids=["none", "array", "policy"]
)
def test_no_change_reproduces_the_factual_trajectories(
    factual: Trajectories, limits: Floats | LimitPolicy | None
) -> None:
    simulated = simulate_counterfactual(CONFIG, ACCOUNTS, since=SINCE, limits=limits, orders=True)
    assert (simulated.months == factual.months).all()
    before, after = account_tables(factual), account_tables(simulated)
    for name, frame in before.items():
        assert frame.equals(after[name]), name


def test_an_account_does_not_depend_on_the_accounts_simulated_with_it(factual: Trajectories) -> None:
    some = ACCOUNTS[5:60:7]
    simulated = simulate_counterfactual(CONFIG, some, since=SINCE)
    assert (simulated.months == factual.months[5:60:7]).all()


def test_a_higher_limit_has_effects_after_it_and_none_before(factual: Trajectories) -> None:
    limit = 2.0 * np.maximum(factual.months["limit"][:, SINCE - 1], 1.0)
    simulated = simulate_counterfactual(CONFIG, ACCOUNTS, since=SINCE, limits=limit)
    assert (simulated.months[:, :SINCE] == factual.months[:, :SINCE]).all()
    opened = factual.people["opened"] < SINCE
    assert (simulated.months["limit"][opened, SINCE:] == limit[opened, None]).all()
    assert simulated.months["balance"][:, SINCE:].sum() > factual.months["balance"][:, SINCE:].sum()


@pytest.mark.parametrize("limits", ["array", "policy"])
def test_each_account_may_begin_with_a_cycle_of_its_own(factual: Trajectories, limits: str) -> None:
    since = SINCE + ACCOUNTS % 3
    given = np.full(300, 3_000.0) if limits == "array" else (lambda context: np.full(300, 3_000.0))
    simulated = simulate_counterfactual(CONFIG, ACCOUNTS, since=since, limits=given)
    months = np.arange(CONFIG.span)[None, :]
    before = months < since[:, None]
    assert (simulated.months[before] == factual.months[before]).all()
    changed = ~before & (factual.people["opened"][:, None] < months)
    assert (simulated.months["limit"][changed] == 3_000.0).all()
    assert (simulated.months["limit"][changed & (months < SINCE + 2)] == 3_000.0).sum() > 100
    late = behaviour_intervention(300, since=since, use=0.0)
    acted = simulate_counterfactual(CONFIG, ACCOUNTS, since=since, actions=late)
    assert (acted.months[before] == factual.months[before]).all()
    assert (acted.months["carry"] != factual.months["carry"])[:, SINCE].any()


def test_two_policies_use_common_random_numbers(factual: Trajectories) -> None:
    simulated = simulate_counterfactual(CONFIG, ACCOUNTS, since=SINCE, limits=np.full(300, 3_000.0))
    for name in ("employed", "income", "inquiries", "debt"):
        assert (simulated.months[name] == factual.months[name]).all(), name


def test_a_policy_reads_the_past_and_sets_the_present(factual: Trajectories) -> None:
    seen: list[int] = []

    def hundred_more(context: PolicyContext) -> Floats:
        seen.append(context.history.shape[1])
        return np.where(context.limit > 0, context.limit + 100.0, np.nan)

    simulated = simulate_counterfactual(CONFIG, ACCOUNTS, since=SINCE, until=SINCE + 3, limits=hundred_more)
    assert seen == [SINCE, SINCE + 1, SINCE + 2]
    opened = factual.people["opened"] < SINCE - 1
    before = factual.months["limit"][opened, SINCE - 1]
    assert (simulated.months["limit"][opened, SINCE + 2] == before + 300.0).all()


def test_better_behaviour_lowers_the_log_odds_from_its_month_on(factual: Trajectories) -> None:
    changes: dict[str, Any] = {"pay_on_time": True, "use": 0.3, "fewer_inquiries": 1.0, "pay_down": 0.2}
    for name, value in changes.items():
        actions = behaviour_intervention(300, since=SINCE, **{name: value})
        simulated = simulate_counterfactual(CONFIG, ACCOUNTS, since=SINCE, actions=actions)
        assert (simulated.months[:, :SINCE] == factual.months[:, :SINCE]).all(), name
        gain = factual.months["log_odds"][:, SINCE + 6] - simulated.months["log_odds"][:, SINCE + 6]
        # A few cures come earlier, and with them the relapse risk.
        assert np.quantile(gain, 0.02) > -1e-9, name
        assert gain.mean() > 0.01, name


def test_paying_on_time_leaves_no_payment_days_late(factual: Trajectories) -> None:
    simulated = simulate_counterfactual(
        CONFIG, ACCOUNTS, since=SINCE, actions=behaviour_intervention(300, since=SINCE, pay_on_time=True)
    )
    after = simulated.months[:, SINCE:]
    current = (after["missed"] == 0) & (simulated.months["missed"][:, SINCE - 1 : -1] == 0)
    late = after["pay_day"] > factual.people["due_day"][:, None]
    assert not (late & current).any()


def test_months_and_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ConfigError, match="since=3"):
        simulate_counterfactual(CONFIG, ACCOUNTS, since=3)
    with pytest.raises(ConfigError, match=r"shape \(7,\)"):
        simulate_counterfactual(CONFIG, ACCOUNTS, since=SINCE, limits=np.zeros(7))
