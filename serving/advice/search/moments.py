"""The moments at which a plan is evaluated: those at which something of the account changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from features.arrays import Ints
from features.calendar import DAY, plus_months
from serving.advice.account import AccountSnapshot
from serving.advice.settings import AdviceSettings
from serving.advice.types import Scenario


@dataclass(frozen=True)
class Moments:
    """The moments of one account, each a midnight at which what happened before is known.

    Attributes:
        as_of: the moment of advice.
        after_due: after each coming due day, in order; the k-th is the horizon of k cycles.
        after_bill: after each coming bill until the last of them.
    """

    as_of: datetime
    after_due: tuple[datetime, ...]
    after_bill: tuple[datetime, ...]

    @property
    def last(self) -> datetime:
        """The longest horizon."""
        return self.after_due[-1]

    def horizons(self, cycles: Sequence[int]) -> tuple[datetime, ...]:
        """The moments after so many coming due days."""
        return tuple(self.after_due[k - 1] for k in cycles)

    def lapses(self, scenarios: Sequence[Scenario], seen: Sequence[datetime]) -> tuple[datetime, ...]:
        """Midnights at which rules that bind in the scenarios lapse, up to the last moment."""
        days = {lapse.on for scenario in scenarios for lapse in scenario.outcome.lapses}
        found = {_midnight(day) for day in days if day is not None}
        return tuple(sorted(at for at in found - set(seen) if self.as_of < at <= self.last))


def moments_of(account: AccountSnapshot, settings: AdviceSettings) -> Moments:
    """The moments of an account; without bills, midnights a month apart."""
    n = settings.longest
    if account.bills is None:
        each = plus_months(np.full(n, account.now // DAY * DAY), np.arange(1, n + 1), sticky=False)
        monthly = tuple(_moment(int(at)) for at in each)
        return Moments(account.as_of, monthly, ())
    number, bills = np.arange(n + 2), account.bills
    over = bills.calendar.due(number) + DAY + bills.payment_lag
    issued = bills.calendar.issued(number[1:]) + bills.lag + 1
    after_due = tuple(_moment(int(at)) for at in _midnight_after(over[over > account.now])[:n])
    after_bill = (_moment(int(at)) for at in _midnight_after(issued))
    return Moments(account.as_of, after_due, tuple(at for at in after_bill if at < after_due[-1]))


def _midnight_after(moments: Ints) -> Ints:
    """The first midnight at or after each moment."""
    return -(-moments // DAY) * DAY


def _moment(at: int) -> datetime:
    found: datetime = np.array(at).astype("M8[us]").item()
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)
