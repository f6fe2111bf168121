"""Views of the lender's own books: account, limit, orders, bills, payments, delinquency."""

import numpy as np

from features.arrays import NULL
from features.contract.schemas import ACCOUNT_STATES, LIMIT_CAUSES, LIMIT_KINDS
from features.engine.columns import ColumnReader, rounded
from features.engine.rows import UnsortedRows
from features.engine.views.column_types import FEN, FLAG, MONEY, NUMBER, TEXT, WHOLE_CNY, enumeration
from features.engine.views.view import View


def _accounts(r: ColumnReader) -> UnsortedRows:
    t = "accounts"
    columns = {"initial_limit": r.scaled(t, "initial_limit_cny", FEN)}
    return UnsortedRows(r.whole(t, "account_id"), r.moment(t, "opened_on"), r.moment(t, "known_at"), columns)


def _limits(r: ColumnReader) -> UnsortedRows:
    """The fixed limit as a step function: the initial one from opening, then each change."""
    t = "limit_changes"
    fixed = r.code(t, "kind") == LIMIT_KINDS.index("fixed")
    initial, new = r.scaled("accounts", "initial_limit_cny", FEN), r.scaled(t, "new_limit_cny", FEN)
    opened, known = r.moment("accounts", "opened_on"), r.moment("accounts", "known_at")
    return UnsortedRows(
        np.concatenate((r.whole("accounts", "account_id"), r.whole(t, "account_id")[fixed])),
        np.concatenate((opened, r.moment(t, "effective_at")[fixed])),
        np.concatenate((known, r.moment(t, "known_at")[fixed])),
        {"limit": np.concatenate((initial, new[fixed]))},
    )


def _limit_changes(r: ColumnReader) -> UnsortedRows:
    t = "limit_changes"
    old, new = r.scaled(t, "old_limit_cny", FEN), r.scaled(t, "new_limit_cny", FEN)
    columns = {
        "change": new - old,
        "new_limit": new,
        "kind": r.code(t, "kind"),
        "cause": r.code(t, "cause"),
    }
    return UnsortedRows(
        r.whole(t, "account_id"), r.moment(t, "effective_at"), r.moment(t, "known_at"), columns
    )


def _orders(r: ColumnReader) -> UnsortedRows:
    t = "orders"
    columns = {
        "amount": r.scaled(t, "amount_cny", FEN),
        "yuan": rounded(r.real(t, "amount_cny"), 1),
        "instalments": r.whole(t, "instalments"),
        "category": r.code(t, "category"),
        "on_credit": r.whole(t, "on_credit"),
    }
    return UnsortedRows(r.whole(t, "account_id"), r.moment(t, "placed_at"), r.moment(t, "known_at"), columns)


def _returns(r: ColumnReader) -> UnsortedRows:
    """Orders that were returned, known from the time of the return."""
    t = "orders"
    returned = r.moment(t, "returned_at")
    kept = returned != NULL
    known = np.maximum(r.moment(t, "known_at"), returned)[kept]
    columns = {"amount": r.scaled(t, "amount_cny", FEN)[kept]}
    return UnsortedRows(r.whole(t, "account_id")[kept], r.moment(t, "placed_at")[kept], known, columns)


def _statements(r: ColumnReader) -> UnsortedRows:
    t = "statements"
    columns = {
        "balance": r.scaled(t, "balance_cny", FEN),
        "yuan": rounded(r.real(t, "balance_cny"), 1),
        "minimum": r.scaled(t, "minimum_due_cny", FEN),
    }
    return UnsortedRows(
        r.whole(t, "account_id"), r.moment(t, "statement_on"), r.moment(t, "known_at"), columns
    )


def _repayments(r: ColumnReader) -> UnsortedRows:
    t = "repayments"
    columns = {
        "amount": r.scaled(t, "amount_cny", FEN),
        "yuan": rounded(r.real(t, "amount_cny"), 1),
    }
    return UnsortedRows(r.whole(t, "account_id"), r.moment(t, "paid_at"), r.moment(t, "known_at"), columns)


def _delinquency(r: ColumnReader) -> UnsortedRows:
    t = "delinquency"
    columns = {"dpd": r.whole(t, "days_past_due"), "state": r.code(t, "account_state")}
    return UnsortedRows(r.whole(t, "account_id"), r.moment(t, "month_end"), r.moment(t, "known_at"), columns)


ACCOUNTS = View("accounts", ("accounts",), "platform", _accounts, {"initial_limit": MONEY}, revisable=True)
LIMITS = View("limits", ("accounts",), "platform", _limits, {"limit": MONEY})
LIMIT_CHANGES = View(
    "limit_changes",
    ("limit_changes",),
    "platform",
    _limit_changes,
    {
        "change": MONEY,
        "new_limit": MONEY,
        "kind": enumeration(LIMIT_KINDS),
        "cause": enumeration(LIMIT_CAUSES),
    },
)
ORDERS = View(
    "orders",
    ("orders",),
    "platform",
    _orders,
    {
        "amount": MONEY,
        "yuan": WHOLE_CNY,
        "instalments": NUMBER,
        "category": TEXT,
        "on_credit": FLAG,
    },
)
RETURNS = View("returns", ("orders",), "platform", _returns, {"amount": MONEY})
STATEMENTS = View(
    "statements",
    ("statements",),
    "platform",
    _statements,
    {"balance": MONEY, "yuan": WHOLE_CNY, "minimum": MONEY},
    revisable=True,
)
REPAYMENTS = View(
    "repayments",
    ("repayments",),
    "platform",
    _repayments,
    {"amount": MONEY, "yuan": WHOLE_CNY},
)
DELINQUENCY = View(
    "delinquency",
    ("delinquency",),
    "platform",
    _delinquency,
    {"dpd": NUMBER, "state": enumeration(ACCOUNT_STATES)},
    revisable=True,
)
