"""`make ingest`: loads a data set's accounts into the live store."""

import argparse
import json
import re
import time

from sqlalchemy.exc import SQLAlchemyError

from features import cli, paths
from features.errors import DataError
from features.store.accounts import AccountStore, StoreContent
from features.store.ingest import MAX_BAD_SHARE, IngestReport
from features.store.packing import quarantine_of
from features.tables import open_dataset
from features.terminal import bar, counts_table

Value = str | int | float


def main() -> None:
    """Command line of the live store."""
    parser = argparse.ArgumentParser(prog="features.store", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("ingest", help="load a data set, idempotently; a killed run goes on")
    command.add_argument("--dataset", default="simulated", help="name of the data set under var/data")
    command.add_argument("--url", default="", help="database URL, default SQLite under var/")
    command.add_argument(
        "--max-bad-share",
        type=float,
        default=MAX_BAD_SHARE,
        help="share of a bucket's rows to set aside at most",
    )
    args = parser.parse_args()
    try:
        ingest(args.dataset, args.url, args.max_bad_share)
    except SQLAlchemyError as error:
        first = str(error).strip().partition("\n")[0]
        raise DataError(f"the store cannot be used: {type(error).__name__}: {first}") from None


def ingest(dataset: str, url: str, max_bad_share: float) -> None:
    """Loads a data set with a progress bar, and prints what the store holds then.

    Raises:
        DataError: there is no such data set, or the store holds another one.
        ContractError: a table has more bad rows than may be set aside.
    """
    tables, store = open_dataset(dataset), AccountStore(url)
    begun = time.perf_counter()
    with bar(f"ingest {dataset}") as progress:
        report = store.ingest(tables, progress=progress, max_bad_share=max_bad_share)
    print_report(store, report, time.perf_counter() - begun)


def print_report(store: AccountStore, report: IngestReport, seconds: float) -> None:
    """The end table and `var/reports/ingest.json`."""
    content, feeds = store.content(), store.feeds()
    ends = {table: f"{moment:%Y-%m-%d %H:%M:%S}" for table, moment in feeds.complete_until.items()}
    present = "" if feeds.present is None else f"{feeds.present:%Y-%m-%d %H:%M:%S}"
    written = f"{report.accounts:,} accounts, {report.rows:,} rows"
    same = f"{report.unchanged:,} of {report.buckets:,} buckets"
    figures = {
        "accounts to answer for": f"{content.accounts:,}",
        "written by this run": written,
        "unchanged": same,
        "present": present or "wall clock",
        **{f"{table} complete until": moment for table, moment in ends.items()},
        "seconds": f"{seconds:.1f}",
    }
    counts_table(f"{report.dataset} in {store.shown}", content.rows, content.quarantined, figures)
    if content.quarantined:
        print(f"rows set aside, with file, row, column and rule: {quarantine_of(report.dataset)}")
    complete = {f"complete_until_{table}": moment for table, moment in ends.items()}
    flat = {
        **figures_of(content, report), **complete, "present": present, "wall_seconds": round(seconds, 3)
    }  # fmt: skip
    paths.reports().mkdir(parents=True, exist_ok=True)
    (paths.reports() / "ingest.json").write_text(json.dumps({**flat, "store": store.shown}, indent=1))


def figures_of(content: StoreContent, report: IngestReport) -> dict[str, Value]:
    """Flat figures: what the store holds, and what this run did."""
    broken = {f"quarantined_{t}_{_plain(rule)}": n for (t, rule), n in content.quarantined.items()}
    return {
        "dataset": report.dataset,
        "accounts": content.accounts,
        "rows": sum(content.rows.values()),
        **{f"rows_{table}": n for table, n in content.rows.items()},
        **broken,
        "accounts_written": report.accounts,
        "rows_written": report.rows,
        "rows_set_aside": report.set_aside,
        "buckets": report.buckets,
        "buckets_unchanged": report.unchanged,
    }


def _plain(rule: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", rule.partition(",")[0].lower()).strip("_")


if __name__ == "__main__":
    cli.run(main)
