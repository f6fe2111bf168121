"""How the bills of an account were made up and paid, cycle by cycle."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats, Ints
from features.calendar import DAY
from features.tables import Tables
from serving.advice.account.bills import NOT_PAID, Bills
from serving.advice.account.instalments import InstalmentPlans
from serving.advice.frames import microseconds

USUAL_PAYMENT_DAY = -DAY + DAY // 2
"""Payment less due date where no payment is on record: the middle of the day before."""
USUAL_MINIMUM = 0.10
"""Minimum as a share of what is carried on, where no bill tells it."""


@dataclass(frozen=True)
class PaymentHistory:
    """The last L cycles, the latest first: a cycle is from a bill to the next. Each array is (L,).

    Attributes:
        charged: what the cycle added to the bill, CNY.
        paid_share: paid towards the bill before, as a share of what it asked for, 0 … 1.
        offset: first payment less the due date, microseconds.
        late: whether less than the minimum was paid by the due day.
        in_plans: of `charged`, what is repaid in instalments, CNY.
        plan_length: mean number of these instalments, 1 where there are none.
        minimum_rate: minimum as a share of what is left of `due` without arrears and instalments.
    """

    charged: Floats
    paid_share: Floats
    offset: Ints
    late: Bools
    in_plans: Floats
    plan_length: Ints
    minimum_rate: float

    def __len__(self) -> int:
        return len(self.charged)

    @property
    def always_in_time(self) -> bool:
        """Whether every cycle's minimum was paid by its due day."""
        return not bool(self.late.any())


def payment_history(known: Tables, bills: Bills, plans: InstalmentPlans, longest: int) -> PaymentHistory:
    """Charges and payments of at most `longest` cycles, as many as have ended.

    With one bill alone, its cycle charged it all and there is nothing to be paid before it.
    """
    if len(bills) == 1:
        whole = np.maximum(bills.balance, 0.0)
        none = np.zeros(1, np.int64)
        return PaymentHistory(
            whole, np.ones(1), none + USUAL_PAYMENT_DAY, np.zeros(1, bool), np.zeros(1), none + 1,
            USUAL_MINIMUM,
        )  # fmt: skip
    length = min(longest, len(bills) - 1)
    before = np.arange(len(bills) - 2, len(bills) - 2 - length, -1)
    between = _between(bills)[before]
    charged = np.maximum(0.0, bills.balance[before + 1] - bills.balance[before] + between)
    asked = bills.to_pay[before]
    share = np.where(asked > 0, np.clip(bills.paid[before] / np.where(asked > 0, asked, 1.0), 0, 1), 1.0)
    in_plans, plan_length = _plans_started(bills, plans, before)
    return PaymentHistory(
        charged, share, _offsets(bills, before), _late(known, bills, before),
        np.minimum(in_plans, charged), plan_length, minimum_rate(bills, plans),
    )  # fmt: skip


def _between(bills: Bills) -> Floats:
    """(b,) what was paid between each bill date and the next."""
    place = np.searchsorted(bills.statement_on + DAY, bills.paid_at, side="right") - 1
    sums = np.zeros(len(bills))
    np.add.at(sums, place[place >= 0], bills.amount[place >= 0])
    return sums


def _offsets(bills: Bills, before: Ints) -> Ints:
    """(L,) first payment towards each bill less its due date; the median where none was made."""
    offset = bills.first_paid[before]
    made = offset[offset != NOT_PAID]
    usual = int(np.median(made)) if len(made) else USUAL_PAYMENT_DAY
    return np.where(offset == NOT_PAID, usual, offset)


def _late(known: Tables, bills: Bills, before: Ints) -> Bools:
    """(L,) whether less than the minimum was paid towards each bill by the end of its due day."""
    rows = known["repayments"].select("statement_on", "paid_at", "amount_cny")
    settled, at = microseconds(rows["statement_on"]), microseconds(rows["paid_at"])
    amount, late = rows["amount_cny"].to_numpy(), np.zeros(len(before), bool)
    for place, i in enumerate(before):
        asked = bills.to_pay[i] if np.isnan(bills.minimum[i]) else bills.minimum[i]
        in_time = (settled == bills.statement_on[i]) & (at < bills.due_on[i] + DAY)
        late[place] = amount[in_time].sum() < asked - 0.005
    return late


def _plans_started(bills: Bills, plans: InstalmentPlans, before: Ints) -> tuple[Floats, Ints]:
    """(L,) amount of the plans of each cycle, and their mean number of instalments, rounded."""
    place = np.searchsorted(bills.statement_on, plans.started, side="left")
    sums, lengths = np.zeros(len(bills) + 1), np.ones(len(bills) + 1)
    np.add.at(sums, place, plans.amount)
    for i in np.unique(place):
        mine = place == i
        lengths[i] = np.average(plans.instalments[mine], weights=np.maximum(plans.amount[mine], 0.01))
    return sums[before + 1], np.rint(lengths[before + 1]).astype(np.int64)


def minimum_rate(bills: Bills, plans: InstalmentPlans) -> float:
    """Minimum as a share of what a bill asks for beside arrears and instalments, by the last bills.

    A minimum holds what was unmet of the one before and all instalments that fall due, and of the rest a
    share: the median over the last six bills that tell it; NaN where the lender has no minimum.
    """
    if np.isnan(bills.minimum[-1]):
        return float("nan")
    rates = []
    for i in range(max(0, len(bills) - 6), len(bills)):
        unmet = bills.minimum[i - 1] - bills.paid[i - 1] if i else 0.0
        number = np.searchsorted(bills.statement_on[: i + 1], plans.started, side="left")
        running = (number <= i) & (i - number < plans.instalments)
        fixed = max(0.0, unmet) + (plans.amount / np.maximum(plans.instalments, 1))[running].sum()
        rest = bills.to_pay[i] - fixed
        if rest > 1.0 and not np.isnan(unmet):
            rates.append((bills.minimum[i] - fixed) / rest)
    return float(np.clip(np.median(rates), 0.0, 1.0)) if rates else USUAL_MINIMUM
