"""Nothing that was not yet known moves a feature, whatever is done to it, in any table."""

from collections.abc import Callable
from datetime import datetime, timedelta

import polars as pl
import pytest

from features.contract.registry import TABLES
from features.definitions import PORTFOLIO
from features.definitions.policy_facts import POLICY_FACTS
from features.engine import FeatureSet, build
from features.leakage import known_before
from features.matrix import Observations
from features.sources.registry import LINKED
from features.tables import Tables
from tests.features.worlds import AS_OFS, typed, world

AS_OF = datetime(2025, 8, 1)
MOMENT = pl.lit(AS_OF, dtype=pl.Datetime("us"))
WORLDS = [world(seed, 6, 25) for seed in (101, 102)]
UNUSED = {"demographics", "offers", "instalment_plans"}
"""Tables that no feature reads: personal traits, the lender's own marketing, and plans, of which a bill's
`due_cny` says what falls due."""
EVERYTHING = FeatureSet((*PORTFOLIO.specs, *POLICY_FACTS.specs))
Mutation = Callable[[pl.DataFrame, str], pl.DataFrame]


def features_at(tables: Tables) -> pl.DataFrame:
    accounts = sorted(WORLDS[0].observations.frame["account_id"].unique())
    frame = pl.DataFrame({"account_id": accounts}).with_columns(as_of=MOMENT)
    return build(tables, Observations(frame), EVERYTHING).frame


def unknown(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("known_at") >= MOMENT)


def known(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("known_at") < MOMENT)


def disturbed(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """Other facts in the same rows: numbers tripled, choices turned round, flags flipped."""
    fixed = {"account_id", "employer_id", "known_at", TABLES[table].event, *TABLES[table].revealed}
    free = [c for c in rows.columns if c not in fixed and rows.schema[c] not in (pl.Date, pl.Datetime)]
    changed = []
    for name in free:
        dtype, column = rows.schema[name], pl.col(name)
        if dtype.is_numeric():
            changed.append((column * 3 + 1).cast(dtype))
        elif dtype == pl.Boolean:
            changed.append(~column)
        else:
            changed.append(column.reverse())
    return rows.with_columns(changed)


def change(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    return pl.concat([known(frame), disturbed(unknown(frame), table)])


def delete(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    return known(frame)


def add(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Copies of what is known, with other content, learned at the very moment and a day later."""
    copies = disturbed(known(frame), table)
    late = copies.with_columns(known_at=MOMENT + timedelta(days=1))
    return pl.concat([frame, copies.with_columns(known_at=MOMENT), late])


def retime(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Later facts happened earlier than told, and are learned at the very moment of observation."""
    event = TABLES[table].event
    moved = unknown(frame).with_columns(known_at=MOMENT)
    if event != "known_at":
        moved = moved.with_columns((pl.col(event) - timedelta(days=200)).cast(frame.schema[event]))
    return pl.concat([known(frame), moved])


def postpone(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Later facts happen and are learned a hundred days later still."""
    event, later = TABLES[table].event, timedelta(days=100)
    moved = unknown(frame).with_columns(known_at=pl.col("known_at") + later)
    if event != "known_at":
        moved = moved.with_columns((pl.col(event) + later).cast(frame.schema[event]))
    return pl.concat([known(frame), moved])


MUTATIONS: list[Mutation] = [change, delete, add, retime, postpone]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("table", list(TABLES))
def test_rows_not_yet_known_move_nothing(table: str, mutation: Mutation) -> None:
    mutated = [mutation(w.tables[table], table) for w in WORLDS]
    assert any(not frame.equals(w.tables[table]) for w, frame in zip(WORLDS, mutated, strict=True))
    for w, frame in zip(WORLDS, mutated, strict=True):
        features = features_at(w.tables.replace(**{table: typed(frame, table)}))
        assert features.equals(features_at(w.tables))


@pytest.mark.parametrize("table", sorted(set(TABLES) - UNUSED))
def test_rows_known_in_time_do_move_something(table: str) -> None:
    """So that the test above is able to fail, table by table."""
    moved = []
    for w in WORLDS:
        frame = w.tables[table]
        past = known(frame).head(0) if table in ("consents", "accounts") else disturbed(known(frame), table)
        features = features_at(w.tables.replace(**{table: pl.concat([past, unknown(frame)])}))
        moved.append(not features.equals(features_at(w.tables)))
    assert any(moved)


@pytest.mark.parametrize("table", sorted(UNUSED))
def test_no_feature_reads_personal_traits_offers_or_plans(table: str) -> None:
    assert table not in PORTFOLIO.tables
    for w in WORLDS:
        features = features_at(w.tables.replace(**{table: w.tables[table].clear()}))
        assert features.equals(features_at(w.tables))


@pytest.mark.parametrize(("table", "column"), [("orders", "returned_at"), ("consents", "revoked_at")])
def test_what_is_revealed_later_reads_as_if_it_had_not_happened(table: str, column: str) -> None:
    for w in WORLDS:
        later = pl.col(column) >= MOMENT
        blank = pl.when(~later).then(pl.col(column))
        at_once = pl.when(later).then(MOMENT).otherwise(pl.col(column))
        for replacement in (blank, at_once):
            frame = w.tables[table].with_columns(replacement.alias(column))
            assert features_at(w.tables.replace(**{table: frame})).equals(features_at(w.tables))


def test_a_return_revealed_in_time_does_move_something() -> None:
    w = WORLDS[0]
    earlier = pl.col("returned_at") < MOMENT
    frame = w.tables["orders"].with_columns(returned_at=pl.when(~earlier).then(pl.col("returned_at")))
    features = features_at(w.tables.replace(orders=frame))
    before = features_at(w.tables)
    changed = {c for c in features.columns if not features[c].equals(before[c])}
    assert changed
    assert all(c.startswith("return") for c in changed)


@pytest.mark.parametrize("as_of", AS_OFS)
def test_the_future_taken_out_of_every_table_at_once_moves_nothing(as_of: datetime) -> None:
    for w in WORLDS:
        rows = Observations(w.observations.frame.filter(pl.col("as_of") == as_of))
        past = build(known_before(w.tables, as_of), rows, EVERYTHING).frame
        assert past.equals(build(w.tables, rows, EVERYTHING).frame)


def test_every_source_that_needs_consent_is_covered() -> None:
    sources = {meta.source for meta in PORTFOLIO.catalogue.features}
    assert sources == {"platform", *LINKED, "public"}
