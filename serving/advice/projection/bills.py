"""Projected bills of n plans, cycle by cycle: a seasonal naive forecast, changed by the levers.

Bill = bill before − paid + charged, the accounting identity. What a bill asks for holds what was left of the
one before, the instalments that fall due with it, and what the cycle charged beside new instalment plans. Its
minimum holds what was unmet of the one before, these instalments, and a share of the rest. Charges, shares
paid and days of payment repeat the account's own last cycles (seasonal naive forecast), so that seasons and
unevenness stay; a lever changes what it is about and nothing else. What is paid beyond the usual never
exceeds what the account is taken to be able to pay.
"""

from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats, Ints
from features.calendar import DAY
from serving.advice.account import AccountSnapshot, Bills, PaymentHistory
from serving.advice.levers.projection_state import PaymentCycle
from serving.advice.projection.cycles import ComingCycles
from serving.advice.projection.open_bill import OpenBill, fen, next_bill, open_bill
from serving.advice.projection.payment_days import payment_days
from serving.advice.projection.plan_arrays import PlanArrays
from serving.advice.settings import AdviceSettings

SMALL_ARREARS_CNY = 10.0
"""Arrears up to this are no sign of trouble and are paid with the next bill (容差, as in the policy)."""


@dataclass(frozen=True)
class ProjectedBills:
    """n plans over k cycles, (n, k) unless stated; cycle j begins with bill j, 0 = the last one issued.

    Attributes:
        bill: balance of bill j + 1, CNY.
        due: what it asks for, NaN where the lender does not state it.
        minimum: its minimum, NaN where the lender has none.
        paid: paid in cycle j against bill j from the moment of advice on, arrears apart, CNY.
        paid_at: when, microseconds.
        arrears: (n,) overdue money paid at once, CNY.
        frozen: whether arrears stand through the cycle: nothing is paid or bought on credit.
        cash: charges of cycle j paid in cash instead, CNY.
        cycles: the days of the bills.
        arrears_at: when arrears are paid, microseconds.
    """

    bill: Floats
    due: Floats
    minimum: Floats
    paid: Floats
    paid_at: Ints
    arrears: Floats
    frozen: Bools
    cash: Floats
    cycles: ComingCycles
    arrears_at: int


def project_bills(  # noqa: PLR0917
    account: AccountSnapshot, bills: Bills, history: PaymentHistory, cycles: ComingCycles,
    plans: PlanArrays, settings: AdviceSettings,
) -> ProjectedBills:  # fmt: skip
    """Bills and payments of the coming cycles under each plan.

    An account in arrears goes on as it is, neither paying nor charging, unless its plan governs payment.
    """
    n, on_time = len(plans), plans.governs_payment
    made = _blank(account, bills, cycles, on_time)
    bill = open_bill(bills, n)
    bill.paid += made.arrears
    new_instalments = np.zeros((n, len(cycles) + 40))
    for j in range(len(cycles)):
        cycle = _as_usual(account, bill, history, cycles, j, on_time, settings)
        for definition, at, size in plans.selections:
            definition.project_payments(cycle, at, size, account, settings)
        cycle.paid[made.frozen[:, j]] = cycle.charged[made.frozen[:, j]] = 0.0
        made.paid[:, j], made.cash[:, j] = fen(np.minimum(cycle.paid, cycle.due)), fen(cycle.cash)
        made.paid_at[:, j] = payment_days(account.now, cycles, history, j, on_time)
        started = _start_plans(new_instalments, history, cycles, j, cycle)
        falls = cycles.instalments[j + 1] + new_instalments[:, j + 1]
        bill = next_bill(bill, made.paid[:, j], cycle.charged, started, falls, history.minimum_rate)
        made.bill[:, j], made.due[:, j], made.minimum[:, j] = bill.balance, bill.due, bill.minimum
    return made


def _blank(account: AccountSnapshot, bills: Bills, cycles: ComingCycles, on_time: Bools) -> ProjectedBills:
    n, k = len(on_time), len(cycles)
    overdue = account.overdue_cny
    pending = bills.latest_due(account.now) != len(bills) - 1
    stuck = np.repeat((~on_time & (overdue > SMALL_ARREARS_CNY))[:, None], k, axis=1)
    bill, due, minimum, paid, cash = (np.zeros((n, k)) for _ in range(5))
    arrears = np.where(on_time & pending, overdue, 0.0)
    days = np.zeros((n, k), np.int64)
    return ProjectedBills(
        bill, due, minimum, paid, days, arrears, stuck, cash, cycles, arrears_at=account.now + DAY
    )


def _as_usual(  # noqa: PLR0917
    account: AccountSnapshot, bill: OpenBill, history: PaymentHistory, cycles: ComingCycles, j: int,
    on_time: Bools, settings: AdviceSettings,
) -> PaymentCycle:  # fmt: skip
    """A cycle as usual, at least the minimum paid where the plan governs payment, before any lever.

    Of a bill whose due day is over, what is usually paid has been paid: the next one asks for the rest, and
    only what is overdue is left to be paid at once.
    """
    past, due = cycles.repeats[j], bill.to_pay
    over = cycles.due[j] + DAY <= account.now
    usual = np.maximum(history.paid_share[past] * (due + bill.paid) - bill.paid, 0.0) * (not over)
    unstated = 1.0 if account.overdue_cny else 0.1
    paid = np.where(on_time, np.maximum(usual, bill.least(unstated)), usual)
    more = 0.0 if over else settings.capacity_share * account.income_cny
    affordable = np.minimum(due, paid + more)
    share = cycles.left if j == 0 else 1.0
    charged = np.full(len(due), share * history.charged[past] + (cycles.charged if j == 0 else 0.0))
    return PaymentCycle(bill.balance - bill.paid, due, charged, paid, affordable, np.zeros(len(due)))


def _start_plans(
    sums: Floats, history: PaymentHistory, cycles: ComingCycles, j: int, cycle: PaymentCycle
) -> Floats:
    """Instalment plans of the cycle as in the one it repeats: adds their instalments to `sums` by bill.

    Returns:
        (n,) amount of the plans that start in the cycle, CNY; those on record since the last bill included.
    """
    past, share = cycles.repeats[j], cycles.left if j == 0 else 1.0
    usual = history.charged[past]
    credit = np.where(usual > 0, np.clip(cycle.charged / max(usual, 0.01), 0.0, share), 0.0)
    started, length = credit * history.in_plans[past], int(history.plan_length[past])
    sums[:, j + 1 : j + 1 + length] += (started / length)[:, None]
    known = cycles.started if j == 0 else 0.0
    return np.asarray(started + known)
