"""Figures of the employer, by the company registry."""

from serving.audit.account_rows import KnownRows, Row
from serving.audit.figures.contributions import contributions
from serving.audit.figures.plain import MONTH, Figure, age


def _records(known: KnownRows) -> list[Row]:
    """What the registry recorded of the employer named by the newest contribution that names one."""
    named = [row["employer_id"] for row in contributions(known, "social_security")]
    employer = next((number for number in named if number is not None), None)
    return [row for row in known.happened("employers") if row["employer_id"] == employer]


def _troubled(known: KnownRows) -> float | None:
    records = _records(known)
    return float(records[-1]["status"] != "active") if records else None


def _capital(known: KnownRows) -> float | None:
    records = _records(known)
    return float(records[-1]["registered_capital_cny"]) if records else None


def _since(place: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        records = _records(known)
        return age(known, records[place]["recorded_at"], MONTH) if records else None

    return figure


FIGURES: dict[str, Figure] = {
    "employer_troubled": _troubled,
    "employer_capital": _capital,
    "employer_age_months": _since(0),
    "employer_state_months": _since(-1),
}
