"""Half-open windows of event time, measured in days back from the moment of observation.

Nothing is counted in calendar months: a month of bills, payments or reports is a cycle of the account's own
(see `engine.cycles`), since a part of a month would mean something else on every day.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """The span `[as_of − start, as_of − end)` of event time.

    The upper end is open, so an event at the very moment of observation lies outside.

    Attributes:
        days: days from its start to the moment of observation, None for all of the past.
        end_days: days from its end to the moment of observation.
    """

    days: int | None = 0
    end_days: int = 0

    @property
    def label(self) -> str:
        """Short name: `90d`, `d91-180` (the 91st to the 180th day back), `all`.

        >>> [window.label for window in (days(90), days_back(91, 180), ALL, Window(None, 90))]
        ['90d', 'd91-180', 'all', 'before-90d']
        """
        if self.days is None:
            return f"before-{self.end_days}d" if self.end_days else "all"
        return f"d{self.end_days + 1}-{self.days}" if self.end_days else f"{self.days}d"


ALL = Window(None)
"""All of the past."""


def days(n: int) -> Window:
    """The last n days.

    >>> days(30)
    Window(days=30, end_days=0)
    """
    return Window(n)


def days_back(first: int, last: int) -> Window:
    """From the first-th to the last-th day back, both included.

    >>> days_back(91, 180)
    Window(days=180, end_days=90)
    """
    return Window(last, first - 1)
