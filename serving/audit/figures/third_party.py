"""Figures of third-party scores."""

from serving.audit.account_rows import KnownRows, Row
from serving.audit.figures.plain import DAY, Figure, age, last_days

SOURCE, TABLE, EVENT = "third_party", "third_party_scores", "scored_at"


def _scores(known: KnownRows) -> list[Row]:
    return known.happened(TABLE) if known.consented(SOURCE) else []


def _latest(known: KnownRows) -> float | None:
    scores = _scores(known)
    return float(scores[-1]["score"]) if scores else None


def _lowest(known: KnownRows) -> float | None:
    year = last_days(known, TABLE, EVENT, 365) if known.consented(SOURCE) else []
    return min((float(row["score"]) for row in year), default=None)


def _age(known: KnownRows) -> float | None:
    scores = _scores(known)
    return age(known, scores[-1][EVENT], DAY) if scores else None


FIGURES: dict[str, Figure] = {
    "third_party_score": _latest,
    "third_party_min_12m": _lowest,
    "third_party_age": _age,
}
