"""Views of public tables; the company registry is reached through social security, under its consent."""

from features.contract.schemas import EMPLOYER_STATES
from features.engine.aggregate import Aggregate, Op
from features.engine.columns import ColumnReader
from features.engine.rows import UnsortedRows
from features.engine.views.column_types import (
    DECIMAL,
    FEN,
    FOUR_DECIMALS,
    MONEY,
    TEXT,
    enumeration,
)
from features.engine.views.view import View
from features.engine.window import ALL

INDICATORS = ("unemployment", "cpi_yoy", "retail_sales_yoy", "pmi", "lpr_1y")


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
