"""The plain recomputation and the engine agree on random portfolios, and every figure has a recomputation."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from features.definitions import PORTFOLIO
from features.definitions.policy_facts import MOMENTS
from features.engine import FeatureSet, build
from features.matrix import Observations
from serving.audit.account_rows import AccountRows
from serving.audit.figures import FIGURES
from serving.decision.policy import packaged
from tests.features.worlds import world

FLAGGED = {name for name in packaged().policy.facts if name.startswith("flag_")} | {"opted_out"}
STATED = {meta.name for meta in PORTFOLIO.catalogue.features if meta.customer_facing}
CHECKED = FeatureSet(
    (
        *PORTFOLIO.select(name for name in FIGURES if name in PORTFOLIO.catalogue.names).specs,
        *MOMENTS,
    )
)


def test_every_customer_facing_figure_has_a_recomputation() -> None:
    assert set(FIGURES) >= STATED


def test_every_fact_that_a_rule_or_cap_may_state_has_a_recomputation() -> None:
    assert set(FIGURES) >= set(packaged().policy.facts) - FLAGGED


@pytest.mark.parametrize("seed", range(4))
def test_the_engine_gives_what_the_rows_say(seed: int) -> None:
    """At any hour, at midnights and on the very days of bills."""
    tables = world(seed).tables
    accounts = tables["accounts"]["account_id"].to_list()
    rng = np.random.default_rng(seed)
    moments = [datetime(2025, 1, 1) + timedelta(minutes=int(m)) for m in rng.integers(0, 700_000, 6)]
    moments += [datetime(2026, 1, 12), datetime(2026, 2, 1), datetime(2025, 12, 31, 23, 59, 59, 999_999)]
    frame = pl.DataFrame(
        [(account, moment) for account in accounts for moment in moments],
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
        orient="row",
    )
    compared = 0
    rows = {account: AccountRows.of(tables, account) for account in accounts}
    for row in build(tables, Observations(frame), CHECKED).frame.iter_rows(named=True):
        known = rows[row["account_id"]].known(row["as_of"])
        for name in CHECKED.catalogue.names:
            if row[name] is not None:
                assert FIGURES[name](known) == pytest.approx(row[name], rel=1e-4, abs=1e-6), (name, row)
                compared += 1
    assert compared > 1000


def test_both_count_a_bill_as_overdue_from_the_midnight_after_three_days() -> None:
    """Midnights are where rules are seen to begin, and the hour of many a nightly decision."""
    tables, compared = world(2).tables, 0
    bills = tables["statements"].select("account_id", "due_on").unique().sort("account_id", "due_on")
    frame = bills.select("account_id", as_of=pl.col("due_on").cast(pl.Datetime("us")) + pl.duration(days=4))
    rows = {account: AccountRows.of(tables, account) for account in frame["account_id"].unique().to_list()}
    overdue = build(tables, Observations(frame), PORTFOLIO.select(["overdue_now_cny"])).frame
    for account, as_of, value in overdue.select("account_id", "as_of", "overdue_now_cny").iter_rows():
        if value is not None:
            assert FIGURES["overdue_now_cny"](rows[account].known(as_of)) == pytest.approx(value), as_of
            compared += value > 0
    assert compared > 20
