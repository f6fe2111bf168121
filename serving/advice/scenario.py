"""Trying courses out: project together, build features in one go, re-run the whole decision on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf

import numpy as np
import polars as pl

from features.calendar import plus_months
from features.engine import FeatureSet, build
from features.matrix import FeatureMatrix, Observations
from features.tables import Tables
from serving.advice.ledger import Ledger
from serving.advice.person import Person
from serving.advice.projection import project
from serving.advice.settings import AdviceSettings
from serving.advice.types import Decide, DecisionOutcome, LeverKind, LeverSet, Slack, SourceProfiles


@dataclass(frozen=True)
class Scenario:
    """One lever set looked at after some months.

    Attributes:
        levers: what was done.
        months: for how long.
        outcome: the re-run decision.
        slack: log-odds by which the account may turn out riskier and still be decided better than today;
            −inf where it is not decided better, +inf where nothing measures it.
        extra_cny: money beyond the usual up to then.
    """

    levers: LeverSet
    months: int
    outcome: DecisionOutcome
    slack: float
    extra_cny: float


@dataclass
class ScenarioRunner:
    """Tries courses of one person; counts what it tried.

    Attributes:
        person: the account at the moment of advice.
        features: what the decision reads.
        decide: the whole decision.
        settings: bounds.
        slack: how far a decision is from turning, None where nothing measures it.
        profiles: what linked sources would have to show.
        granted_limit_cny: today's new limit when today's decision changes it.
        log: everything tried so far.
    """

    person: Person
    features: FeatureSet
    decide: Decide
    settings: AdviceSettings
    slack: Slack | None = None
    profiles: SourceProfiles | None = None
    granted_limit_cny: float | None = None
    log: list[Scenario] = field(default_factory=list)

    @property
    def plans(self) -> int:
        """Lever sets times months tried so far."""
        return len(self.log)

    def today(self) -> DecisionOutcome:
        """The decision on the facts as they are."""
        p = self.person
        matrix = _features(p.tables, [p.account_id], [p.as_of], self.features)
        return DecisionOutcome.of(self.decide(matrix)[0])

    def after(self, months: int) -> datetime:
        """The moment so many months on."""
        moment = plus_months(np.array([self.person.now]), months, sticky=False)
        moved: datetime = moment.astype("M8[us]")[0].astype(datetime)
        return moved

    def tried(
        self, sets: Sequence[LeverSet], months: Sequence[int], before: DecisionOutcome
    ) -> list[Scenario]:
        """Every lever set after every one of these months."""
        courses: list[LeverSet] = [(), *sets]
        made = project(
            self.person,
            courses,
            self.settings,
            profiles=self.profiles,
            granted_limit_cny=self.granted_limit_cny,
        )
        wanted = [(i, k) for i in range(1, len(courses)) for k in months]
        outcomes, slack = self._decided(made.tables, wanted, before)
        trials = [
            Scenario(courses[i], k, outcome, room, self._extra(courses[i], k, made.ledger, i))
            for (i, k), outcome, room in zip(wanted, outcomes, slack, strict=True)
        ]
        self.log += trials
        return trials

    def _decided(
        self, tables: Tables, wanted: Sequence[tuple[int, int]], before: DecisionOutcome
    ) -> tuple[list[DecisionOutcome], list[float]]:
        moments = [self.after(k) for _, k in wanted]
        built = _features(tables, [i for i, _ in wanted], moments, self.features)
        owner = pl.lit(self.person.account_id, dtype=pl.Int64).alias("account_id")
        matrix = replace(built, frame=built.frame.with_columns(owner))
        decisions = self.decide(matrix)
        outcomes = [DecisionOutcome.of(decision) for decision in decisions]
        room = [inf] * len(outcomes)
        if self.slack is not None:
            room = list(self.slack(matrix, decisions, before.new_limit_cny))
        better = [outcome.better_than(before) for outcome in outcomes]
        return outcomes, [r if b else -inf for r, b in zip(room, better, strict=True)]

    def _extra(self, levers: LeverSet, months: int, ledger: Ledger | None, course: int) -> float:
        """The most ever paid beyond the usual by then, charges paid in cash, debt paid down elsewhere."""
        extra = 0.0
        if ledger is not None:
            more = np.cumsum(ledger.paid[course, :months] - ledger.paid[0, :months])
            extra += float(max(0.0, more.max()) + ledger.moved[course, :months].sum())
        for lever in levers:
            if lever.kind == LeverKind.DEBT:
                reports = self.person.tables["bureau_reports"].sort(
                    "reported_at", "known_at", maintain_order=True
                )
                extra += float(reports["total_balance_cny"][-1]) * (1.0 - (1.0 - lever.size) ** months)
        return round(extra, 2)


def _features(
    tables: Tables, accounts: Sequence[int], moments: Sequence[datetime], features: FeatureSet
) -> FeatureMatrix:
    frame = pl.DataFrame(
        {"account_id": accounts, "as_of": moments},
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
    )
    return build(tables, Observations(frame), features)


def by_months(trials: Sequence[Scenario]) -> Mapping[int, DecisionOutcome]:
    """Outcomes of one lever set by months."""
    return {trial.months: trial.outcome for trial in trials}
