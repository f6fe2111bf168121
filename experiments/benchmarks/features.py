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

from experiments.benchmarks.features_parts import ACCOUNTS_PER_BUCKET, AS_OFS, PARTS, Figures, portfolio
from features import cli, paths
from features.contract.registry import ACCOUNT_TABLES
from features.definitions import feature_set_for
from features.engine import warm_up


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
    store = portfolio(n_accounts)
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
    store = portfolio(n_accounts)
    portfolio(small)
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
