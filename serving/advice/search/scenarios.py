"""Scenario analysis: projects many plans together and re-runs the whole decision on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from math import inf

import polars as pl

from features.engine import FeatureSet, build
from features.matrix import FeatureMatrix, Observations
from features.tables import Tables
from serving.advice.account import AccountSnapshot
from serving.advice.levers.registry import extra_cny
from serving.advice.outcome import DecisionOutcome
from serving.advice.projection import ProjectedBills, project
from serving.advice.projection.external_sources import MONTH
from serving.advice.search.moments import Moments, moments_of
from serving.advice.search.planned_payments import billed, extra_paid, payments, pays_as_usual
from serving.advice.settings import AdviceSettings
from serving.advice.types import DecisionFunction, Plan, Scenario, SlackFunction, SourceProfiles


@dataclass
class ScenarioRunner:
    """Evaluates plans of one account, and keeps what it evaluated.

    Attributes:
        account: the account at the moment of advice.
        features: what the decision reads.
        decide: the whole decision.
        settings: bounds.
        slack: margin of decisions to the cut-off, None where nothing measures it.
        profiles: what linked sources are projected to show.
        granted_limit_cny: today's new limit when today's decision changes it.
        evaluated: every scenario so far.
    """

    account: AccountSnapshot
    features: FeatureSet
    decide: DecisionFunction
    settings: AdviceSettings
    slack: SlackFunction | None = None
    profiles: SourceProfiles | None = None
    granted_limit_cny: float | None = None
    evaluated: list[Scenario] = field(default_factory=list)

    def today(self) -> DecisionOutcome:
        """The decision on the facts as they are."""
        account = self.account
        matrix = _features(account.tables, [account.account_id], [account.as_of], self.features)
        return DecisionOutcome.of(self.decide(matrix)[0])

    @cached_property
    def moments(self) -> Moments:
        """When plans are evaluated."""
        return moments_of(self.account, self.settings)

    def evaluate(
        self, plans: Sequence[Plan], moments: Sequence[datetime], before: DecisionOutcome
    ) -> list[Scenario]:
        """Every plan at every one of these moments, against the decision of today."""
        together: list[Plan] = [(), *plans]
        projection = project(
            self.account,
            together,
            self.settings,
            profiles=self.profiles,
            granted_limit_cny=self.granted_limit_cny,
        )
        wanted = [(i, at) for i in range(1, len(together)) for at in moments]
        outcomes, slack = self._decisions(projection.tables, wanted, before)
        scenarios = [
            self._scenario(together[i], at, projection.bills, i, outcome, margin)
            for (i, at), outcome, margin in zip(wanted, outcomes, slack, strict=True)
        ]
        self.evaluated += scenarios
        return scenarios

    def _scenario(  # noqa: PLR0917
        self, plan: Plan, at: datetime, bills: ProjectedBills | None, index: int,
        outcome: DecisionOutcome, slack: float,
    ) -> Scenario:  # fmt: skip
        months = round((at - self.account.as_of).total_seconds() * 1e6 / MONTH, 2)
        extra = extra_cny(plan, self.account, months)
        if bills is None:
            return Scenario(plan, at, months, outcome, slack, round(extra, 2))
        extra = round(extra + extra_paid(bills, index, at), 2)
        planned = payments(self.account, bills, index, at)
        return Scenario(
            plan,
            at,
            months,
            outcome,
            slack,
            extra,
            planned,
            as_usual=pays_as_usual(bills, index, at),
            bills=billed(bills, index, at),
        )

    def _decisions(
        self, tables: Tables, wanted: Sequence[tuple[int, datetime]], before: DecisionOutcome
    ) -> tuple[list[DecisionOutcome], list[float]]:
        """Outcome and slack of each (plan, moment)."""
        built = _features(tables, [i for i, _ in wanted], [at for _, at in wanted], self.features)
        owner = pl.lit(self.account.account_id, dtype=pl.Int64).alias("account_id")
        matrix = replace(built, frame=built.frame.with_columns(owner))
        decisions = self.decide(matrix)
        outcomes = [DecisionOutcome.of(decision) for decision in decisions]
        margins = [inf] * len(outcomes)
        if self.slack is not None:
            margins = list(self.slack(matrix, decisions, before.new_limit_cny))
        better = [outcome.better_than(before) for outcome in outcomes]
        return outcomes, [m if b else -inf for m, b in zip(margins, better, strict=True)]


def _features(
    tables: Tables, accounts: Sequence[int], moments: Sequence[datetime], features: FeatureSet
) -> FeatureMatrix:
    frame = pl.DataFrame(
        {"account_id": accounts, "as_of": moments},
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
    )
    return build(tables, Observations(frame), features)


def by_moment(scenarios: Sequence[Scenario]) -> Mapping[datetime, DecisionOutcome]:
    """Outcomes of the scenarios of one plan, by moment."""
    return {scenario.at: scenario.outcome for scenario in sorted(scenarios, key=lambda s: s.at)}
