"""Figures of the credit reports that the person lets the lender read."""

from serving.audit.account_rows import KnownRows, Row
from serving.audit.figures.plain import DAY, Figure, age, last_days

SOURCE, TABLE, EVENT = "bureau", "bureau_reports", "reported_at"
MOST_USE = 5.0


def _reports(known: KnownRows) -> list[Row]:
    return known.happened(TABLE) if known.consented(SOURCE) else []


def _latest(column: str) -> Figure:
    def figure(known: KnownRows) -> float | None:
        reports = _reports(known)
        return float(reports[-1][column]) if reports else None

    return figure


def _highest(column: str) -> Figure:
    def figure(known: KnownRows) -> float | None:
        year = last_days(known, TABLE, EVENT, 365) if known.consented(SOURCE) else []
        return max((float(row[column]) for row in year), default=None)

    return figure


def _utilisation(known: KnownRows) -> float | None:
    reports = _reports(known)
    if not reports or reports[-1]["total_limit_cny"] <= 0:
        return None
    return min(float(reports[-1]["total_balance_cny"] / reports[-1]["total_limit_cny"]), MOST_USE)


def _age(known: KnownRows) -> float | None:
    reports = _reports(known)
    return age(known, reports[-1][EVENT], DAY) if reports else None


FIGURES: dict[str, Figure] = {
    "other_accounts": _latest("n_accounts"),
    "other_lenders": _latest("n_lenders"),
    "other_balance": _latest("total_balance_cny"),
    "other_payment": _latest("monthly_payment_cny"),
    "other_new_accounts_12m": _latest("new_accounts_12m"),
    "other_utilisation": _utilisation,
    "other_balance_max_12m": _highest("total_balance_cny"),
    "inquiries_3m": _latest("inquiries_3m"),
    "inquiries_12m": _latest("inquiries_12m"),
    "inquiries_max_12m": _highest("inquiries_3m"),
    "other_worst_dpd_24m": _latest("max_dpd_24m"),
    "other_overdue_months_24m": _latest("n_overdue_24m"),
    "other_oldest_months": _latest("oldest_account_months"),
    "bureau_report_age": _age,
}
