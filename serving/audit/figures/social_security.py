"""Figures of social security."""

from itertools import pairwise

from serving.audit.account_rows import KnownRows
from serving.audit.figures.contributions import (
    contributions,
    missed,
    on_record,
    since_first,
    since_latest,
    within_year,
)
from serving.audit.figures.plain import Figure, mean

SOURCE, BASE = "social_security", "contribution_base_cny"


def _latest(known: KnownRows) -> float | None:
    year = within_year(known, SOURCE)
    return float(year[0][BASE]) if year else None


def _mean(known: KnownRows) -> float | None:
    return mean([row[BASE] for row in contributions(known, SOURCE, 12)])


def _lowest(known: KnownRows) -> float | None:
    return min((float(row[BASE]) for row in contributions(known, SOURCE, 12)), default=None)


def _changes(known: KnownRows) -> float | None:
    rows = contributions(known, SOURCE, 24)[::-1]
    employers = [row["employer_id"] for row in rows if row["employer_id"] is not None]
    return float(sum(a != b for a, b in pairwise(employers))) if rows else None


def _self_paid(known: KnownRows) -> float | None:
    rows = contributions(known, SOURCE, 12)
    return float(sum(row["employer_id"] is None for row in rows)) if rows else None


FIGURES: dict[str, Figure] = {
    "ss_base": _latest,
    "ss_base_avg_12m": _mean,
    "ss_base_min_12m": _lowest,
    "ss_months": on_record(SOURCE),
    "ss_missed_12m": missed(SOURCE, 12),
    "ss_missed_24m": missed(SOURCE, 24),
    "ss_gap_days": since_latest(SOURCE),
    "ss_history_months": since_first(SOURCE),
    "ss_employer_changes_24m": _changes,
    "ss_self_paid_12m": _self_paid,
}
