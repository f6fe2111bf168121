"""The engine against SQL that was written by hand, value by value."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl
import pytest

from features.arrays import NULL
from features.engine import FeatureSet, build_aggregates
from features.engine.aggregate import Aggregate, Op
from features.engine.expressions import of
from features.engine.featureset import FeatureSpec
from features.engine.views.registry import VIEWS
from features.spec import FeatureMeta
from features.themes import THEMES
from tests.contracts.features.sql_oracle import CASES, PRELUDE
from tests.features.worlds import world

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WORLDS = ((31, 60, 25), (32, 60, 6), (33, 60, 20))
"""Seed, accounts and most rows of each random portfolio."""
Found = tuple[pl.DataFrame, dict[Aggregate, pl.Series], "DuckDBPyConnection"]
"""Observations, the engine's aggregates, and a database of the same tables."""


def spec(place: int, aggregate: Aggregate) -> FeatureSpec:
    theme = next(theme for theme in THEMES.values() if theme.source == VIEWS[aggregate.view].source)
    meta = FeatureMeta(f"case_{place}", "number", theme.key, theme.source, 0, False, "", "", "案例", "a case")
    return FeatureSpec(meta, of(aggregate))


FEATURES = FeatureSet(tuple(spec(place, aggregate) for place, (aggregate, _) in enumerate(CASES)))


@pytest.fixture(scope="module", params=WORLDS, ids=str)
def found(request: pytest.FixtureRequest) -> Iterator[Found]:
    import duckdb

    w = world(*request.param)
    aggregates = build_aggregates(w.tables, w.observations, FEATURES)
    ours = {
        aggregate: pl.Series(row).replace(NULL, None)
        for aggregate, row in zip(FEATURES.plan.aggregates, aggregates, strict=True)
    }
    connection = duckdb.connect(config={"threads": 1})
    for name, frame in w.tables.frames.items():
        connection.register(name, frame.to_arrow())
    connection.register("obs", w.observations.frame.to_arrow())
    connection.execute(PRELUDE)
    yield w.observations.frame, ours, connection
    connection.close()


@pytest.mark.parametrize(("aggregate", "sql"), CASES, ids=[str(aggregate) for aggregate, _ in CASES])
def test_an_aggregate_is_what_sql_by_hand_makes_of_the_rows(
    aggregate: Aggregate, sql: str, found: Found
) -> None:
    observations, ours, connection = found
    scalar = connection.sql(f"select o.account_id, o.as_of, ({sql})::bigint as value from obs o")
    rows = pl.DataFrame(pl.from_arrow(scalar.to_arrow_table())).cast({"as_of": pl.Datetime("us")})
    theirs = observations.join(rows, on=["account_id", "as_of"], how="left", maintain_order="left")["value"]
    mine = ours[aggregate]
    different = observations.with_columns(mine=mine, theirs=theirs).filter(mine.ne_missing(theirs))
    assert different.is_empty(), different
    assert mine.n_unique() > 1


def test_the_cases_cover_every_view_and_every_operation() -> None:
    assert {aggregate.view for aggregate, _ in CASES} == set(VIEWS)
    assert {aggregate.op for aggregate, _ in CASES} == set(Op)
    assert len({aggregate for aggregate, _ in CASES}) == len(CASES)
