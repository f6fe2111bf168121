"""The audit of one bucket of accounts, as a process of its own runs it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from experiments.audit.faults import FAULTS
from experiments.audit.lapses import Lapses, lapses
from experiments.audit.portfolio import Decider, some_accounts
from experiments.audit.sentences import Tally, audit
from experiments.audit.stability import Stability, stability
from features.tables import open_dataset


@dataclass(frozen=True)
class Part:
    """The findings of one bucket.

    Attributes:
        accounts: accounts whose decisions were read.
        tally: of the decisions as they are made.
        planted: of decisions made from faulted rows, by fault.
        stability: changes by mere time.
        lapses: stated lapse dates.
    """

    accounts: int
    tally: Tally
    planted: dict[str, Tally]
    stability: Stability
    lapses: Lapses


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


def audit_bucket(job: Job, bucket: int) -> Part:
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
    ends = lapses(decider, tables, accounts, moments[len(moments) // 2])
    return Part(len(accounts), audit(decider, tables, accounts, moments), faulted, changes, ends)
