"""Stepping the world on: no change is the world as it was; a change reaches only what comes after it."""

import numpy as np
import pytest

from experiments.portfolio.config import WorldConfig
from experiments.portfolio.counterfactual import View, changed, step_on
from experiments.portfolio.emit.tables import account_tables
from experiments.portfolio.simulation import Lived, live
from features.errors import ConfigError

CONFIG = WorldConfig(n_accounts=300, n_months=36, workers=1)
ACCOUNTS = np.arange(1, 301)
SINCE = 40


@pytest.fixture(scope="module")
def world() -> Lived:
    return live(CONFIG, ACCOUNTS)


def leave(view: View) -> np.ndarray:  # type: ignore[type-arg]
    return np.full(len(view.accounts), np.nan)


@pytest.mark.parametrize("limits", [None, np.full(300, np.nan), leave], ids=["none", "array", "policy"])
def test_no_change_reproduces_the_world(world: Lived, limits: object) -> None:
    stepped = step_on(CONFIG, ACCOUNTS, since=SINCE, limits=limits, orders=True)  # type: ignore[arg-type]
    assert (stepped.months == world.months).all()
    before, after = account_tables(world), account_tables(stepped)
    for name, frame in before.items():
        assert frame.equals(after[name]), name


def test_some_accounts_alone_live_as_they_do_among_all(world: Lived) -> None:
    some = ACCOUNTS[5:60:7]
    stepped = step_on(CONFIG, some, since=SINCE)
    assert (stepped.months == world.months[5:60:7]).all()


def test_a_higher_limit_changes_nothing_before_it_and_something_after(world: Lived) -> None:
    limit = 2.0 * np.maximum(world.months["limit"][:, SINCE - 1], 1.0)
    stepped = step_on(CONFIG, ACCOUNTS, since=SINCE, limits=limit)
    assert (stepped.months[:, :SINCE] == world.months[:, :SINCE]).all()
    opened = world.people["opened"] < SINCE
    assert (stepped.months["limit"][opened, SINCE:] == limit[opened, None]).all()
    assert stepped.months["balance"][:, SINCE:].sum() > world.months["balance"][:, SINCE:].sum()


def test_luck_is_shared_between_policies(world: Lived) -> None:
    stepped = step_on(CONFIG, ACCOUNTS, since=SINCE, limits=np.full(300, 3_000.0))
    for name in ("employed", "income", "inquiries", "debt"):
        assert (stepped.months[name] == world.months[name]).all(), name


def test_a_policy_sees_the_past_and_sets_the_present(world: Lived) -> None:
    seen: list[int] = []

    def doubling(view: View) -> np.ndarray:  # type: ignore[type-arg]
        seen.append(view.history.shape[1])
        return np.where(view.limit > 0, view.limit + 100.0, np.nan)

    stepped = step_on(CONFIG, ACCOUNTS, since=SINCE, until=SINCE + 3, limits=doubling)
    assert seen == [SINCE, SINCE + 1, SINCE + 2]
    opened = world.people["opened"] < SINCE - 1
    before = world.months["limit"][opened, SINCE - 1]
    assert (stepped.months["limit"][opened, SINCE + 2] == before + 300.0).all()


def test_better_behaviour_lowers_the_log_odds_and_only_from_its_month_on(world: Lived) -> None:
    ways = {"pay_on_time": True, "use": 0.3, "fewer_inquiries": 1.0, "pay_down": 0.2}
    for name, value in ways.items():
        levers = changed(300, since=SINCE, **{name: value})  # type: ignore[arg-type]
        stepped = step_on(CONFIG, ACCOUNTS, since=SINCE, levers=levers)
        assert (stepped.months[:, :SINCE] == world.months[:, :SINCE]).all(), name
        gain = world.months["log_odds"][:, SINCE + 6] - stepped.months["log_odds"][:, SINCE + 6]
        assert np.quantile(gain, 0.02) > -1e-9, name  # earlier cures leave their mark on a few
        assert gain.mean() > 0.01, name


def test_those_who_pay_on_time_are_never_late_within_a_month_again(world: Lived) -> None:
    stepped = step_on(CONFIG, ACCOUNTS, since=SINCE, levers=changed(300, since=SINCE, pay_on_time=True))
    after = stepped.months[:, SINCE:]
    current = (after["missed"] == 0) & (stepped.months["missed"][:, SINCE - 1 : -1] == 0)
    late = after["pay_day"] > world.people["due_day"][:, None]
    assert not (late & current).any()


def test_months_and_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ConfigError, match="since=3"):
        step_on(CONFIG, ACCOUNTS, since=3)
    with pytest.raises(ConfigError, match=r"shape \(7,\)"):
        step_on(CONFIG, ACCOUNTS, since=SINCE, limits=np.zeros(7))
