"""Equality at every boundary: knowledge, both ends of windows, late arrival, consent."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from features.definitions import PORTFOLIO
from features.engine import build_live
from features.tables import Tables
from tests.features.worlds import typed

AS_OF = datetime(2026, 3, 31, 12)
TICK = timedelta(microseconds=1)
LONG_AGO = datetime(2020, 1, 1)


def orders(*rows: tuple[datetime, datetime]) -> pl.DataFrame:
    """Orders of 10 CNY by (placed, known)."""
    n = len(rows)
    content = {
        "account_id": [1] * n,
        "known_at": [known for _, known in rows],
        "placed_at": [placed for placed, _ in rows],
        "amount_cny": [10.0] * n,
        "category": ["food"] * n,
        "on_credit": [True] * n,
        "instalments": [1] * n,
        "returned_at": pl.Series([None] * n, dtype=pl.Datetime("us")),
    }
    return typed(content, "orders")


def scores(known_at: datetime, scored_at: datetime) -> pl.DataFrame:
    content = {
        "account_id": 1,
        "known_at": known_at,
        "provider": "zhima",
        "scored_at": scored_at,
        "score": 700.0,
    }
    return typed(pl.DataFrame(content), "third_party_scores")


def consent(granted: datetime, revoked: datetime | None, known: datetime | None = None) -> pl.DataFrame:
    content = {
        "account_id": [1],
        "known_at": [known or granted],
        "source": ["third_party"],
        "granted_at": [granted],
        "revoked_at": pl.Series([revoked], dtype=pl.Datetime("us")),
    }
    return typed(content, "consents")


def another_source() -> pl.DataFrame:
    frame = consent(LONG_AGO, None)
    return frame.with_columns(source=pl.lit("bureau").cast(frame.schema["source"]))


def value(name: str, *, as_of: datetime = AS_OF, **tables: pl.DataFrame) -> float | None:
    found: float | None = build_live(Tables(tables), 1, as_of, PORTFOLIO).frame[name][0]
    return found


def test_a_fact_learned_at_the_very_moment_is_not_known() -> None:
    placed = AS_OF - timedelta(days=3)
    assert value("orders_7d", orders=orders((placed, AS_OF))) == 0
    assert value("orders_7d", orders=orders((placed, AS_OF - TICK))) == 1


def test_an_event_at_the_very_moment_is_outside_of_the_window() -> None:
    assert value("orders_7d", orders=orders((AS_OF, LONG_AGO))) == 0
    assert value("orders_7d", orders=orders((AS_OF - TICK, LONG_AGO))) == 1


def test_a_window_of_days_begins_at_its_first_instant() -> None:
    start = AS_OF - timedelta(days=7)
    assert value("orders_7d", orders=orders((start, LONG_AGO))) == 1
    assert value("orders_7d", orders=orders((start - TICK, LONG_AGO))) == 0


def test_days_back_leave_no_gap_and_share_no_instant() -> None:
    """Two orders on every day of 150: each is in the last 90 days or in the 90 before."""
    placed = [datetime(2026, 3, 31) - timedelta(days=day) for day in range(150)]
    both = value("spent_6m", orders=orders(*((day, LONG_AGO) for day in placed)))
    recent = value("spent_3m", orders=orders(*((day, LONG_AGO) for day in placed)))
    growth = value("spent_growth_6m", orders=orders(*((day, LONG_AGO) for day in placed)))
    assert both is not None
    assert recent is not None
    assert growth == recent / (both - recent)


def test_a_fact_that_arrives_late_counts_from_its_arrival_on_and_in_its_own_time() -> None:
    placed, arrives = datetime(2026, 1, 10), datetime(2026, 3, 1)
    table = orders((placed, arrives))
    assert value("orders_3m", as_of=datetime(2026, 2, 1), orders=table) == 0
    assert value("orders_3m", as_of=arrives, orders=table) == 0
    assert value("orders_3m", as_of=arrives + TICK, orders=table) == 1
    assert value("orders_3m", as_of=datetime(2026, 4, 10), orders=table) == 1
    assert value("orders_3m", as_of=datetime(2026, 4, 10) + TICK, orders=table) == 0


def test_a_correction_replaces_the_row_it_corrects_only_once_it_is_known() -> None:
    rows = {
        "account_id": [1, 1],
        "known_at": [datetime(2026, 3, 1), datetime(2026, 3, 20)],
        "month_end": [datetime(2026, 2, 28).date()] * 2,
        "days_past_due": [45, 0],
        "account_state": pl.Series([None, None], dtype=pl.String),
    }
    table = typed(rows, "delinquency")
    assert value("dpd_max_3m", as_of=datetime(2026, 3, 20), delinquency=table) == 45
    assert value("dpd_max_3m", as_of=datetime(2026, 3, 21), delinquency=table) == 0
    assert value("late_months_3m", as_of=datetime(2026, 3, 21), delinquency=table) == 0


def test_a_payment_is_held_against_its_bill_only_once_the_bill_is_known() -> None:
    billed, paid, bill_arrives = datetime(2026, 1, 31), datetime(2026, 2, 25), datetime(2026, 3, 10)
    payment = {
        "account_id": [1], "known_at": [paid], "paid_at": [paid], "amount_cny": [100.0],
        "statement_on": [billed.date()],
    }  # fmt: skip
    bill = {
        "account_id": [1], "known_at": [bill_arrives], "statement_on": [billed.date()],
        "due_on": [datetime(2026, 2, 20).date()], "balance_cny": [100.0], "minimum_due_cny": [10.0],
        "due_cny": [100.0],
    }  # fmt: skip
    tables = {"repayments": typed(payment, "repayments"), "statements": typed(bill, "statements")}
    for as_of, early, late in ((bill_arrives, None, 0), (bill_arrives + TICK, -5, 1)):
        assert value("days_early_avg_6m", as_of=as_of, **tables) == early
        assert value("late_payments_12m", as_of=as_of, **tables) == late


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        (consent(LONG_AGO, None), True),
        (consent(AS_OF, None), False),
        (consent(AS_OF - TICK, None), True),
        (consent(LONG_AGO, AS_OF), True),
        (consent(LONG_AGO, AS_OF - TICK), False),
        (consent(LONG_AGO, None, known=AS_OF), False),
        (pl.concat([consent(LONG_AGO, datetime(2021, 1, 1)), consent(datetime(2022, 1, 1), None)]), True),
        (consent(LONG_AGO, None).clear(), False),
        (consent(LONG_AGO, None).with_columns(account_id=pl.lit(2, dtype=pl.Int64)), False),
        (another_source(), False),
    ],
    ids=[
        "given", "given at the moment", "given before", "withdrawn at the moment", "withdrawn before",
        "given but not yet known", "given anew", "no row", "another person", "another source",
    ],
)  # fmt: skip
def test_a_source_is_seen_only_under_consent(given: pl.DataFrame, seen: bool) -> None:
    table = scores(AS_OF - timedelta(days=5), AS_OF - timedelta(days=5))
    assert value("third_party_score", third_party_scores=table, consents=given) == (700.0 if seen else None)


def test_a_data_set_without_consents_counts_as_consented() -> None:
    table = scores(AS_OF - timedelta(days=5), AS_OF - timedelta(days=5))
    assert value("third_party_score", third_party_scores=table) == 700.0


def test_an_absent_source_is_null_where_the_lenders_own_books_say_zero() -> None:
    row = build_live(
        Tables({"orders": orders(), "social_security": typed(_no_contribution(), "social_security")}),
        1,
        AS_OF,
        PORTFOLIO,
    )
    for meta in row.catalogue.features:
        found = row.frame[meta.name][0]
        if meta.source not in ("platform", "public"):
            assert found is None, meta.name
    assert row.frame["orders_12m"][0] == 0
    assert row.frame["ss_months"][0] is None


def test_contributions_that_stopped_are_evidence_and_not_absence() -> None:
    stopped = _no_contribution() | {
        "account_id": [1], "known_at": [datetime(2023, 2, 1)], "month": [datetime(2023, 1, 1).date()],
        "contribution_base_cny": [5000.0], "employer_id": [3],
    }  # fmt: skip
    table = typed(stopped, "social_security")
    assert value("ss_months", social_security=table) == 1
    assert value("ss_gap_days", social_security=table) == (AS_OF - datetime(2023, 1, 1)) / timedelta(days=1)
    assert value("ss_base", social_security=table) is None


def _no_contribution() -> dict[str, object]:
    return {"account_id": [], "known_at": [], "month": [], "contribution_base_cny": [], "employer_id": []}
