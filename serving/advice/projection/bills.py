"""Projected bills of n plans, month by month: a seasonal naive forecast, changed by the levers.

Bill = bill before − paid + charged, the accounting identity. Charges, shares paid, days of payment and
days past due repeat the account's own last months (seasonal naive forecast), so that seasons and
unevenness stay; a lever changes what it is about and nothing else. What is paid beyond the usual never
exceeds what the account is taken to be able to pay.
"""

from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats, Ints
from features.calendar import DAY
from serving.advice.account import AccountSnapshot, Bill, PaymentHistory
from serving.advice.levers.projection_state import PaymentMonth
from serving.advice.projection.plan_arrays import PlanArrays
from serving.advice.settings import AdviceSettings

MONTH_DAYS = 30
LEAST_MINIMUM = 0.05
USUAL_MINIMUM = 0.10
"""Minimum due as a share of the bill, where the last bill shows none."""


@dataclass(frozen=True)
class ProjectedBills:
    """n plans over k months, all (n, k).

    Attributes:
        bill: balance at the month's bill, CNY.
        minimum: its minimum due, NaN where the lender has none.
        paid: paid in the month against the bill before, CNY.
        offset: the payment less the due day, microseconds.
        past_due: days past due at month end.
        cash: charges paid in cash instead, CNY.
    """

    bill: Floats
    minimum: Floats
    paid: Floats
    offset: Ints
    past_due: Ints
    cash: Floats


def seasonal_naive(months: int, length: int) -> Ints:
    """(months,) which past month each projected one repeats, 0 = the latest; the oldest comes first."""
    return np.asarray((length - np.arange(1, months + 1)) % length)


def project_bills(
    account: AccountSnapshot, bill: Bill, history: PaymentHistory, plans: PlanArrays, settings: AdviceSettings
) -> ProjectedBills:
    """Bills, payments and arrears of the projected months under each plan.

    An account past due stays so, neither paying nor charging, unless its plan governs payment.
    """
    n, months, on_time = len(plans), settings.longest, plans.governs_payment
    made, share = _blank(n, months), _minimum_share(bill)
    prior, minimum = np.full(n, bill.balance_cny), np.full(n, bill.minimum_cny)
    overdue = np.full(n, int(history.past_due[0])) * ~on_time
    for j, past in enumerate(seasonal_naive(months, len(history))):
        stuck = overdue > 0
        month = _month(prior, minimum, history, past, on_time, account, settings)
        for definition, at, size in plans.selections:
            definition.project_payments(month, at, size, account, settings)
        month.paid[stuck], month.charged[stuck] = 0.0, 0.0
        made.paid[:, j] = _fen(np.minimum(month.paid, month.due))
        made.cash[:, j] = _fen(month.cash)
        prior = _fen(np.where(prior < 0, prior, prior - made.paid[:, j]) + month.charged)
        minimum = _fen(np.maximum(prior, 0.0) * share)
        made.bill[:, j], made.minimum[:, j] = prior, minimum
        late = np.where(stuck, overdue + MONTH_DAYS, history.past_due[past])
        made.past_due[:, j] = np.where(on_time, 0, late)
        made.offset[:, j] = np.where(on_time, _in_time(history, past), history.offset[past])
        overdue = np.where(stuck, overdue + MONTH_DAYS, 0)
    return made


def _blank(n: int, months: int) -> ProjectedBills:
    def floats() -> Floats:
        return np.zeros((n, months))

    whole = np.zeros((n, months), np.int64)
    return ProjectedBills(floats(), floats(), floats(), whole, whole.copy(), floats())


def _month(  # noqa: PLR0917
    prior: Floats, minimum: Floats, history: PaymentHistory, past: np.int64, on_time: Bools,
    account: AccountSnapshot, settings: AdviceSettings,
) -> PaymentMonth:  # fmt: skip
    """A month as usual, at least the minimum paid where the plan governs payment, before any lever."""
    due = np.maximum(prior, 0.0)
    asked = np.where(np.isnan(minimum), _unstated_minimum(account) * due, np.minimum(minimum, due))
    usual = history.paid_share[past] * due
    paid = np.where(on_time, np.maximum(usual, asked), usual)
    affordable = np.minimum(due, paid + settings.capacity_share * account.income_cny)
    n = len(prior)
    return PaymentMonth(due, np.full(n, history.charged[past]), paid, affordable, np.zeros(n))


def _unstated_minimum(account: AccountSnapshot) -> float:
    """Share of a bill to pay where the lender states no minimum: all of it while anything is past due."""
    return 1.0 if account.days_past_due else USUAL_MINIMUM


def _minimum_share(bill: Bill) -> float:
    """Minimum due over bill as it last was; NaN where the lender has no minimum."""
    if np.isnan(bill.minimum_cny):
        return float("nan")
    if bill.balance_cny <= 0:
        return USUAL_MINIMUM
    return float(np.clip(bill.minimum_cny / bill.balance_cny, LEAST_MINIMUM, 1.0))


def _in_time(history: PaymentHistory, past: np.int64) -> int:
    """The account's own day where it was in time, else the middle of the day before the due day."""
    offset = int(history.offset[past])
    return offset if offset < DAY and history.past_due[past] == 0 else DAY // 2 - DAY


def _fen(cny: Floats) -> Floats:
    return np.round(cny, 2)
