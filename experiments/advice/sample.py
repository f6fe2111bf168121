"""Whom to advise: held accounts at some moments; some accounts are measured on, the others prove it."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from experiments.portfolio.config import WorldConfig, from_origin
from features import paths
from features.engine import FeatureSet, build
from features.errors import DataError
from features.matrix import Observations
from features.tables import Tables, TableStore
from serving.advice import Decide, SourceProfiles
from serving.advice.adapter import decide_with, features_of, slack_with
from serving.advice.profile import EXTRA, from_plain
from serving.advice.types import Slack
from serving.decision.engine import DecisionEngine
from serving.decision.policy import packaged as packaged_policy
from serving.decision.types import Decision
from serving.model.bundle import BundleStore
from serving.model.scorer import Scorer
from training.bundling.source_profiles import source_profiles

SALT = "advice"


@dataclass(frozen=True)
class AdvisedAccount:
    """What is examined: a world, the judge that serves, and what it knows of sources.

    Attributes:
        store: tables of the world.
        config: the world.
        judge: model and policy.
        decide: the whole decision.
        slack: how far decisions are from turning.
        features: what a decision reads.
        profiles: what linked sources would have to show.
    """

    store: TableStore
    config: WorldConfig
    judge: DecisionEngine
    decide: Decide
    slack: Slack
    features: FeatureSet
    profiles: SourceProfiles


@dataclass(frozen=True)
class Case:
    """An account at a moment of advice.

    Attributes:
        account_id: the account.
        as_of: the moment.
        tables: its own rows, and the shared tables.
        decision: today's.
    """

    account_id: int
    as_of: datetime
    tables: Tables
    decision: Decision


@dataclass(frozen=True)
class Sample:
    """Accounts to advise, and the counts they were found among.

    Attributes:
        cases: in the order of moments and accounts.
        decided: accounts decided to find them.
        held: of these not raised.
        held_by: the held by what holds them: a rule's code, or `risk`.
    """

    cases: tuple[Case, ...]
    decided: int
    held: int
    held_by: Counter[str]


def subject_of(config: str, store: TableStore) -> AdvisedAccount:
    """The champion of a configuration under the packaged policy, on a simulated world.

    Raises:
        DataError: there is no champion, or the store holds no simulated world.
    """
    if "settings" not in store.info.origin:
        raise DataError(f"{store.root}: not a simulated world, so advice cannot be enacted; `make portfolio`")
    bundles = BundleStore(paths.var() / "bundles")
    pointer = bundles.champion(config)
    if pointer is None:
        raise DataError(f"no champion for {config!r}: `make train CONFIG={config}` makes one")
    bundle = bundles.load(pointer.sha256)
    judge = DecisionEngine(Scorer(bundle, threads=2), pointer.sha256, packaged_policy())
    profiles = from_plain(bundle.extra.get(EXTRA)) or source_profiles(store, bundle.reference_keys)
    return AdvisedAccount(
        store,
        from_origin(dict(store.info.origin)),
        judge,
        decide_with(judge),
        slack_with(judge),
        features_of(judge),
        profiles,
    )


def measured_on(account_id: int) -> bool:
    """Whether an account is one that confidence is measured on; all others are left to prove it."""
    return hashlib.sha256(f"{SALT}:{account_id}".encode()).digest()[0] % 2 == 0


def moments(config: WorldConfig, months_before_end: Sequence[int]) -> tuple[datetime, ...]:
    """First days of the months that lie so many months before the world's end."""
    days = [config.month_start(config.span - back) for back in months_before_end]
    return tuple(datetime(day.year, day.month, 1) for day in days)


def held_accounts(
    subject: AdvisedAccount, when: Sequence[datetime], n: int, *, measured: bool, seed: int = 2026
) -> Sample:
    """At most n held accounts at each moment, drawn from all of one side of the split."""
    return _sample(subject, when, n, measured, seed, lambda decision: not decision.eligible)


def partly_raised(
    subject: AdvisedAccount, when: Sequence[datetime], n: int, *, measured: bool, seed: int = 2026
) -> Sample:
    """At most n accounts at each moment whose raise is smaller than the safest tier's step."""
    policy = subject.judge.policy.policy
    full, rounding = max(tier.step for tier in policy.tiers), policy.limits.rounding_cny

    def partly(decision: Decision) -> bool:
        most = (1.0 + full) * decision.current_limit_cny - rounding
        return decision.eligible and decision.new_limit_cny < most

    return _sample(subject, when, n, measured, seed, partly)


def _sample(  # noqa: PLR0917
    subject: AdvisedAccount, when: Sequence[datetime], n: int, measured: bool, seed: int,
    wanted: Callable[[Decision], bool],
) -> Sample:  # fmt: skip
    cases: list[Case] = []
    decided, held_by = 0, Counter[str]()
    for moment in when:
        found = [(d, t) for d, t in _decisions(subject, moment) if measured_on(d.account_id) == measured]
        decided += len(found)
        held_by.update(d.rules[0] if d.rules else "risk" for d, _ in found if not d.eligible)
        cases += _drawn([(d, t) for d, t in found if wanted(d)], moment, n, seed)
    return Sample(tuple(cases), decided, sum(held_by.values()), held_by)


def _drawn(found: Sequence[tuple[Decision, Tables]], moment: datetime, n: int, seed: int) -> Iterator[Case]:
    order = np.random.default_rng([seed, moment.year, moment.month]).permutation(len(found))
    for place in np.sort(order[:n]):
        decision, tables = found[int(place)]
        yield Case(decision.account_id, moment, alone(tables, decision.account_id), decision)


def _decisions(subject: AdvisedAccount, moment: datetime) -> Iterator[tuple[Decision, Tables]]:
    for bucket in subject.store.buckets():
        here = subject.store.read(bucket)
        for decision in subject.decide(build(here, _open(here, moment), subject.features)):
            yield decision, here


def _open(tables: Tables, moment: datetime) -> Observations:
    open_now = tables["accounts"].filter(pl.col("known_at") < moment).sort("account_id")
    return Observations(open_now.select("account_id", as_of=pl.lit(moment).cast(pl.Datetime("us"))))


def alone(tables: Tables, account: int) -> Tables:
    """The rows of one account, and the shared tables."""
    frames = {
        name: frame.filter(pl.col("account_id") == account) if "account_id" in frame.columns else frame
        for name, frame in tables.frames.items()
    }
    return Tables(frames)
