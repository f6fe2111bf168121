"""The bills to come: what n courses of behaviour make of them, month by month.

Bill = bill before − paid + charged, the identity of the books. Charges, shares paid, days of
payment and days past due repeat the person's own last months, so that seasons and unevenness stay;
a lever changes what it is about and nothing else. What is paid beyond the usual never exceeds what
the person is taken to be able to pay.
"""

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from features.calendar import DAY
from serving.advice.behaviour import Behaviour
from serving.advice.person import Habits, Person
from serving.advice.settings import AdviceSettings

MONTH_DAYS = 30
LEAST_MINIMUM = 0.05
USUAL_MINIMUM = 0.10


@dataclass(frozen=True)
class Ledger:
    """n courses over k months, all (n, k).

    Attributes:
        bill: balance at the month's bill, CNY.
        minimum: its minimum due, NaN where the lender has none.
        paid: paid in the month against the bill before, CNY.
        offset: the payment less the due day, microseconds.
        past_due: days past due at month end.
        moved: charges paid in cash instead, CNY.
    """

    bill: Floats
    minimum: Floats
    paid: Floats
    offset: Ints
    past_due: Ints
    moved: Floats


@dataclass
class _Month:
    """One month in the making, each array (n,)."""

    prior: Floats
    owed: Floats
    charge: Floats
    usual: Floats
    paid: Floats
    moved: Floats


def template(months: int, length: int) -> Ints:
    """(months,) which past month each month to come repeats, 0 = the latest; the oldest comes first."""
    return np.asarray((length - np.arange(1, months + 1)) % length)


def project_ledger(person: Person, habits: Habits, b: Behaviour, settings: AdviceSettings) -> Ledger:
    """The books of the months to come."""
    assert person.bill is not None
    n, months = len(b), settings.longest
    repeat, ledger = template(months, len(habits.charged)), _blank(n, months)
    share, owed = _minimum_share(person), np.full(n, person.bill.minimum_cny)
    prior = np.full(n, person.bill.balance_cny)
    stuck = np.full(n, int(habits.past_due[0])) * ~b.on_time
    for j, past in enumerate(repeat):
        frozen = stuck > 0
        usual = habits.paid_share[past] * np.maximum(prior, 0.0)
        month = _Month(prior, owed, np.full(n, habits.charged[past]), usual, usual.copy(), np.zeros(n))
        _act(month, person, b, settings)
        month.paid[frozen], month.charge[frozen] = 0.0, 0.0
        ledger.paid[:, j] = _fen(np.minimum(month.paid, np.maximum(prior, 0.0)))
        ledger.moved[:, j] = _fen(month.moved)
        prior = _fen(np.where(prior < 0, prior, prior - ledger.paid[:, j]) + month.charge)
        owed = _fen(np.maximum(prior, 0.0) * share)
        ledger.bill[:, j], ledger.minimum[:, j] = prior, owed
        ledger.past_due[:, j] = np.where(
            b.on_time, 0, np.where(frozen, stuck + MONTH_DAYS, habits.past_due[past])
        )
        ledger.offset[:, j] = np.where(b.on_time, _in_time(habits, past), habits.offset[past])
        stuck = np.where(frozen, stuck + MONTH_DAYS, 0)
    return ledger


def _blank(n: int, months: int) -> Ledger:
    def floats() -> Floats:
        return np.zeros((n, months))

    whole = np.zeros((n, months), np.int64)
    return Ledger(floats(), floats(), floats(), whole, whole.copy(), floats())


def _act(m: _Month, person: Person, b: Behaviour, settings: AdviceSettings) -> None:
    """Raises what is paid and lowers what is charged, as the levers say."""
    due = np.maximum(m.prior, 0.0)
    least = np.where(np.isnan(m.owed), _unstated(person) * due, np.minimum(m.owed, due))
    m.paid[b.on_time] = np.maximum(m.paid, least)[b.on_time]
    reach = np.minimum(due, m.paid + settings.capacity_share * person.means_cny)
    m.paid[b.in_full] = reach[b.in_full]
    target = b.use * person.limit_cny
    needed = np.clip(due + m.charge - target, m.paid, np.maximum(reach, m.paid))
    aims = np.isfinite(b.use)
    m.paid[aims] = needed[aims]
    over = np.where(aims, np.maximum(0.0, due - m.paid + m.charge - np.where(aims, target, 0.0)), 0.0)
    m.moved = np.minimum(over, settings.most_cut * m.charge)
    m.charge = m.charge - m.moved


def _unstated(person: Person) -> float:
    """Share of a bill to pay where the lender states no minimum: all of it while anything is past due."""
    return 1.0 if person.past_due else USUAL_MINIMUM


def _minimum_share(person: Person) -> float:
    """Minimum due over bill as it last was; NaN where the lender has no minimum."""
    assert person.bill is not None
    bill = person.bill
    if np.isnan(bill.minimum_cny):
        return float("nan")
    if bill.balance_cny <= 0:
        return USUAL_MINIMUM
    return float(np.clip(bill.minimum_cny / bill.balance_cny, LEAST_MINIMUM, 1.0))


def _in_time(habits: Habits, past: np.int64) -> int:
    """The person's own day where it was in time, else the middle of the day before the due day."""
    offset = int(habits.offset[past])
    return offset if offset < DAY and habits.past_due[past] == 0 else DAY // 2 - DAY


def _fen(cny: Floats) -> Floats:
    return np.round(cny, 2)
