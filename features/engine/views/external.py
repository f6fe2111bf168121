"""Views of sources that need consent, and of public ones."""

from features.contract.schemas import EMPLOYER_STATES
from features.engine.aggregate import Aggregate, Op
from features.engine.columns import ColumnReader, rounded
from features.engine.rows import UnsortedRows
from features.engine.views.platform import months_since
from features.engine.views.view import FEN, FINE, View
from features.engine.window import ALL, NULL

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
    values = {name: r.whole(t, name) for name in BUREAU_COUNTS}
    values |= {name: r.scaled(t, f"{name}_cny", FEN) for name in BUREAU_AMOUNTS}
    return UnsortedRows(
        r.whole(t, "account_id"), r.moment(t, "reported_at"), r.moment(t, "known_at"), values, {}
    )


def _third_party(r: ColumnReader) -> UnsortedRows:
    t = "third_party_scores"
    values = {"score": r.scaled(t, "score", FINE)}
    return UnsortedRows(
        r.whole(t, "account_id"), r.moment(t, "scored_at"), r.moment(t, "known_at"), values, {}
    )


def _social_security(r: ColumnReader) -> UnsortedRows:
    t = "social_security"
    employer = r.whole(t, "employer_id")
    values = {
        "base": r.scaled(t, "contribution_base_cny", FEN),
        "base_yuan": rounded(r.real(t, "contribution_base_cny"), 1),
        "employer": employer,
        "month": months_since(r.moment(t, "month")),
    }
    employed = {"employed": employer != NULL}
    return UnsortedRows(
        r.whole(t, "account_id"), r.moment(t, "month"), r.moment(t, "known_at"), values, employed
    )


def _housing_fund(r: ColumnReader) -> UnsortedRows:
    t = "housing_fund"
    values = {
        "contribution": r.scaled(t, "contribution_cny", FEN),
        "month": months_since(r.moment(t, "month")),
    }
    return UnsortedRows(r.whole(t, "account_id"), r.moment(t, "month"), r.moment(t, "known_at"), values, {})


def _employers(r: ColumnReader) -> UnsortedRows:
    t = "employers"
    status = r.code(t, "status")
    values = {
        "status": status,
        "capital": r.scaled(t, "registered_capital_cny", FEN),
        "industry": r.code(t, "industry"),
    }
    troubled = {"troubled": status != EMPLOYER_STATES.index("active")}
    return UnsortedRows(
        r.whole(t, "employer_id"), r.moment(t, "recorded_at"), r.moment(t, "known_at"), values, troubled
    )


def _industry(r: ColumnReader) -> UnsortedRows:
    t = "industry_outlook"
    values = {"prosperity": r.scaled(t, "prosperity", FINE)}
    return UnsortedRows(r.code(t, "industry"), r.moment(t, "month"), r.moment(t, "known_at"), values, {})


def _macro(r: ColumnReader) -> UnsortedRows:
    t = "macro"
    values = {name: r.scaled(t, name, FINE) for name in INDICATORS}
    month = r.moment(t, "month")
    return UnsortedRows(month * 0, month, r.moment(t, "known_at"), values, {})


BUREAU = View(
    "bureau",
    ("bureau_reports",),
    "bureau",
    _bureau,
    {**dict.fromkeys(BUREAU_COUNTS, 1), **dict.fromkeys(BUREAU_AMOUNTS, FEN)},
)
THIRD_PARTY = View("third_party", ("third_party_scores",), "third_party", _third_party, {"score": FINE})
SOCIAL_SECURITY = View(
    "social_security",
    ("social_security",),
    "social_security",
    _social_security,
    {"base": FEN, "base_yuan": 1, "employer": 1, "month": 1},
    ("employed",),
)
HOUSING_FUND = View(
    "housing_fund", ("housing_fund",), "housing_fund", _housing_fund, {"contribution": FEN, "month": 1}
)
EMPLOYER = Aggregate("social_security", Op.LAST, "employer", window=ALL)
EMPLOYERS = View(
    "employers",
    ("employers", "social_security"),
    "social_security",
    _employers,
    {"status": 1, "capital": FEN, "industry": 1},
    ("troubled",),
    key=EMPLOYER,
    revisable=True,
)
INDUSTRY = View(
    "industry",
    ("industry_outlook", "employers", "social_security"),
    "social_security",
    _industry,
    {"prosperity": FINE},
    key=Aggregate("employers", Op.LAST, "industry", window=ALL),
    revisable=True,
)
MACRO = View(
    "macro", ("macro",), "public", _macro, dict.fromkeys(INDICATORS, FINE), key="none", revisable=True
)
