"""When the bills of an account are issued and due: on the same day of every month, due as many days after."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Ints
from features.calendar import DAY


@dataclass(frozen=True)
class BillCalendar:
    """The bills of an account by their number: 0 is the last one known, 1 the next, −1 the one before.

    Attributes:
        last_on: date of the last bill, midnight in microseconds.
        day: day of the month of every bill, the last day in months that are shorter.
        gap: from a bill date to its due date, microseconds.
    """

    last_on: int
    day: int
    gap: int

    def issued(self, number: Ints) -> Ints:
        """Bill dates, midnights in microseconds, in the shape of `number`.

        >>> last = int(np.datetime64("2026-11-12", "us").astype(int))
        >>> dates = BillCalendar(last, 12, 20 * DAY).issued(np.array([0, 1, 2]))
        >>> dates.astype("M8[us]").astype("M8[D]").astype(str).tolist()
        ['2026-11-12', '2026-12-12', '2027-01-12']
        """
        month = np.array(self.last_on).astype("M8[us]").astype("M8[M]") + np.asarray(number, np.int64)
        first = month.astype("M8[D]")
        length = ((month + 1).astype("M8[D]") - first).astype(np.int64)
        days = first.astype(np.int64) + np.minimum(self.day, length) - 1
        return np.asarray(days * DAY, np.int64)

    def due(self, number: Ints) -> Ints:
        """Due dates, midnights in microseconds, in the shape of `number`."""
        return self.issued(number) + self.gap

    def number_of(self, moments: Ints) -> Ints:
        """(m,) number of the first bill dated on the day of each moment or after it.

        >>> calendar = BillCalendar(int(np.datetime64("2026-11-12", "us").astype(int)), 12, 0)
        >>> days = np.array(["2026-10-13", "2026-11-12", "2026-11-13"], "M8[us]").astype(np.int64)
        >>> calendar.number_of(days)
        array([0, 0, 1])
        """
        day = np.asarray(moments, np.int64) // DAY * DAY
        months = day.astype("M8[us]").astype("M8[M]").astype(np.int64)
        number = months - np.array(self.last_on).astype("M8[us]").astype("M8[M]").astype(np.int64)
        return np.asarray(number + (day > self.issued(number)), np.int64)


def calendar_of(statement_on: Ints, due_on: Ints) -> BillCalendar:
    """The calendar of the bills known, (b,) midnights in microseconds, oldest first.

    A last bill on the last day of a short month does not tell its day: the latest day of those before does.
    """
    days = statement_on.astype("M8[us]").astype("M8[D]")
    months = days.astype("M8[M]")
    in_month = (days - months.astype("M8[D]")).astype(np.int64) + 1
    ends_month = (days[-1] + 1).astype("M8[M]") != months[-1]
    day = int(in_month.max()) if ends_month else int(in_month[-1])
    return BillCalendar(int(statement_on[-1]), day, int(due_on[-1] - statement_on[-1]))
