"""No change reproduces the facts; a change has its effect, and none before it."""

import numpy as np
import pytest

from experiments.cashflow.counterfactual import Intervention, simulate_counterfactual
from experiments.cashflow.emit.tables import account_tables
from experiments.cashflow.simulation import Trajectories, simulate_accounts
from features.errors import ConfigError
from tests.experiments.cashflow.conftest import ACCOUNTS, CONFIG

SINCE = CONFIG.day_index(CONFIG.month_start(36))
DAYS = np.full(len(ACCOUNTS), SINCE)
STRONG = Intervention(pay_full=True, use=0.3, stop_applying=True, pay_down=0.5, limit_factor=1.5)


def under(intervention: Intervention) -> Trajectories:
    return simulate_counterfactual(CONFIG, ACCOUNTS, since=DAYS, intervention=intervention)


def test_no_change_reproduces_the_factual_tables(factual: Trajectories) -> None:
    before, after = account_tables(factual), account_tables(under(Intervention()))
    for name, frame in before.items():
        assert frame.equals(after[name]), name


def test_an_account_does_not_depend_on_the_accounts_simulated_with_it(factual: Trajectories) -> None:
    some = ACCOUNTS[5:60:7]
    alone = simulate_accounts(CONFIG, some)
    assert (alone.months == factual.months[5:60:7]).all()
    orders = factual.events.orders[np.isin(factual.events.orders["row"], some - 1)]
    for name in ("day", "second", "amount", "category"):
        assert (alone.events.orders[name] == orders[name]).all(), name


def test_a_change_has_no_effect_before_its_day(factual: Trajectories) -> None:
    changed = under(STRONG)
    assert (changed.months[:, :36] == factual.months[:, :36]).all()
    assert not (changed.months[:, 36:] == factual.months[:, 36:]).all()


def test_work_and_health_are_the_same_under_every_intervention(factual: Trajectories) -> None:
    changed = under(STRONG)
    for name in ("employed", "employer"):
        assert (changed.months[name] == factual.months[name]).all(), name


def in_arrears(trajectories: Trajectories) -> float:
    return float((trajectories.months["dpd"][:, 40:] >= 60).mean())


def test_who_pays_in_full_is_in_arrears_less(factual: Trajectories) -> None:
    assert in_arrears(under(Intervention(pay_full=True))) < 0.6 * in_arrears(factual)


def test_who_pays_in_full_leaves_nothing_unpaid_where_there_is_money() -> None:
    obeyed = under(Intervention(pay_full=True))
    bills, payments = obeyed.events.bills, obeyed.events.payments
    bills = bills[(bills["day"] >= SINCE) & (bills["due_on"] < CONFIG.span_days - 31) & (bills["due"] > 0)]
    paid = np.zeros((len(ACCOUNTS), CONFIG.span_days))
    soon = payments[payments["day"] <= payments["bill_on"] + 20]
    np.add.at(paid, (soon["row"], soon["bill_on"]), soon["amount"])
    short = paid[bills["row"], bills["day"]] < bills["due"]
    month = np.searchsorted(
        [CONFIG.day_index(CONFIG.month_start(t)) for t in range(CONFIG.span)], bills["due_on"], side="right"
    )
    wage = obeyed.people["wage"][bills["row"]]
    rich = obeyed.months["cash"][bills["row"], month - 1] > 1.5 * wage
    assert rich.sum() > 100
    assert short[rich].mean() < 0.02


def test_who_stops_applying_makes_no_inquiry() -> None:
    changed = under(Intervention(stop_applying=True))
    assert changed.months["inquiries"][:, 36:].sum() == 0
    assert changed.months["inquiries"][:, :36].sum() > 0


def test_less_use_means_fewer_purchases_on_credit(factual: Trajectories) -> None:
    none = under(Intervention(use=0.0)).events.orders
    assert (none["on_credit"][none["day"] >= SINCE] == 0).all()
    assert (factual.events.orders["on_credit"][factual.events.orders["day"] >= SINCE] == 1).any()


def test_debts_elsewhere_fall_when_they_are_paid_down(factual: Trajectories) -> None:
    changed = under(Intervention(pay_down=0.9))
    assert changed.months["debt"][:, 42:].mean() < 0.9 * factual.months["debt"][:, 42:].mean()


def test_a_higher_limit_is_held_and_enlarges_baskets(factual: Trajectories) -> None:
    changed = under(Intervention(limit_factor=2.0))
    opened = factual.people["opened"] < SINCE
    now = changed.months["limit"][opened, 36:]
    assert (now == now[:, :1]).all()
    assert now.mean() > 1.5 * factual.months["limit"][opened, 35].mean()
    drawn = changed.months["balance"][:, 36:].sum() / factual.months["balance"][:, 36:].sum()
    assert drawn > 1.05


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ConfigError, match="use=-1"):
        Intervention(use=-1.0)
    with pytest.raises(ConfigError, match=r"shape \(7,\)"):
        simulate_counterfactual(CONFIG, ACCOUNTS, since=np.zeros(7, np.int64))
    with pytest.raises(ConfigError, match="until=10"):
        simulate_counterfactual(CONFIG, ACCOUNTS, since=DAYS, until=10)
