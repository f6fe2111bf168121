"""Facts that rules and caps of the policy state; moments of events are microseconds since 1970."""

from datetime import date, datetime, timedelta

from serving.audit.account_rows import KnownRows, at
from serving.audit.figures.delinquency import statuses
from serving.audit.figures.plain import DAY, Figure, age

EPOCH = datetime(1970, 1, 1)


def _moment(moment: date | None) -> float | None:
    return None if moment is None else float((at(moment) - EPOCH) // timedelta(microseconds=1))


def _opened(known: KnownRows) -> float | None:
    rows = known.happened("accounts")
    return _moment(rows[-1]["opened_on"]) if rows else None


def _moved(sign: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        moves = [
            row["effective_at"]
            for row in known.happened("limit_changes")
            if row["kind"] == "fixed" and sign * (row["new_limit_cny"] - row["old_limit_cny"]) > 0
        ]
        return _moment(max(moves, default=None))

    return figure


def _past_due(days: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        late = [row["month_end"] for row in statuses(known) if row["days_past_due"] >= days]
        return _moment(max(late, default=None))

    return figure


def _status_age(known: KnownRows) -> float | None:
    newest = statuses(known, 1)
    return age(known, newest[0]["month_end"], DAY) if newest else None


def _withdrawn(known: KnownRows) -> float | None:
    """The newest withdrawal of a source to which no consent stands."""
    rows = known.happened("consents")
    standing = {row["source"] for row in rows if row["revoked_at"] is None}
    gone = [row["revoked_at"] for row in rows if row["source"] not in standing]
    return _moment(max(gone, default=None))


def _limits_elsewhere(known: KnownRows) -> float | None:
    reports = known.happened("bureau_reports") if known.consented("bureau") else []
    return float(reports[-1]["total_limit_cny"]) if reports else None


FIGURES: dict[str, Figure] = {
    "opened_at": _opened,
    "last_raise_at": _moved(+1),
    "last_cut_at": _moved(-1),
    "last_dpd30_at": _past_due(30),
    "last_dpd60_at": _past_due(60),
    "last_withdrawal_at": _withdrawn,
    "status_age_days": _status_age,
    "other_limit": _limits_elsewhere,
}
