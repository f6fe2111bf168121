"""Paths taken: every one lived in the world, beside the same person who changes nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from experiments.advice.conditions import condition_met
from experiments.advice.sample import AdvisedAccount
from experiments.advice.simulation import BOOKED, Enacted, enact
from features.engine import build
from features.matrix import Observations
from features.tables import Tables
from serving.advice import Advice, AdviceSettings, DecisionOutcome, LeverKind, Path
from serving.advice.types import LeverSet


@dataclass(frozen=True)
class Followed:
    """One path and what came of it.

    Attributes:
        account_id: whose.
        path: what was advised.
        world: the decision in the world under the advised behaviour, at the path's date.
        idle: the decision in the world without any change, at the same date.
        kept: whether the world's own person would have kept to it: no month end past due where it asks
            for payments.
        condition_met: whether a linked source showed what was asked; None where nothing is linked.
    """

    account_id: int
    path: Path
    world: DecisionOutcome
    idle: DecisionOutcome
    kept: bool
    condition_met: bool | None

    @property
    def better(self) -> bool:
        """Whether the decision got better."""
        return self.world.better_than(self.path.before)

    @property
    def better_anyway(self) -> bool:
        """Whether it would have without any change."""
        return self.idle.better_than(self.path.before)


def kind_of(levers: LeverSet) -> str:
    """The kind of a path in a word or two."""
    return " + ".join(lever.kind.value for lever in levers) or "wait"


def follow(
    subject: AdvisedAccount, taken: Sequence[tuple[Advice, Path]], settings: AdviceSettings
) -> list[Followed]:
    """Lives every path; an account stands at most once in each moment.

    Args:
        subject: world and judge.
        taken: advice with the path of it that is followed.
        settings: what advised payments are bounded by.
    """
    by_moment: dict[datetime, list[tuple[int, Path]]] = defaultdict(list)
    for advice, path in taken:
        by_moment[advice.as_of].append((advice.account_id, path))
    return [
        followed
        for moment in sorted(by_moment)
        for followed in _at(subject, moment, sorted(by_moment[moment], key=lambda one: one[0]), settings)
    ]


def _at(
    subject: AdvisedAccount, moment: datetime, taken: Sequence[tuple[int, Path]], settings: AdviceSettings
) -> list[Followed]:
    acting = [Enacted(account, path.levers, path.before.new_limit_cny) for account, path in taken]
    idle = [Enacted(account, (), path.before.new_limit_cny) for account, path in taken]
    lived = enact(subject.config, acting, moment, settings)
    own = enact(subject.config, acting, moment, settings, booked=False)
    then = [(account, path.until) for account, path in taken]
    after = decided(subject, lived, then)
    without = decided(subject, enact(subject.config, idle, moment, settings), then)
    return [
        Followed(
            account,
            path,
            after[i],
            without[i],
            _kept(own, account, path, moment),
            _condition(subject, lived, account, path),
        )
        for i, (account, path) in enumerate(taken)
    ]


def decided(
    subject: AdvisedAccount, tables: Tables, when: Sequence[tuple[int, datetime]]
) -> list[DecisionOutcome]:
    """The whole decision on tables that were lived, at each account's moment."""
    frame = pl.DataFrame(
        {"account_id": [a for a, _ in when], "as_of": [m for _, m in when]},
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
    )
    matrix = build(tables, Observations(frame), subject.features)
    return [DecisionOutcome.of(decision) for decision in subject.decide(matrix)]


def _condition(subject: AdvisedAccount, tables: Tables, account: int, path: Path) -> bool | None:
    links = [lever for lever in path.levers if lever.kind == LeverKind.LINK]
    if not links:
        return None
    return all(condition_met(tables, account, link, subject.profiles, path.until) for link in links)


def _kept(tables: Tables, account: int, path: Path, moment: datetime) -> bool:
    if not any(lever.kind in BOOKED for lever in path.levers):
        return True
    ends = tables["delinquency"].filter(
        (pl.col("account_id") == account)
        & (pl.col("known_at") >= moment)
        & (pl.col("known_at") < path.until)
        & (pl.col("days_past_due") > 0)
    )
    return ends.height == 0
