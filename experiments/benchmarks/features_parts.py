"""What the benchmark of the feature engine measures: each part is run in a process of its own."""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from experiments.benchmarks.features_sql import queries
from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.dataset import simulate
from features import paths
from features.arrays import NULL, Ints
from features.contract.registry import ACCOUNT_TABLES
from features.engine import FeatureSet, build_aggregates, build_by_bucket, build_live
from features.engine.aggregate import Op
from features.engine.views.column_types import ColumnType
from features.matrix import Observations
from features.store import AccountStore
from features.tables import Tables, TableStore

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ACCOUNTS_PER_BUCKET = 2_500
MONTHS = 48
AS_OFS = pl.datetime_range(datetime(2025, 11, 1), datetime(2026, 10, 1), "1mo", time_unit="us", eager=True)
"""The last twelve months of the simulated span."""
THREADS = 2
LIVE_ACCOUNTS = 400
Figures = dict[str, float | int | str | bool]


def portfolio(n_accounts: int) -> TableStore:
    """The simulated portfolio of so many accounts, made when it is not there; the bucket size is constant."""
    buckets = max(1, n_accounts // ACCOUNTS_PER_BUCKET)
    config = SimulationConfig(n_accounts=n_accounts, n_months=MONTHS, n_buckets=buckets)
    return simulate(config, paths.var() / "bench" / f"portfolio-{n_accounts}" / "tables")


def observed(_: int, tables: Tables) -> Observations:
    """Every account of a bucket at every as-of month."""
    accounts = tables["accounts"].select("account_id")
    return Observations(accounts.join(pl.DataFrame({"as_of": AS_OFS}), how="cross"))


def engine(store: TableStore, features: FeatureSet) -> Figures:
    """All features, bucket by bucket, written as they come."""
    out = store.root.parent / "features"
    out.mkdir(exist_ok=True)
    rows = 0
    for bucket, matrix in enumerate(build_by_bucket(store, observed, features, threads=THREADS)):
        matrix.frame.write_parquet(out / f"bucket={bucket}.parquet", compression="lz4")
        rows += matrix.height
    return {"observations": rows, "features": len(features.specs)}


def duckdb(store: TableStore, features: FeatureSet) -> Figures:
    """All aggregates over all files at once, in the order that DuckDB plans."""
    import duckdb as db

    connection = db.connect(config={"threads": THREADS, "temp_directory": str(store.root.parent / "spill")})
    _observations(connection, store, "*")
    for sql in queries(features, store.root):
        connection.execute(sql)
    return {"aggregates": len(features.plan.aggregates)}


def compare(store: TableStore, features: FeatureSet) -> Figures:
    """Every aggregate of one bucket, from both."""
    import duckdb as db

    connection = db.connect(config={"threads": THREADS})
    _observations(connection, store, "0")
    for sql in queries(features, store.root, "0"):
        connection.execute(sql)
    tables = store.read(0, [t for t in features.tables if t in ACCOUNT_TABLES])
    observations = observed(0, tables)
    ours = build_aggregates(tables, observations, features)
    differing = _differing(connection, observations.frame, ours, features)
    cells = ours.shape[0] * ours.shape[1]
    for name, count in sorted(differing.items(), key=lambda x: -x[1])[:10]:
        print(f"differs in {count} of {ours.shape[1]}: {name}", file=sys.stderr)
    return {"compared": cells, "differing": sum(differing.values())}


def live(store: TableStore, features: FeatureSet) -> Figures:
    """Single accounts, read from the store and computed, one after another."""
    accounts = AccountStore(f"sqlite:///{store.root.parent / 'live.db'}")
    begun = time.perf_counter()
    accounts.ingest(store)
    ingest_seconds = time.perf_counter() - begun
    as_of = AS_OFS[-1]
    whole, read, cpu = [], [], []
    for account in accounts.account_ids(LIVE_ACCOUNTS + 20):
        begun, thread = time.perf_counter(), time.thread_time()
        tables = accounts.tables(account)
        read.append(time.perf_counter() - begun)
        build_live(tables, account, as_of, features)
        whole.append(time.perf_counter() - begun)
        cpu.append(time.thread_time() - thread)
    p50, p99 = (float(np.quantile(whole[20:], q)) * 1e3 for q in (0.5, 0.99))
    figures: Figures = {"ingest_seconds": ingest_seconds, "p50_ms": p50, "p99_ms": p99}
    medians = {"read_p50_ms": np.median(read[20:]), "cpu_p50_ms": np.median(cpu[20:])}
    return {**figures, **{name: float(seconds) * 1e3 for name, seconds in medians.items()}}


PARTS: dict[str, Callable[[TableStore, FeatureSet], Figures]] = {
    "engine": engine,
    "duckdb": duckdb,
    "compare": compare,
    "live": live,
}
"""Parts by name; each is given the tables and the features, and returns its figures."""


def _observations(connection: "DuckDBPyConnection", store: TableStore, bucket: str) -> None:
    accounts = f"read_parquet('{store.root}/accounts/bucket={bucket}/*.parquet')"
    moments = ", ".join(f"timestamp '{moment}'" for moment in AS_OFS)
    connection.execute(
        f"create table obs as select account_id, as_of from {accounts}, (select unnest([{moments}]) as as_of)"
    )


def _differing(
    connection: "DuckDBPyConnection", keys: pl.DataFrame, ours: Ints, features: FeatureSet
) -> dict[str, int]:
    """How many observations differ, by aggregate; codes, which are texts in SQL, are not compared."""
    found: dict[str, int] = {}
    for stage in features.plan.stages:
        theirs = _theirs(connection, stage.view.name, keys)
        for place in stage.places.tolist():
            aggregate = features.plan.aggregates[place]
            if aggregate.column and _is_code(stage.view.columns[aggregate.column], aggregate.op):
                continue
            column = theirs[f"a{place}"]
            if column.dtype == pl.Datetime("us"):
                column = column.cast(pl.Int64)
            if stage.view.source == "platform" and aggregate.op.name in ZERO_WITHOUT_ROWS:
                column = column.fill_null(0)
            mine = pl.Series(ours[place]).replace(NULL, None)
            count = int(mine.ne_missing(column.cast(pl.Float64).round(0).cast(pl.Int64)).sum())
            if count:
                found[str(aggregate)] = count
    return found


def _is_code(column: ColumnType, op: Op) -> bool:
    return column.kind in ("text", "enumeration") and op in (Op.LAST, Op.FIRST)


ZERO_WITHOUT_ROWS = ("COUNT", "SUM", "SUM_SQ", "STREAK", "LONGEST", "DISTINCT", "CHANGES")


def _theirs(connection: "DuckDBPyConnection", view: str, keys: pl.DataFrame) -> pl.DataFrame:
    names = [row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()]
    joined = keys
    for name in (f"agg_{view}", f"agg_{view}_mean"):
        if name in names:
            frame = pl.DataFrame(pl.from_arrow(connection.sql(f"select * from {name}").to_arrow_table()))
            frame = frame.with_columns(pl.col("as_of").cast(pl.Datetime("us")))
            on = ["as_of"] if view == "macro" else ["account_id", "as_of"]
            frame = frame.drop("account_id") if view == "macro" else frame
            joined = joined.join(frame, on=on, how="left", maintain_order="left")
    return joined
