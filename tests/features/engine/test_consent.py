from datetime import datetime

import polars as pl

from features.engine.consent import consented
from features.tables import Tables

NOON = datetime(2025, 6, 1, 12)


def held(*rows: tuple[int, datetime, datetime, datetime | None, str]) -> Tables:
    columns = ["account_id", "known_at", "granted_at", "revoked_at", "source"]
    moment = pl.Datetime("us")
    kinds = [pl.Int64(), moment, moment, moment, pl.String()]
    schema = pl.Schema(zip(columns, kinds, strict=True))
    return Tables({"consents": pl.DataFrame(rows, schema=schema, orient="row")})


def test_a_consent_counts_from_after_it_is_known_until_it_is_withdrawn() -> None:
    before, after = datetime(2025, 5, 1), datetime(2025, 7, 1)
    tables = held(
        (1, before, before, None, "bureau"),
        (1, NOON, before, None, "third_party"),
        (1, before, before, NOON, "social_security"),
        (1, before, before, before, "housing_fund"),
        (2, before, before, None, "housing_fund"),
    )
    assert consented(tables, 1, NOON) == {"bureau", "social_security"}
    assert consented(tables, 1, after) == {"bureau", "third_party"}


def test_where_no_consents_are_kept_nothing_is_known_of_them() -> None:
    assert consented(Tables({}), 1, NOON) == frozenset()
