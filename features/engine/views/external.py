"""Views of linked sources, which need consent, and of public ones."""

from features.calendar import month_number
from features.contract.schemas import EMPLOYER_STATES
from features.engine.aggregate import Aggregate, Op
from features.engine.columns import ColumnReader, rounded
from features.engine.rows import UnsortedRows
from features.engine.views.column_types import (
    DECIMAL,
    FEN,
    FOUR_DECIMALS,
    MONEY,
    NUMBER,
    TEXT,
    WHOLE_CNY,
    enumeration,
)
from features.engine.views.view import View
from features.engine.window import ALL

BUREAU_COUNTS = (
    "n_accounts",
    "n_lenders",
    "max_dpd_24m",
    "n_overdue_24m",
    "inquiries_3m",
    "inquiries_12m",
    "new_accounts_12m",
    "oldest_account_months",
)
BUREAU_AMOUNTS = ("total_limit", "total_balance", "monthly_payment")
INDICATORS = ("unemployment", "cpi_yoy", "retail_sales_yoy", "pmi", "lpr_1y")


def _bureau(r: ColumnReader) -> UnsortedRows:
    t = "bureau_reports"
    columns = {name: r.whole(t, name) for name in BUREAU_COUNTS}
    columns |= {name: r.scaled(t, f"{name}_cny", FEN) for name in BUREAU_AMOUNTS}
    return UnsortedRows(
        r.whole(t, "account_id"), r.moment(t, "reported_at"), r.moment(t, "known_at"), columns
    )


def _third_party(r: ColumnReader) -> UnsortedRows:
    t = "third_party_scores"
    columns = {"score": r.scaled(t, "score", FOUR_DECIMALS)}
    return UnsortedRows(r.whole(t, "account_id"), r.moment(t, "scored_at"), r.moment(t, "known_at"), columns)


def _social_security(r: ColumnReader) -> UnsortedRows:
    t = "social_security"
    columns = {
        "base": r.scaled(t, "contribution_base_cny", FEN),
        "base_yuan": rounded(r.real(t, "contribution_base_cny"), 1),
        "employer": r.whole(t, "employer_id"),
        "month": month_number(r.moment(t, "month")),
    }
    return UnsortedRows(r.whole(t, "account_id"), r.moment(t, "month"), r.moment(t, "known_at"), columns)


def _housing_fund(r: ColumnReader) -> UnsortedRows:
    t = "housing_fund"
    columns = {
        "contribution": r.scaled(t, "contribution_cny", FEN),
        "month": month_number(r.moment(t, "month")),
    }
    return UnsortedRows(r.whole(t, "account_id"), r.moment(t, "month"), r.moment(t, "known_at"), columns)


def _employers(r: ColumnReader) -> UnsortedRows:
    t = "employers"
    columns = {
        "status": r.code(t, "status"),
        "capital": r.scaled(t, "registered_capital_cny", FEN),
        "industry": r.code(t, "industry"),
    }
    return UnsortedRows(
        r.whole(t, "employer_id"), r.moment(t, "recorded_at"), r.moment(t, "known_at"), columns
    )


def _industry(r: ColumnReader) -> UnsortedRows:
    t = "industry_outlook"
    columns = {"prosperity": r.scaled(t, "prosperity", FOUR_DECIMALS)}
    return UnsortedRows(r.code(t, "industry"), r.moment(t, "month"), r.moment(t, "known_at"), columns)


def _macro(r: ColumnReader) -> UnsortedRows:
    t = "macro"
    columns = {name: r.scaled(t, name, FOUR_DECIMALS) for name in INDICATORS}
    month = r.moment(t, "month")
    return UnsortedRows(month * 0, month, r.moment(t, "known_at"), columns)


BUREAU = View(
    "bureau",
    ("bureau_reports",),
    "bureau",
    _bureau,
    {**dict.fromkeys(BUREAU_COUNTS, NUMBER), **dict.fromkeys(BUREAU_AMOUNTS, MONEY)},
)
THIRD_PARTY = View("third_party", ("third_party_scores",), "third_party", _third_party, {"score": DECIMAL})
SOCIAL_SECURITY = View(
    "social_security",
    ("social_security",),
    "social_security",
    _social_security,
    {"base": MONEY, "base_yuan": WHOLE_CNY, "employer": NUMBER, "month": NUMBER},
)
HOUSING_FUND = View(
    "housing_fund",
    ("housing_fund",),
    "housing_fund",
    _housing_fund,
    {"contribution": MONEY, "month": NUMBER},
)
EMPLOYER = Aggregate("social_security", Op.LAST, "employer", window=ALL)
EMPLOYERS = View(
    "employers",
    ("employers", "social_security"),
    "social_security",
    _employers,
    {"status": enumeration(EMPLOYER_STATES), "capital": MONEY, "industry": TEXT},
    key=EMPLOYER,
    revisable=True,
)
INDUSTRY = View(
    "industry",
    ("industry_outlook", "employers", "social_security"),
    "social_security",
    _industry,
    {"prosperity": DECIMAL},
    key=Aggregate("employers", Op.LAST, "industry", window=ALL),
    revisable=True,
)
MACRO = View(
    "macro", ("macro",), "public", _macro, dict.fromkeys(INDICATORS, DECIMAL), key="none", revisable=True
)
