"""The coming cycles of an account: bill dates, due dates, and which past cycle each repeats."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from features.calendar import DAY
from serving.advice.account import AccountSnapshot, Bills, PaymentHistory
from serving.advice.account.instalments import coming_instalments
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
    length = float(issued[1] - issued[0])
    return ComingCycles(
        issued,
        due,
        seasonal_naive(n, len(history)),
        instalments,
        assumed,
        float(np.clip((issued[1] + DAY - account.now) / length, 0.0, 1.0)),
        _charged_since(account, int(issued[0]) + DAY),
        float(account.plans.amount[account.plans.started > issued[0]].sum()),
    )


def seasonal_naive(cycles: int, length: int) -> Ints:
    """(cycles,) which past cycle each projected one repeats, 0 = the latest; the oldest comes first."""
    return np.asarray((length - np.arange(1, cycles + 1)) % length)


def _charged_since(account: AccountSnapshot, start: int) -> float:
    """Purchases on credit that the next bill will hold as far as they are known, returned ones apart."""
    orders = account.tables["orders"]
    placed = orders["placed_at"].to_numpy().astype("M8[us]").astype(np.int64)
    on_credit, kept = orders["on_credit"].to_numpy(), orders["returned_at"].is_null().to_numpy()
    return float(orders["amount_cny"].to_numpy()[(placed >= start) & on_credit & kept].sum())
