"""The coming cycles of an account: bill dates, due dates, and which past cycle each repeats."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from features.calendar import DAY
from serving.advice.account import AccountSnapshot, Bills, PaymentHistory
from serving.advice.account.instalments import coming_instalments
from serving.advice.frames import microseconds
from serving.advice.settings import AdviceSettings


@dataclass(frozen=True)
class ComingCycles:
    """k cycles, the first the one in progress; cycle j begins with bill j and ends with bill j + 1.

    Attributes:
        issued: (k + 1,) bill dates, of the last bill first, midnights in microseconds.
        due: (k + 1,) due dates.
        repeats: (k,) which past cycle each repeats, 0 = the latest; the oldest comes first.
        instalments: (k + 1,) instalments on record that fall due with each bill, CNY; 0 for the last one.
        assumed: whether these are spread evenly, for want of a plan on record.
        left: share of the cycle in progress that is still to come.
        charged: charged in the cycle in progress so far, CNY.
        started: of that, in instalment plans.
    """

    issued: Ints
    due: Ints
    repeats: Ints
    instalments: Floats
    assumed: bool
    left: float
    charged: float
    started: float

    def __len__(self) -> int:
        return len(self.repeats)


def coming_cycles(
    account: AccountSnapshot, bills: Bills, history: PaymentHistory, settings: AdviceSettings
) -> ComingCycles:
    """The cycles up to the bill after the longest horizon."""
    n = settings.longest + 1
    number = np.arange(n + 1)
    issued, due = bills.calendar.issued(number), bills.calendar.due(number)
    instalments, assumed = coming_instalments(bills, account.plans, n)
    return ComingCycles(
        issued,
        due,
        seasonal_naive(n, len(history)),
        instalments,
        assumed,
        _share_left(account, bills, int(seasonal_naive(n, len(history))[0]), issued),
        _charged_since(account, int(issued[0]) + DAY),
        float(account.plans.amount[account.plans.started > issued[0]].sum()),
    )


def seasonal_naive(cycles: int, length: int) -> Ints:
    """(cycles,) which past cycle each projected one repeats, 0 = the latest; the oldest comes first."""
    return np.asarray((length - np.arange(1, cycles + 1)) % length)


def _share_left(account: AccountSnapshot, bills: Bills, repeats: int, issued: Ints) -> float:
    """Which share of the charges of a cycle comes after the moment, by the purchases of the one repeated.

    By time where these were none.
    """
    elapsed, length = account.now - int(issued[0]) - DAY, int(issued[1] - issued[0])
    place = len(bills) - 2 - repeats
    if place >= 0:
        start, end = bills.statement_on[place] + DAY, bills.statement_on[place + 1] + DAY
        whole = _purchases(account, int(start), int(end))
        if whole > 0:
            return _purchases(account, int(start) + elapsed, int(end)) / whole
    return float(np.clip(1.0 - elapsed / length, 0.0, 1.0))


def _charged_since(account: AccountSnapshot, start: int) -> float:
    """Purchases on credit that the next bill will hold as far as they are known."""
    return _purchases(account, start, account.now)


def _purchases(account: AccountSnapshot, start: int, end: int) -> float:
    """Purchases on credit in `[start, end)`, returned ones apart, CNY."""
    orders = account.tables["orders"]
    placed = microseconds(orders["placed_at"])
    kept = orders["on_credit"].to_numpy() & orders["returned_at"].is_null().to_numpy()
    return float(orders["amount_cny"].to_numpy()[kept & (placed >= start) & (placed < end)].sum())
