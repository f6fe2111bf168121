"""`make audit-sentences`: recomputes what the champion's reasons state, over a portfolio and a month."""

import argparse
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context

from rich.console import Console
from rich.progress import Progress

from experiments.audit.bucket import Job, audit_bucket
from experiments.audit.portfolio import Decider
from experiments.audit.reading import write_page
from experiments.audit.report import Audit, show, write
from features import cli, paths
from features.errors import DataError, HeadroomError
from features.tables import TableStore, open_dataset


def main() -> None:
    """Reads the command and runs it; exits with an error where a figure is false."""
    parser = argparse.ArgumentParser(prog="experiments.audit", description=__doc__)
    parser.add_argument("--config", default="portfolio")
    parser.add_argument("--bundle", default="", help="SHA-256 of a bundle in place of the champion")
    parser.add_argument("--data", default="simulated", help="name of the data set")
    parser.add_argument("--accounts", type=int, default=2000)
    parser.add_argument("--days", type=int, default=31, help="days before the data set's present")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    found = run(args)
    show(found, Console())
    path = write(found, paths.var() / "reports" / args.config)
    print(f"written to {path}")
    page = write_page(
        Decider.of(args.config, args.bundle), *_days_to_read(args.data), path.with_name("reading.md")
    )
    print(f"decisions and advices to be read: {page}")
    if not found.sound:
        raise HeadroomError("a figure is false or was not recomputed, or a planted fault was not found")


def _days_to_read(data: str) -> tuple[TableStore, list[datetime]]:
    """Five days over the month before the present, at different hours."""
    store = open_dataset(data)
    present = datetime.fromisoformat(store.info.present)
    return store, [present - timedelta(days=days, hours=days % 24) for days in (30, 23, 16, 9, 2)]


def run(args: argparse.Namespace) -> Audit:
    """Audits bucket by bucket.

    Raises:
        DataError: the data set does not state its present.
        BundleError: there is no champion.
    """
    store = open_dataset(args.data)
    if not store.info.present:
        raise DataError(f"data set {args.data!r} states no present in dataset.json: make it again")
    present = datetime.fromisoformat(store.info.present)
    share = args.accounts / max(1, store.info.rows["accounts"])
    job = partial(audit_bucket, Job(args.config, args.bundle, args.data, share, present, args.days))
    found = Audit()
    with ProcessPoolExecutor(args.workers, mp_context=get_context("spawn")) as pool, Progress() as bar:
        task = bar.add_task("auditing", total=len(store.buckets()))
        for part in pool.map(job, store.buckets()):
            found.add(part)
            bar.advance(task)
    return found


if __name__ == "__main__":
    cli.run(main)
