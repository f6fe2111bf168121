"""Counterfactual simulation of plans: a plan changes what it asks for, nothing else."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from experiments.advice.outcomes.levers import behaviour_change
from experiments.advice.outcomes.simulate import Intervention, simulate
from experiments.portfolio.config import SimulationConfig
from features.sources.registry import LINKED
from features.tables import Tables
from serving.advice import Lever
from serving.advice.settings_file import packaged
from tests.scalars import scalar

CONFIG = SimulationConfig(n_accounts=300, n_months=36, workers=1)
MONTH = CONFIG.span - 12
DAY: date = CONFIG.month_start(MONTH)
AS_OF = datetime(DAY.year, DAY.month, DAY.day)


def simulated(*plan: Lever) -> Tables:
    interventions = [Intervention(a, plan, 10_000.0) for a in range(1, 61)]
    return simulate(CONFIG, interventions, AS_OF, packaged())


@pytest.fixture(scope="module")
def unchanged() -> Tables:
    return simulated()


def consented(tables: Tables, source: str) -> set[int]:
    """Accounts whose consent to a source holds at the moment of advice."""
    held = tables["consents"].filter(
        (pl.col("source") == source)
        & (pl.col("granted_at") < AS_OF)
        & (pl.col("revoked_at").is_null() | (pl.col("revoked_at") >= AS_OF))
    )
    return set(held["account_id"].to_list())


@pytest.mark.parametrize("source", sorted(LINKED))
def test_a_linked_source_is_granted_after_the_advice_and_shows_what_is_simulated(
    unchanged: Tables, source: str
) -> None:
    linked, table = simulated(Lever("link", 0.25, source)), LINKED[source].table
    before = consented(unchanged, source)
    fresh = linked["consents"].filter(
        (pl.col("source") == source) & ~pl.col("account_id").is_in(list(before))
    )
    opened = set(unchanged["accounts"].filter(pl.col("known_at") < AS_OF)["account_id"].to_list())
    assert opened - before <= set(fresh["account_id"].to_list())
    granted = fresh.filter(pl.col("account_id").is_in(list(opened - before)))["granted_at"]
    assert scalar(granted.min(), datetime) > AS_OF
    new_rows = linked[table].filter(~pl.col("account_id").is_in(list(before)))
    assert new_rows.height > 0
    assert scalar(new_rows["known_at"].min(), datetime) > AS_OF
    kept = pl.col("account_id").is_in(list(before)) & (pl.col("known_at") < AS_OF)
    assert linked[table].filter(kept).equals(unchanged[table].filter(kept))


def test_linking_a_source_changes_no_other_table(unchanged: Tables) -> None:
    linked = simulated(Lever("link", 0.25, "housing_fund"))
    for name, frame in unchanged.frames.items():
        if name not in ("consents", "housing_fund"):
            assert linked[name].equals(frame), name


def test_paying_in_full_lowers_arrears_and_bills(unchanged: Tables) -> None:
    paying = simulated(Lever("in_full"))
    late = (pl.col("known_at") >= AS_OF) & (pl.col("days_past_due") > 0)
    assert unchanged["delinquency"].filter(late).height > 0
    asked = set(unchanged["statements"].filter(pl.col("known_at") < AS_OF)["account_id"].to_list())
    ours = pl.col("account_id").is_in(list(asked))
    arrears = [t["delinquency"].filter(late & ours).height for t in (paying, unchanged)]
    assert arrears[0] < arrears[1]
    last = scalar(unchanged["statements"]["known_at"].max(), datetime) - timedelta(days=28)
    bills = [
        t["statements"].filter(ours & (pl.col("known_at") > last))["balance_cny"] for t in (paying, unchanged)
    ]
    assert float(np.mean(bills[0].to_numpy())) < float(np.mean(bills[1].to_numpy()))


def test_nothing_known_before_the_advice_is_touched(unchanged: Tables) -> None:
    acting = simulated(Lever("use", 0.1), Lever("inquiries"), Lever("debt", 0.1))
    for name, frame in unchanged.frames.items():
        if "account_id" in frame.columns:
            past = pl.col("known_at") < AS_OF
            columns = [c for c in frame.columns if c not in ("returned_at", "revoked_at", "accepted_at")]
            assert acting[name].filter(past).select(columns).equals(frame.filter(past).select(columns)), name


def test_combined_changes_keep_the_stronger() -> None:
    both = behaviour_change((Lever("in_full"), Lever("use", 0.3), Lever("debt", 0.06)))
    assert (both.pay_on_time, both.use, both.pay_down, both.fewer_inquiries) == (True, 0.0, 0.06, 0.0)
