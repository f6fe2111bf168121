"""The simulated behaviour, and what the tables show of it."""

from datetime import date

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN, SimulationConfig
from experiments.portfolio.emit.shared import shared_tables
from experiments.portfolio.simulation import Trajectories, economy_of
from features.contract.check import check
from features.contract.registry import TABLES
from features.sources.registry import LINKED
from tests.scalars import number, scalar

Frames = dict[str, pl.DataFrame]


def test_every_table_keeps_the_contract(tables: Frames, config: SimulationConfig) -> None:
    everything = {**tables, **shared_tables(config, economy_of(config))}
    assert set(everything) == set(TABLES) - {"account_flags"}
    for name, frame in everything.items():
        assert frame.height > 0, name
        check(frame, TABLES[name])


def test_nothing_is_known_before_it_happens_or_after_the_end(
    tables: Frames, config: SimulationConfig
) -> None:
    end = config.month_start(config.span)
    for name, frame in tables.items():
        event = TABLES[name].event
        assert frame.filter(pl.col("known_at").cast(pl.Date) < pl.col(event).cast(pl.Date)).is_empty(), name
        if name not in ("orders", "limit_changes", "offers", "bureau_reports", "repayments"):
            assert frame.filter(pl.col("known_at").cast(pl.Date) > end).is_empty(), name


def test_no_row_of_a_source_is_known_without_consent(tables: Frames) -> None:
    for source, name in ((source.key, source.table) for source in LINKED.values()):
        grants = tables["consents"].filter(pl.col("source") == source).select("account_id", "granted_at")
        joined = tables[name].join(grants, on="account_id", how="left")
        assert joined.filter(pl.col("granted_at").is_null()).is_empty()
        assert joined.filter(pl.col("known_at") < pl.col("granted_at")).is_empty()


def test_consents_are_granted_late_and_withdrawn(tables: Frames) -> None:
    consents = tables["consents"].join(tables["accounts"], on="account_id")
    late = consents.filter(pl.col("granted_at").cast(pl.Date) > pl.col("opened_on"))
    assert 0.1 < late.height / consents.height < 0.5
    assert 0.05 < number(consents["revoked_at"].is_not_null().mean()) < 0.4


def test_contributions_arrive_one_to_two_months_late_and_some_later_still(tables: Frames) -> None:
    rows = tables["social_security"].join(
        tables["consents"].filter(pl.col("source") == "social_security"), on="account_id", suffix="_consent"
    )
    regular = rows.filter(pl.col("known_at") > pl.col("granted_at") + pl.duration(days=2))
    days = (regular["known_at"].cast(pl.Date) - regular["month"]).dt.total_days().to_numpy()
    assert days.min() >= 28
    assert 0.01 < (days > 70).mean() < 0.10
    assert np.median(days) < 62


def test_social_security_stops_when_a_job_ends(tables: Frames, trajectories: Trajectories) -> None:
    rows = tables["social_security"].drop_nulls("employer_id")
    row = np.searchsorted(trajectories.accounts, rows["account_id"].to_numpy())
    first = trajectories.config.month_start(0)
    at = rows["month"]
    column = ((at.dt.year() - first.year) * 12 + at.dt.month().cast(pl.Int32) - first.month).to_numpy()
    assert (trajectories.months["employed"][row, column] == 1).all()


def test_accounts_have_all_ages(tables: Frames, config: SimulationConfig) -> None:
    opened = tables["accounts"]["opened_on"]
    assert 0.4 < number((opened < config.month_start(BURN_IN)).mean()) < 0.7
    assert scalar(opened.max(), date) > config.month_start(BURN_IN + 36)


def test_test_arms_are_even_and_step_the_limit_as_they_say(tables: Frames) -> None:
    tested = tables["limit_changes"].filter(pl.col("cause") == "test")
    step = tested["new_limit_cny"] / tested["old_limit_cny"] - 1.0
    expected = tested["test_arm"].replace_strict({"control": 0.0, "plus20": 0.2, "plus50": 0.5})
    assert ((step - expected).abs() <= 50.0 / tested["old_limit_cny"] + 1e-9).all()
    counts = tested["test_arm"].value_counts()["count"]
    assert counts.len() == 3
    assert number(counts.min()) > 0.2 * tested.height
    assert 0.03 < tested.height / tables["accounts"].height < 0.12


def test_the_incumbent_cuts_in_the_downturn_and_rarely_raises(trajectories: Trajectories) -> None:
    record = trajectories.months[:, BURN_IN:]
    policy = record["cause"] == 1
    cut = (policy & (record["limit"] < record["old_limit"])).mean(axis=0)
    assert cut[14:27].sum() > 0.5
    assert cut[:12].sum() == 0
    raised = (policy & (record["limit"] > record["old_limit"])).mean() * 12
    assert 0.01 < raised < 0.12


def test_every_cause_and_kind_of_change_occurs(tables: Frames) -> None:
    changes = tables["limit_changes"]
    assert set(changes["cause"]) == {"policy", "request", "test"}
    assert set(changes["kind"]) == {"fixed", "temporary"}


def test_shopping_peaks_in_june_and_november(tables: Frames) -> None:
    month = tables["orders"]["placed_at"].dt.month()
    counts = month.value_counts().sort("placed_at")["count"].to_numpy()
    ordinary = np.median(counts)
    assert counts[5] > 1.2 * ordinary
    assert counts[10] > 1.2 * ordinary
    assert counts[1] < 0.9 * ordinary


def test_marginals_stay_where_they_were_calibrated(tables: Frames) -> None:
    day = tables["delinquency"].filter(pl.col("days_past_due") <= 180)["days_past_due"]
    assert 0.006 < number(day.is_between(1, 30).mean()) < 0.018
    assert 0.003 < number(day.is_between(31, 60).mean()) < 0.012
    orders = tables["orders"].height / tables["delinquency"].height
    assert 2.0 < orders < 4.0
    assert set(tables["accounts"]["initial_limit_cny"]) <= {5e3, 1e4, 1.5e4, 2e4, 2.5e4}
