"""Views of the lender's own books: account, limit, orders, bills, payments, delinquency."""

import numpy as np

from features.arrays import Bools, Ints
from features.calendar import DAY
from features.contract.schemas import ACCOUNT_STATES, LIMIT_CAUSES, LIMIT_KINDS
from features.engine.columns import ColumnReader, rounded
from features.engine.rows import UnsortedRows
from features.engine.views.view import FEN, View
from features.engine.window import NULL

FIXED = LIMIT_KINDS.index("fixed")


def _accounts(r: ColumnReader) -> UnsortedRows:
    t = "accounts"
    values = {"initial_limit": r.scaled(t, "initial_limit_cny", FEN)}
    return UnsortedRows(
        r.whole(t, "account_id"), r.moment(t, "opened_on"), r.moment(t, "known_at"), values, {}
    )


def _limits(r: ColumnReader) -> UnsortedRows:
    """The fixed limit as steps: the initial one at opening, then each change."""
    t = "limit_changes"
    fixed = r.code(t, "kind") == FIXED
    opened, known = r.moment("accounts", "opened_on"), r.moment("accounts", "known_at")
    return UnsortedRows(
        np.concatenate((r.whole("accounts", "account_id"), r.whole(t, "account_id")[fixed])),
        np.concatenate((opened, r.moment(t, "effective_at")[fixed])),
        np.concatenate((known, r.moment(t, "known_at")[fixed])),
        {
            "limit": np.concatenate(
                (r.scaled("accounts", "initial_limit_cny", FEN), r.scaled(t, "new_limit_cny", FEN)[fixed])
            )
        },
        {},
    )


def _limit_changes(r: ColumnReader) -> UnsortedRows:
    t = "limit_changes"
    old, new = r.scaled(t, "old_limit_cny", FEN), r.scaled(t, "new_limit_cny", FEN)
    fixed = r.code(t, "kind") == FIXED
    flags = {
        "raise": fixed & (new > old),
        "cut": fixed & (new < old),
        "requested": fixed & (r.code(t, "cause") == LIMIT_CAUSES.index("request")),
        "temporary": r.code(t, "kind") == LIMIT_KINDS.index("temporary"),
    }
    key, event = r.whole(t, "account_id"), r.moment(t, "effective_at")
    return UnsortedRows(key, event, r.moment(t, "known_at"), {"change": new - old, "new_limit": new}, flags)


def _orders(r: ColumnReader) -> UnsortedRows:
    t = "orders"
    amount = r.scaled(t, "amount_cny", FEN)
    instalments = r.whole(t, "instalments")
    values = {
        "amount": amount,
        "yuan": rounded(r.real(t, "amount_cny"), 1),
        "instalments": instalments,
        "category": r.code(t, "category"),
        "month": months_since(r.moment(t, "placed_at")),
    }
    on_credit = r.flag(t, "on_credit")
    flags = {"on_credit": on_credit, "split": on_credit & (instalments > 1), "cash": ~on_credit}
    return UnsortedRows(
        r.whole(t, "account_id"), r.moment(t, "placed_at"), r.moment(t, "known_at"), values, flags
    )


def _returns(r: ColumnReader) -> UnsortedRows:
    """Orders that came back, known when they did."""
    t = "orders"
    returned = r.moment(t, "returned_at")
    kept = returned != NULL
    known = np.maximum(r.moment(t, "known_at"), returned)[kept]
    values = {"amount": r.scaled(t, "amount_cny", FEN)[kept]}
    return UnsortedRows(r.whole(t, "account_id")[kept], r.moment(t, "placed_at")[kept], known, values, {})


def _statements(r: ColumnReader) -> UnsortedRows:
    t = "statements"
    balance = r.scaled(t, "balance_cny", FEN)
    minimum = r.scaled(t, "minimum_due_cny", FEN)
    values = {"balance": balance, "yuan": rounded(r.real(t, "balance_cny"), 1), "minimum": minimum}
    flags = {"owing": balance > 0, "asking": minimum > 0, "empty": balance == 0, "in_credit": balance < 0}
    return UnsortedRows(
        r.whole(t, "account_id"), r.moment(t, "statement_on"), r.moment(t, "known_at"), values, flags
    )


def months_since(moments: Ints) -> Ints:
    """Calendar months since January 1970."""
    return moments.astype("M8[us]").astype("M8[M]").astype(np.int64)


def day_of(moments: Ints) -> Ints:
    """Days since 1970, rounded down."""
    return moments // DAY


def _repayments(r: ColumnReader) -> UnsortedRows:
    t = "repayments"
    values = {
        "amount": r.scaled(t, "amount_cny", FEN),
        "yuan": rounded(r.real(t, "amount_cny"), 1),
        "month": months_since(r.moment(t, "paid_at")),
    }
    return UnsortedRows(r.whole(t, "account_id"), r.moment(t, "paid_at"), r.moment(t, "known_at"), values, {})


def _delinquency(r: ColumnReader) -> UnsortedRows:
    t = "delinquency"
    late = r.whole(t, "days_past_due")
    state = r.code(t, "account_state")
    flags: dict[str, Bools] = {name: state == code for code, name in enumerate(ACCOUNT_STATES)}
    flags |= {
        "stated": state != NULL,
        "current": late == 0,
        "late": late > 0,
        "late30": late >= 30,
        "late60": late >= 60,
    }
    values = {"dpd": late, "state": state}
    return UnsortedRows(
        r.whole(t, "account_id"), r.moment(t, "month_end"), r.moment(t, "known_at"), values, flags
    )


ACCOUNTS = View("accounts", ("accounts",), "platform", _accounts, {"initial_limit": FEN}, revisable=True)
LIMITS = View("limits", ("accounts",), "platform", _limits, {"limit": FEN})
LIMIT_CHANGES = View(
    "limit_changes",
    ("limit_changes",),
    "platform",
    _limit_changes,
    {"change": FEN, "new_limit": FEN},
    ("raise", "cut", "requested", "temporary"),
)
ORDERS = View(
    "orders",
    ("orders",),
    "platform",
    _orders,
    {"amount": FEN, "yuan": 1, "instalments": 1, "category": 1, "month": 1},
    ("on_credit", "split", "cash"),
)
RETURNS = View("returns", ("orders",), "platform", _returns, {"amount": FEN})
STATEMENTS = View(
    "statements",
    ("statements",),
    "platform",
    _statements,
    {"balance": FEN, "yuan": 1, "minimum": FEN},
    ("owing", "asking", "empty", "in_credit"),
    revisable=True,
)
REPAYMENTS = View(
    "repayments", ("repayments",), "platform", _repayments, {"amount": FEN, "yuan": 1, "month": 1}
)
DELINQUENCY = View(
    "delinquency",
    ("delinquency",),
    "platform",
    _delinquency,
    {"dpd": 1, "state": 1},
    (*ACCOUNT_STATES, "stated", "current", "late", "late30", "late60"),
    revisable=True,
)
