"""`make ingest`: loads a data set's accounts into the live store."""

import argparse
import json
import time
from dataclasses import asdict

from rich.progress import Progress

from features import cli, paths
from features.store.accounts import AccountStore
from features.store.ingest import IngestReport
from features.tables import TableStore


def main() -> None:
    """Command line of the live store."""
    parser = argparse.ArgumentParser(prog="features.store", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("ingest", help="load a data set, idempotently; a killed run goes on")
    command.add_argument("--dataset", default="simulated", help="name of the data set under var/data")
    command.add_argument("--url", default="", help="database URL, default SQLite under var/")
    args = parser.parse_args()
    store = AccountStore(args.url)
    begun = time.perf_counter()
    report = _ingest(store, TableStore(paths.dataset(args.dataset)))
    seconds = time.perf_counter() - begun
    print(summary(report, seconds))
    print(f"facts known until {store.watermark():%Y-%m-%d %H:%M:%S}")
    _save(report, seconds)


def _ingest(store: AccountStore, tables: TableStore) -> IngestReport:
    with Progress() as bar:
        task = bar.add_task(f"ingest {tables.info.name}", total=len(tables.buckets()))
        return store.ingest(
            tables, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )


def summary(report: IngestReport, seconds: float) -> str:
    """What was done, for the terminal."""
    lines = [f"{name.replace('_', ' '):<12}{value:>14,}" for name, value in _figures(report).items()]
    return "\n".join([f"data set    {report.dataset:>14}", *lines, f"seconds     {seconds:>14,.1f}"])


def _figures(report: IngestReport) -> dict[str, int]:
    return {name: value for name, value in asdict(report).items() if isinstance(value, int)}


def _save(report: IngestReport, seconds: float) -> None:
    paths.reports().mkdir(parents=True, exist_ok=True)
    content = {"dataset": report.dataset, **_figures(report), "wall_seconds": round(seconds, 3)}
    (paths.reports() / "ingest.json").write_text(json.dumps(content, indent=1))


if __name__ == "__main__":
    cli.run(main)
