"""Figures of the account: its age, its limit and the changes of it."""

from datetime import datetime

from serving.audit.account_rows import KnownRows, Row, at
from serving.audit.figures.plain import DAY, MONTH, Figure, age, average_level, last_days


def steps(known: KnownRows) -> list[tuple[datetime, float]]:
    """The fixed limit: when each level began, by time; of two at once, the one learned later is the later."""
    levels = [
        (at(row["opened_on"]), row["known_at"], row["initial_limit_cny"])
        for row in known.happened("accounts")[-1:]
    ]
    levels += [
        (row["effective_at"], row["known_at"], row["new_limit_cny"])
        for row in known.happened("limit_changes")
        if row["kind"] == "fixed"
    ]
    return [(begins, level) for begins, _, level in sorted(levels)]


def average_limit(known: KnownRows, n: int) -> float | None:
    """The fixed limit, averaged over the last n days or since opening."""
    return average_level(steps(known), known.as_of - n * DAY, known.as_of)


def _tenure(known: KnownRows) -> float | None:
    rows = known.happened("accounts")
    return age(known, rows[-1]["opened_on"], MONTH) if rows else None


def _initial(known: KnownRows) -> float | None:
    rows = known.happened("accounts")
    return float(rows[-1]["initial_limit_cny"]) if rows else None


def _change(row: Row) -> float:
    return float(row["new_limit_cny"] - row["old_limit_cny"]) if row["kind"] == "fixed" else 0.0


def _since(sign: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        moved = [row for row in known.happened("limit_changes") if sign * _change(row) > 0]
        return age(known, moved[-1]["effective_at"], MONTH) if moved else None

    return figure


def _moves(sign: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        rows = last_days(known, "limit_changes", "effective_at", 730)
        return float(sum(sign * _change(row) > 0 for row in rows))

    return figure


def _requests(known: KnownRows) -> float | None:
    rows = last_days(known, "limit_changes", "effective_at", 365)
    return float(sum(row["kind"] == "fixed" and row["cause"] == "request" for row in rows))


def _temporary(known: KnownRows) -> float | None:
    rows = last_days(known, "limit_changes", "effective_at", 365)
    return float(sum(row["kind"] == "temporary" for row in rows))


FIGURES: dict[str, Figure] = {
    "tenure_months": _tenure,
    "limit_initial": _initial,
    "limit_avg_6m": lambda known: average_limit(known, 180),
    "limit_avg_12m": lambda known: average_limit(known, 365),
    "limit_raises_24m": _moves(+1),
    "limit_cuts_24m": _moves(-1),
    "limit_requests_12m": _requests,
    "temporary_limits_12m": _temporary,
    "months_since_raise": _since(+1),
    "months_since_cut": _since(-1),
}
