"""`make audit-sentences`: recomputes what the champion's reasons state, over a portfolio and a month."""

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context

from rich.console import Console
from rich.progress import Progress

from experiments.audit.faults import FAULTS
from experiments.audit.portfolio import Decider, some_accounts
from experiments.audit.report import Audit, show, write
from experiments.audit.sentences import Tally, audit
from experiments.audit.stability import Stability, stability
from features import cli, paths
from features.errors import DataError, HeadroomError
from features.tables import open_dataset

Part = tuple[int, Tally, dict[str, Tally], Stability]
STABILITY_EVERY = 5
"""Every so many days of the month are compared with the day after."""
FAULTED_DAYS = 3
"""Days on which planted faults are looked for."""


@dataclass(frozen=True)
class Job:
    """What every bucket is audited with.

    Attributes:
        config: whose champion.
        bundle: SHA-256 of another bundle to be audited in its place; `` is the champion.
        data: name of the data set.
        share: of each bucket's accounts.
        present: end of the data set.
        days: before the present.
    """

    config: str
    bundle: str
    data: str
    share: float
    present: datetime
    days: int


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
    if not found.sound:
        raise HeadroomError("a figure is false or was not recomputed, or a planted fault was not found")


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
    job = partial(_part, Job(args.config, args.bundle, args.data, share, present, args.days))
    count, total, stable = 0, Tally(), Stability()
    planted = {name: Tally() for name in FAULTS}
    with ProcessPoolExecutor(args.workers, mp_context=get_context("spawn")) as pool, Progress() as bar:
        task = bar.add_task("auditing", total=len(store.buckets()))
        for n, tally, faulted, changes in pool.map(job, store.buckets()):
            count += n
            total.merge(tally)
            stable.merge(changes)
            for name, one in faulted.items():
                planted[name].merge(one)
            bar.advance(task)
    return Audit(count, total, planted, stable)


def _part(job: Job, bucket: int) -> Part:
    """One bucket: every day before the present, each at an hour of its own, so that hours vary too."""
    first = job.present - timedelta(days=job.days)
    hours = [timedelta(hours=(7 * i + bucket) % 24, minutes=11 * i % 60) for i in range(job.days)]
    moments = [first + timedelta(days=i) + hour for i, hour in enumerate(hours)]
    decider, store = Decider.of(job.config, job.bundle), open_dataset(job.data)
    tables, accounts = some_accounts(store, bucket, job.share, moments[0] - timedelta(days=31))
    faulted = {
        name: audit(decider, tables, accounts[:20], moments[:: max(1, job.days // FAULTED_DAYS)], fault)
        for name, fault in FAULTS.items()
    }
    changes = stability(decider, tables, accounts, moments[::STABILITY_EVERY])
    return len(accounts), audit(decider, tables, accounts, moments), faulted, changes


if __name__ == "__main__":
    cli.run(main)
