"""Advice enacted: what a path asks for happens from its moment on, and nothing else changes."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from experiments.advice.simulation import Enacted, enact
from experiments.portfolio.config import WorldConfig
from features.tables import Tables
from serving.advice import Lever, LeverKind
from serving.advice.external_sources import TABLE_OF
from serving.advice.settings import packaged

CONFIG = WorldConfig(n_accounts=300, n_months=36, workers=1)
MONTH = CONFIG.span - 12
DAY: date = CONFIG.month_start(MONTH)
AS_OF = datetime(DAY.year, DAY.month, DAY.day)


def lived(*levers: Lever) -> Tables:
    return enact(CONFIG, [Enacted(a, levers, 10_000.0) for a in range(1, 61)], AS_OF, packaged())


@pytest.fixture(scope="module")
def idle() -> Tables:
    return lived()


def consented(tables: Tables, source: str) -> set[int]:
    """Accounts whose consent to a source holds at the moment of advice."""
    held = tables["consents"].filter(
        (pl.col("source") == source)
        & (pl.col("granted_at") < AS_OF)
        & (pl.col("revoked_at").is_null() | (pl.col("revoked_at") >= AS_OF))
    )
    return set(held["account_id"].to_list())


@pytest.mark.parametrize("source", sorted(TABLE_OF))
def test_a_linked_source_is_granted_after_the_advice_and_shows_what_the_world_holds(
    idle: Tables, source: str
) -> None:
    linked, table = lived(Lever(LeverKind.LINK, 0.25, source)), TABLE_OF[source]
    before = consented(idle, source)
    fresh = linked["consents"].filter(
        (pl.col("source") == source) & ~pl.col("account_id").is_in(list(before))
    )
    opened = set(idle["accounts"].filter(pl.col("known_at") < AS_OF)["account_id"].to_list())
    assert opened - before <= set(fresh["account_id"].to_list())
    assert fresh.filter(pl.col("account_id").is_in(list(opened - before)))["granted_at"].min() > AS_OF
    new_rows = linked[table].filter(~pl.col("account_id").is_in(list(before)))
    assert new_rows.height > 0
    assert new_rows["known_at"].min() > AS_OF
    kept = pl.col("account_id").is_in(list(before)) & (pl.col("known_at") < AS_OF)
    assert linked[table].filter(kept).equals(idle[table].filter(kept))


def test_linking_a_source_changes_no_other_table(idle: Tables) -> None:
    linked = lived(Lever(LeverKind.LINK, 0.25, "housing_fund"))
    for name, frame in idle.frames.items():
        if name not in ("consents", "housing_fund"):
            assert linked[name].equals(frame), name


def test_whoever_pays_in_full_owes_no_more_than_the_last_months_purchases(idle: Tables) -> None:
    paying = lived(Lever(LeverKind.IN_FULL))
    late = (pl.col("known_at") >= AS_OF) & (pl.col("days_past_due") > 0)
    assert idle["delinquency"].filter(late).height > 0
    asked = set(idle["statements"].filter(pl.col("known_at") < AS_OF)["account_id"].to_list())
    ours = pl.col("account_id").is_in(list(asked))
    assert paying["delinquency"].filter(late & ours).height < idle["delinquency"].filter(late & ours).height
    last = idle["statements"].filter(ours)["known_at"].max()
    bills = [
        t["statements"].filter(ours & (pl.col("known_at") == last))["balance_cny"] for t in (paying, idle)
    ]
    assert float(np.mean(bills[0].to_numpy())) < float(np.mean(bills[1].to_numpy()))


def test_nothing_known_before_the_advice_is_touched(idle: Tables) -> None:
    acting = lived(Lever(LeverKind.USE, 0.1), Lever(LeverKind.INQUIRIES), Lever(LeverKind.DEBT, 0.1))
    for name, frame in idle.frames.items():
        if "account_id" in frame.columns:
            past = pl.col("known_at") < AS_OF
            columns = [c for c in frame.columns if c not in ("returned_at", "revoked_at", "accepted_at")]
            assert acting[name].filter(past).select(columns).equals(frame.filter(past).select(columns)), name
