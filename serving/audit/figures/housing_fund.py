"""Figures of the housing fund."""

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

SOURCE, AMOUNT = "housing_fund", "contribution_cny"


def _latest(known: KnownRows) -> float | None:
    year = within_year(known, SOURCE)
    return float(year[0][AMOUNT]) if year else None


def _mean(known: KnownRows) -> float | None:
    return mean([row[AMOUNT] for row in contributions(known, SOURCE, 12)])


FIGURES: dict[str, Figure] = {
    "hf_contribution": _latest,
    "hf_contribution_avg_12m": _mean,
    "hf_months": on_record(SOURCE),
    "hf_missed_12m": missed(SOURCE, 12),
    "hf_missed_24m": missed(SOURCE, 24),
    "hf_gap_days": since_latest(SOURCE),
    "hf_history_months": since_first(SOURCE),
}
