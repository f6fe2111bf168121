"""`make bench-features`: the feature engine against the same aggregates in DuckDB SQL, in one run.

Each part runs in a process of its own, so that its peak memory is its own:

- the engine builds every feature of the portfolio on all accounts at twelve as-of months and writes them;
- DuckDB computes the aggregates beneath them, view by view, and leaves them as they are;
- the engine again on a tenth of the accounts, to see what ten times as many cost in memory;
- both on one bucket, every aggregate compared;
- live: single accounts from the store.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime

import numpy as np
import polars as pl

from experiments.benchmarks.features_sql import queries
from experiments.portfolio.config import WorldConfig
from experiments.portfolio.dataset import simulate
from features import cli, paths
from features.arrays import NULL
from features.contract.registry import ACCOUNT_TABLES
from features.definitions import feature_set_for
from features.engine import FeatureSet, build_aggregates, build_by_bucket, build_live, warm_up
from features.engine.aggregate import Op
from features.engine.views.column_types import ColumnType
from features.matrix import Observations
from features.store import AccountStore
from features.tables import Tables, TableStore

ACCOUNTS_PER_BUCKET = 2_500
MONTHS = 48
AS_OFS = pl.datetime_range(datetime(2025, 11, 1), datetime(2026, 10, 1), "1mo", time_unit="us", eager=True)
"""The last twelve months of the simulated span."""
THREADS = 2
LIVE_ACCOUNTS = 400
Figures = dict[str, float | int | str | bool]


def data(n_accounts: int) -> TableStore:
    """The simulated portfolio of so many accounts, made when it is not there; the bucket size is constant."""
    buckets = max(1, n_accounts // ACCOUNTS_PER_BUCKET)
    config = WorldConfig(n_accounts=n_accounts, n_months=MONTHS, n_buckets=buckets)
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
    """All aggregates, over all files at once, as DuckDB thinks best."""
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


def _observations(connection: "object", store: TableStore, bucket: str) -> None:
    run = connection.execute  # type: ignore[attr-defined]
    accounts = f"read_parquet('{store.root}/accounts/bucket={bucket}/*.parquet')"
    moments = ", ".join(f"timestamp '{moment}'" for moment in AS_OFS)
    run(
        f"create table obs as select account_id, as_of from {accounts}, (select unnest([{moments}]) as as_of)"
    )


def _differing(
    connection: "object",
    keys: pl.DataFrame,
    ours: np.ndarray[tuple[int, int], np.dtype[np.int64]],
    features: FeatureSet,
) -> dict[str, int]:
    """How many observations differ, by aggregate; codes of texts are not compared."""
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


def _theirs(connection: "object", view: str, keys: pl.DataFrame) -> pl.DataFrame:
    run = connection.execute  # type: ignore[attr-defined]
    names = [row[0] for row in run("select table_name from duckdb_tables()").fetchall()]
    joined = keys
    for name in (f"agg_{view}", f"agg_{view}_mean"):
        if name in names:
            frame = pl.DataFrame(pl.from_arrow(run(f"select * from {name}").to_arrow_table()))
            frame = frame.with_columns(pl.col("as_of").cast(pl.Datetime("us")))
            on = ["as_of"] if view == "macro" else ["account_id", "as_of"]
            frame = frame.drop("account_id") if view == "macro" else frame
            joined = joined.join(frame, on=on, how="left", maintain_order="left")
    return joined


def _part(name: str, n_accounts: int) -> Figures:
    """Runs one part in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "experiments.benchmarks.features",
        "--part",
        name,
        "--accounts",
        str(n_accounts),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def _run_part(name: str, n_accounts: int) -> None:
    store = data(n_accounts)
    features = feature_set_for(store.info.tables)
    if name == "engine":
        warm_up(features)
    begun, cpu = time.perf_counter(), time.process_time()
    figures = PARTS[name](store, features)
    figures["wall_seconds"] = time.perf_counter() - begun
    figures["cpu_seconds"] = time.process_time() - cpu
    figures["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(figures))


def main() -> None:
    """Command line of `make bench-features`."""
    parser = argparse.ArgumentParser(prog="experiments.benchmarks.features", description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--part", choices=sorted(PARTS), help="one part alone, figures as JSON")
    args = parser.parse_args()
    if args.part:
        _run_part(args.part, args.accounts)
    else:
        _report(args.accounts)


def _report(n_accounts: int) -> None:
    small = max(ACCOUNTS_PER_BUCKET * 4, n_accounts // 10)
    store = data(n_accounts)
    data(small)
    events = sum(rows for table, rows in store.info.rows.items() if table in ACCOUNT_TABLES)
    parts = {name: _part(name, n_accounts) for name in ("engine", "duckdb", "compare")}
    parts |= {"small": _part("engine", small), "live": _part("live", small)}
    figures = _figures(parts, n_accounts, small, events)
    for name, value in figures.items():
        print(f"{name:<34}{value:>18,.3f}" if isinstance(value, float) else f"{name:<34}{value:>18,}")
    paths.reports().mkdir(parents=True, exist_ok=True)
    (paths.reports() / "bench-features.json").write_text(json.dumps(figures, indent=1))


def _figures(parts: dict[str, Figures], n_accounts: int, small: int, events: int) -> dict[str, float | int]:
    def number(part: str, name: str) -> float:
        return float(parts[part][name])

    seconds = number("engine", "wall_seconds")
    return {
        "accounts": n_accounts,
        "as_of_months": len(AS_OFS),
        "events": events,
        "observations": int(number("engine", "observations")),
        "features": int(number("engine", "features")),
        "aggregates": int(number("duckdb", "aggregates")),
        "engine_seconds": seconds,
        "engine_events_per_second": events / seconds,
        "engine_event_months_per_second": events * len(AS_OFS) / seconds,
        "engine_cpu_seconds": number("engine", "cpu_seconds"),
        "engine_peak_rss_mb": number("engine", "peak_rss_mb"),
        "duckdb_seconds": number("duckdb", "wall_seconds"),
        "duckdb_cpu_seconds": number("duckdb", "cpu_seconds"),
        "duckdb_peak_rss_mb": number("duckdb", "peak_rss_mb"),
        "times_as_fast": number("duckdb", "wall_seconds") / seconds,
        "values_compared": int(number("compare", "compared")),
        "values_differing": int(number("compare", "differing")),
        "small_accounts": small,
        "small_peak_rss_mb": number("small", "peak_rss_mb"),
        "memory_ratio": number("engine", "peak_rss_mb") / number("small", "peak_rss_mb"),
        "live_p50_ms": number("live", "p50_ms"),
        "live_p99_ms": number("live", "p99_ms"),
        "live_read_p50_ms": number("live", "read_p50_ms"),
        "live_cpu_p50_ms": number("live", "cpu_p50_ms"),
        "ingest_seconds_small": number("live", "ingest_seconds"),
    }


if __name__ == "__main__":
    cli.run(main)
