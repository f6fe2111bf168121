"""Projected bills against the simulator: what the next bill asks for, beside what is bought until then."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl
import pytest

from experiments.advice.outcomes.simulate import Intervention, simulate
from experiments.portfolio.config import SimulationConfig
from features.calendar import DAY
from features.tables import Tables
from serving.advice import Lever
from serving.advice.account import AccountSnapshot, snapshot
from serving.advice.projection import project
from serving.advice.settings_file import packaged

CONFIG = SimulationConfig(n_accounts=300, n_months=36, workers=1)
FIRST = CONFIG.month_start(CONFIG.span - 14)
AS_OF = datetime(FIRST.year, FIRST.month, 17, 9)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return simulate(CONFIG, [Intervention(a, (), 10_000.0) for a in range(1, 121)], AS_OF, packaged())


def in_full(account: AccountSnapshot) -> bool:
    """Whether the account has used its line, paid all of its bills, and is owed nothing."""
    history = account.payments
    return (
        account.bills is not None
        and history is not None
        and len(history) > 6
        and bool((history.paid_share > 0.999).all())
        and float(account.bills.balance.max()) > 100
        and float(account.bills.balance[-1]) >= 0
    )


def of(tables: Tables, table: str, account: int, column: str, start: int, end: int) -> pl.DataFrame:
    """Rows of an account whose date or moment lies in `[start, end)`, microseconds."""
    at = pl.col(column).cast(pl.Datetime("us")).cast(pl.Int64)
    return tables[table].filter((pl.col("account_id") == account) & (at >= start) & (at < end))


@dataclass(frozen=True)
class Cycle:
    """The cycle in progress, as projected and as simulated, CNY.

    Attributes:
        projected: what the next bill is projected to ask for.
        simulated: what it asked for.
        on_record: instalments that fall due with it of plans up to the last bill.
        bought: purchases on credit.
        asked: what the next bill asks for of these.
        later: what of the last bill fell due later.
        usual: most that a cycle charged.
    """

    projected: float
    simulated: float
    on_record: float
    bought: float
    asked: float
    later: float
    usual: float


def cycle_of(tables: Tables, number: int) -> Cycle | None:
    """The cycle of an account that pays in full and returns nothing; None for any other account."""
    account = snapshot(tables, number, AS_OF, packaged())
    if not in_full(account) or account.bills is None or account.payments is None:
        return None
    made = project(account, [(Lever("in_full"),)], packaged()).bills
    assert made is not None
    last, coming = int(made.cycles.issued[0]), int(made.cycles.issued[1])
    bill = of(tables, "statements", number, "statement_on", coming, coming + DAY)
    paid = of(tables, "repayments", number, "statement_on", last, last + DAY)["amount_cny"].sum()
    orders = of(tables, "orders", number, "placed_at", last + DAY, coming + DAY)
    back = of(tables, "orders", number, "returned_at", last, coming + DAY)
    if not bill.height or paid < account.bills.due[-1] - 1 or back.height + orders["returned_at"].count():
        return None
    bought, new = orders.filter("on_credit"), account.plans.started > last
    in_plan = float((account.plans.amount[new] / account.plans.instalments[new]).sum())
    return Cycle(
        float(made.due[0, 0]),
        float(bill["due_cny"][0]),
        float(made.cycles.instalments[1]) - in_plan,
        float(bought["amount_cny"].sum()),
        float((bought["amount_cny"] / bought["instalments"]).sum()),
        account.bills.later,
        float(account.payments.charged.max()),
    )


def test_the_next_bill_asks_for_instalments_on_record_and_new_purchases(tables: Tables) -> None:
    cycles = [found for number in range(1, 121) if (found := cycle_of(tables, number)) is not None]
    assert len(cycles) >= 15
    assert sum(one.later > 1 for one in cycles) >= 5
    for one in cycles:
        fees = 0.02 * one.later + 0.02
        assert one.simulated == pytest.approx(one.on_record + one.asked, abs=fees + 0.01 * one.bought)
        assert abs(one.projected - one.simulated) <= max(one.bought, one.usual) + fees
