"""Column types shared by the schemas of all tables: an account number, a moment, an amount."""

from typing import Any

import dataframely as dy


def account_id() -> dy.Int64:
    """The lender's own account number; other identifiers are mapped to integers by the adapter."""
    return dy.Int64(description="account number")


def known_at() -> dy.Datetime:
    """When the lender *learned* the fact, which is not when it happened."""
    return dy.Datetime(time_unit="us", description="when the lender learned the fact")


def moment(description: str, **options: Any) -> dy.Datetime:
    """A moment in local wall-clock time, in microseconds."""
    return dy.Datetime(time_unit="us", description=description, **options)


def amount(description: str, **options: Any) -> dy.Float64:
    """An amount in CNY, finite, with at most two decimals of meaning (fen)."""
    return dy.Float64(description=description + ", CNY", **options)
