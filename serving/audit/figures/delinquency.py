"""Figures of month-end status: days past due and the states that an issuer reports."""

from collections.abc import Callable, Sequence

from serving.audit.account_rows import KnownRows, Row
from serving.audit.figures.plain import MONTH, Figure, age, by_event

Test = Callable[[Row], bool]
STATES = ("no_use", "paid_in_full", "revolving")


def statuses(known: KnownRows, n: int | None = None) -> list[Row]:
    """The n newest month ends whose status is known, the newest first; all of them without a number."""
    return by_event(known.happened("delinquency"), "month_end")[::-1][:n]


def _late(row: Row) -> bool:
    return bool(row["days_past_due"] > 0)


def _current(row: Row) -> bool:
    return bool(row["days_past_due"] == 0)


def _at_least(days: int) -> Test:
    return lambda row: bool(row["days_past_due"] >= days)


def _in(state: str) -> Test:
    return lambda row: bool(row["account_state"] == state)


def _days(k: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        rows = statuses(known, k)
        return float(rows[k - 1]["days_past_due"]) if len(rows) == k else None

    return figure


def _worst(n: int | None) -> Figure:
    return lambda known: max((float(row["days_past_due"]) for row in statuses(known, n)), default=None)


def _number(n: int, test: Test) -> Figure:
    return lambda known: float(sum(test(row) for row in statuses(known, n)))


def _where_reported(n: int | None, count: Callable[[Sequence[Row]], int]) -> Figure:
    def figure(known: KnownRows) -> float | None:
        rows = statuses(known, n)
        reported = any(row["account_state"] is not None for row in rows)
        return float(count(rows)) if reported else None

    return figure


def _run(rows: Sequence[Row], test: Test) -> int:
    """How many rows, from the newest on, meet the test without a break."""
    length = 0
    while length < len(rows) and test(rows[length]):
        length += 1
    return length


def _longest(known: KnownRows) -> float | None:
    rows = statuses(known, 24)
    return float(max((_run(rows[start:], _late) for start in range(len(rows))), default=0))


def _since_late(known: KnownRows) -> float | None:
    late = [row for row in statuses(known) if _late(row)]
    return age(known, late[0]["month_end"], MONTH) if late else None


def _in_a_row(state: str) -> Figure:
    return _where_reported(None, lambda rows: _run(rows, _in(state)))


def _times(state: str, n: int) -> Figure:
    return _where_reported(n, lambda rows: sum(map(_in(state), rows)))


FIGURES: dict[str, Figure] = {
    **{f"dpd_m{k}": _days(k) for k in range(1, 7)},
    **{f"dpd_max_{n}m": _worst(n) for n in (3, 6, 12)},
    "dpd_max_all": _worst(None),
    **{f"late_months_{n}m": _number(n, _late) for n in (3, 6, 12)},
    **{f"late30_months_{n}m": _number(n, _at_least(30)) for n in (6, 12)},
    **{f"late60_months_{n}m": _number(n, _at_least(60)) for n in (6, 24)},
    "months_since_late": _since_late,
    "current_streak": lambda known: float(_run(statuses(known), _current)),
    "late_streak": lambda known: float(_run(statuses(known), _late)),
    "late_longest_24m": _longest,
    **{f"{state}_months_{n}m": _times(state, n) for state in STATES for n in (3, 6)},
    **{f"{state}_streak": _in_a_row(state) for state in STATES},
}
