"""Samples of accounts to advise: one half of all accounts for calibration, the other for evaluation."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl

from experiments.advice.setup import EvaluationSetup
from experiments.portfolio.config import SimulationConfig
from features.engine import build
from features.matrix import Observations
from features.tables import Tables
from serving.decision.types import Decision

SALT = "advice"


@dataclass(frozen=True)
class AdvisedAccount:
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
class AccountSample:
    """Accounts to advise, and the population they were drawn from.

    Attributes:
        accounts: in the order of moments and accounts.
        decided: accounts decided.
        declined: of these, accounts that were granted no increase.
    """

    accounts: tuple[AdvisedAccount, ...]
    decided: int
    declined: int


def for_calibration(account_id: int) -> bool:
    """Whether confidence is fitted on an account; all others are left for the evaluation."""
    return hashlib.sha256(f"{SALT}:{account_id}".encode()).digest()[0] % 2 == 0


def moments(config: SimulationConfig, months_before_end: Sequence[int]) -> tuple[datetime, ...]:
    """Moments so many months before the end of the simulation, on any day and hour of their month.

    Day and hour come from a hash of the number of months, so each evaluation meets the same ones.
    """
    return tuple(_within(config.month_start(config.span - back), back) for back in months_before_end)


def _within(first: date, back: int) -> datetime:
    """A moment within a month."""
    draw = hashlib.sha256(f"{SALT}:moment:{back}".encode()).digest()
    return datetime(first.year, first.month, 1 + draw[0] % 28, draw[1] % 24)


def declined(
    setup: EvaluationSetup, when: Sequence[datetime], n: int, *, calibration: bool, seed: int = 2026
) -> AccountSample:
    """At most n accounts without an increase at each moment, from one half of the accounts."""
    return _sample(setup, when, n, calibration, seed, lambda decision: not decision.eligible)


def partly_raised(
    setup: EvaluationSetup, when: Sequence[datetime], n: int, *, calibration: bool, seed: int = 2026
) -> AccountSample:
    """At most n accounts at each moment whose increase is smaller than the safest tier's step."""
    policy = setup.engine.policy.policy
    full, rounding = max(tier.step for tier in policy.tiers), policy.limits.rounding_cny

    def partly(decision: Decision) -> bool:
        most = (1.0 + full) * decision.current_limit_cny - rounding
        return decision.eligible and decision.new_limit_cny < most

    return _sample(setup, when, n, calibration, seed, partly)


def _sample(  # noqa: PLR0917
    setup: EvaluationSetup, when: Sequence[datetime], n: int, calibration: bool, seed: int,
    wanted: Callable[[Decision], bool],
) -> AccountSample:  # fmt: skip
    accounts: list[AdvisedAccount] = []
    n_decided = n_declined = 0
    for moment in when:
        population = [
            (d, t) for d, t in _decisions(setup, moment) if for_calibration(d.account_id) == calibration
        ]
        n_decided += len(population)
        n_declined += sum(not d.eligible for d, _ in population)
        accounts += _drawn([(d, t) for d, t in population if wanted(d)], moment, n, seed)
    return AccountSample(tuple(accounts), n_decided, n_declined)


def _drawn(
    found: Sequence[tuple[Decision, Tables]], moment: datetime, n: int, seed: int
) -> Iterator[AdvisedAccount]:
    order = np.random.default_rng([seed, moment.year, moment.month]).permutation(len(found))
    for place in np.sort(order[:n]):
        decision, tables = found[int(place)]
        yield AdvisedAccount(decision.account_id, moment, alone(tables, decision.account_id), decision)


def _decisions(setup: EvaluationSetup, moment: datetime) -> Iterator[tuple[Decision, Tables]]:
    for bucket in setup.store.buckets():
        tables = setup.store.read(bucket)
        for decision in setup.decide(build(tables, _open(tables, moment), setup.features)):
            yield decision, tables


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
