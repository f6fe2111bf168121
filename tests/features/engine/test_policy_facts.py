"""Facts of the policy against plain loops over the rows, and at the very moments at which they change."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from features.definitions.policy_facts import POLICY_FACTS
from features.engine import build, build_live
from features.sources.registry import LINKED
from features.tables import Tables
from tests.features.worlds import typed, world

T = datetime(2025, 6, 1, 9)
MONTH = timedelta(days=30)


def flagged(lifted: datetime | None, known: datetime = T) -> Tables:
    rows = {"account_id": [1], "known_at": [known], "flag": ["fraud"], "set_at": [T], "lifted_at": [lifted]}
    return Tables({"account_flags": typed(rows, "account_flags")})


def fact(tables: Tables, name: str, as_of: datetime) -> float | None:
    value: float | None = build_live(tables, 1, as_of, POLICY_FACTS).frame[name][0]
    return value


def moment(value: float | None) -> datetime | None:
    return None if value is None else datetime(1970, 1, 1) + timedelta(microseconds=int(value))


@pytest.mark.parametrize(
    ("as_of", "stands"),
    [
        (T, 0.0),
        (T + timedelta(seconds=1), 1.0),
        (T + MONTH, 1.0),
        (T + MONTH + timedelta(seconds=1), 0.0),
    ],
)
def test_a_flag_stands_from_when_it_is_set_until_it_is_lifted(as_of: datetime, stands: float) -> None:
    assert fact(flagged(T + MONTH), "flag_fraud", as_of) == stands
    assert fact(flagged(T + MONTH), "flag_minor", as_of) == 0.0


def test_a_flag_counts_from_when_the_lender_knows_of_it() -> None:
    late = flagged(None, known=T + MONTH)
    found = [fact(late, "flag_fraud", T + MONTH + timedelta(seconds=s)) for s in (0, 1)]
    assert found == [0.0, 1.0]


def consents(*rows: tuple[str, datetime, datetime | None]) -> Tables:
    frame = {
        "account_id": [1] * len(rows),
        "known_at": [granted for _, granted, _ in rows],
        "source": [source for source, _, _ in rows],
        "granted_at": [granted for _, granted, _ in rows],
        "revoked_at": [revoked for _, _, revoked in rows],
    }
    return Tables({"consents": typed(frame, "consents")})


def test_a_withdrawal_counts_until_consent_is_given_again() -> None:
    again = consents(("bureau", T, T + MONTH), ("bureau", T + 3 * MONTH, None))
    at = {k: moment(fact(again, "last_withdrawal_at", T + k * MONTH)) for k in (1, 2, 4)}
    assert at == {1: None, 2: T + MONTH, 4: None}


def test_a_second_consent_that_stands_leaves_nothing_withdrawn() -> None:
    twice = consents(("bureau", T, T + 2 * MONTH), ("bureau", T + MONTH, None))
    assert fact(twice, "last_withdrawal_at", T + 3 * MONTH) is None


def test_moments_are_those_of_the_rows() -> None:
    w = world(77, 25, 20)
    found = build(w.tables, w.observations, POLICY_FACTS).frame
    checked = 0
    for row in found.iter_rows(named=True):
        a, as_of = row["account_id"], row["as_of"]
        expected = {
            "last_raise_at": _last_change(w.tables, a, as_of, 1),
            "last_cut_at": _last_change(w.tables, a, as_of, -1),
            "last_withdrawal_at": _withdrawal(w.tables, a, as_of),
        }
        for name, at in expected.items():
            assert moment(row[name]) == at, (name, a, as_of)
            checked += at is not None
    assert checked > 50


def _rows(tables: Tables, table: str, account: int, as_of: datetime) -> list[dict[str, Any]]:
    frame = tables[table].filter(pl.col("account_id") == account, pl.col("known_at") < as_of)
    return list(frame.iter_rows(named=True))


def _last_change(tables: Tables, account: int, as_of: datetime, sign: int) -> datetime | None:
    moments = [
        r["effective_at"]
        for r in _rows(tables, "limit_changes", account, as_of)
        if r["kind"] == "fixed"
        and r["effective_at"] < as_of
        and (round(r["new_limit_cny"] * 100) - round(r["old_limit_cny"] * 100)) * sign > 0
    ]
    return max(moments, default=None)


def _withdrawal(tables: Tables, account: int, as_of: datetime) -> datetime | None:
    found = []
    for source in LINKED:
        own = [r for r in _rows(tables, "consents", account, as_of) if r["source"] == source]
        given = [r for r in own if r["granted_at"] < as_of]
        gone = [r["revoked_at"] for r in given if r["revoked_at"] is not None and r["revoked_at"] < as_of]
        if gone and len(gone) == len(given):
            found.append(max(gone))
    return max(found, default=None)
