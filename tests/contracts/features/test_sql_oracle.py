"""The engine against SQL that was written by hand, value by value."""

import json
import subprocess
import sys
from pathlib import Path

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
from tests.features.worlds import World, world

WORLDS = ((31, 60, 25), (32, 60, 6), (33, 60, 20))
"""Seed, accounts and most rows of each random portfolio."""
RUNNER = Path(__file__).with_name("run_sql.py")


def spec(place: int, aggregate: Aggregate) -> FeatureSpec:
    theme = next(theme for theme in THEMES.values() if theme.source == VIEWS[aggregate.view].source)
    meta = FeatureMeta(f"case_{place}", "number", theme.key, theme.source, 0, False, "", "", "案例", "a case")
    return FeatureSpec(meta, of(aggregate))


FEATURES = FeatureSet(tuple(spec(place, aggregate) for place, (aggregate, _) in enumerate(CASES)))


def by_engine(w: World) -> pl.DataFrame:
    """Keys, and the aggregate of each case as v0, v1, …."""
    rows = dict(
        zip(FEATURES.plan.aggregates, build_aggregates(w.tables, w.observations, FEATURES), strict=True)
    )
    values = [
        pl.Series(f"v{i}", rows[aggregate]).replace(NULL, None) for i, (aggregate, _) in enumerate(CASES)
    ]
    return w.observations.frame.hstack(values)


def by_hand(w: World, folder: Path) -> pl.DataFrame:
    """The same from SQL."""
    for name, frame in {**w.tables.frames, "obs": w.observations.frame}.items():
        frame.write_parquet(folder / f"{name}.parquet")
    job = json.dumps({"prelude": PRELUDE, "scalars": [sql for _, sql in CASES]})
    subprocess.run([sys.executable, RUNNER, folder], input=job, text=True, check=True)
    return pl.read_parquet(folder / "values.parquet").cast({"as_of": pl.Datetime("us")})


@pytest.fixture(scope="module", params=WORLDS, ids=str)
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[pl.DataFrame, pl.DataFrame]:
    w, keys = world(*request.param), ["account_id", "as_of"]
    return by_engine(w).sort(keys), by_hand(w, tmp_path_factory.mktemp("sql")).sort(keys)


@pytest.mark.parametrize("place", range(len(CASES)), ids=[str(aggregate) for aggregate, _ in CASES])
def test_an_aggregate_is_what_sql_by_hand_makes_of_the_rows(
    place: int, both: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    ours, theirs = both
    mine, oracle = ours[f"v{place}"], theirs[f"v{place}"]
    different = ours.select("account_id", "as_of", mine=mine, oracle=oracle).filter(mine.ne_missing(oracle))
    assert different.is_empty(), different
    assert mine.n_unique() > 1


def test_the_cases_cover_every_view_and_every_operation() -> None:
    assert {aggregate.view for aggregate, _ in CASES} == set(VIEWS)
    assert {aggregate.op for aggregate, _ in CASES} == set(Op)
    assert len({aggregate for aggregate, _ in CASES}) == len(CASES)
