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
