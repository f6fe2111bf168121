"""Scenario analysis: projects many plans together and re-runs the whole decision on each."""

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
from serving.advice.account import AccountSnapshot
from serving.advice.levers.registry import extra_cny
from serving.advice.projection import ProjectedBills, project
from serving.advice.settings import AdviceSettings
from serving.advice.types import (
    DecisionFunction,
    DecisionOutcome,
    Plan,
    Scenario,
    SlackFunction,
    SourceProfiles,
)


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

    def after(self, months: int) -> datetime:
        """The moment so many months on."""
        moment = plus_months(np.array([self.account.now]), months, sticky=False)
        moved: datetime = moment.astype("M8[us]")[0].astype(datetime)
        return moved

    def evaluate(
        self, plans: Sequence[Plan], months: Sequence[int], before: DecisionOutcome
    ) -> list[Scenario]:
        """Every plan after every one of these months, against the decision of today."""
        together: list[Plan] = [(), *plans]
        projection = project(
            self.account,
            together,
            self.settings,
            profiles=self.profiles,
            granted_limit_cny=self.granted_limit_cny,
        )
        wanted = [(i, k) for i in range(1, len(together)) for k in months]
        outcomes, slack = self._decisions(projection.tables, wanted, before)
        scenarios = [
            Scenario(together[i], k, outcome, margin, self._extra_cny(together[i], k, projection.bills, i))
            for (i, k), outcome, margin in zip(wanted, outcomes, slack, strict=True)
        ]
        self.evaluated += scenarios
        return scenarios

    def _decisions(
        self, tables: Tables, wanted: Sequence[tuple[int, int]], before: DecisionOutcome
    ) -> tuple[list[DecisionOutcome], list[float]]:
        """Outcome and slack of each (plan, months)."""
        moments = [self.after(k) for _, k in wanted]
        built = _features(tables, [i for i, _ in wanted], moments, self.features)
        owner = pl.lit(self.account.account_id, dtype=pl.Int64).alias("account_id")
        matrix = replace(built, frame=built.frame.with_columns(owner))
        decisions = self.decide(matrix)
        outcomes = [DecisionOutcome.of(decision) for decision in decisions]
        margins = [inf] * len(outcomes)
        if self.slack is not None:
            margins = list(self.slack(matrix, decisions, before.new_limit_cny))
        better = [outcome.better_than(before) for outcome in outcomes]
        return outcomes, [m if b else -inf for m, b in zip(margins, better, strict=True)]

    def _extra_cny(self, plan: Plan, months: int, bills: ProjectedBills | None, index: int) -> float:
        """The most ever paid beyond the usual by then, charges paid in cash, and money outside the bills."""
        extra = 0.0
        if bills is not None:
            more = np.cumsum(bills.paid[index, :months] - bills.paid[0, :months])
            extra += float(max(0.0, more.max()) + bills.cash[index, :months].sum())
        return round(extra + extra_cny(plan, self.account, months), 2)


def _features(
    tables: Tables, accounts: Sequence[int], moments: Sequence[datetime], features: FeatureSet
) -> FeatureMatrix:
    frame = pl.DataFrame(
        {"account_id": accounts, "as_of": moments},
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
    )
    return build(tables, Observations(frame), features)


def by_months(scenarios: Sequence[Scenario]) -> Mapping[int, DecisionOutcome]:
    """Outcomes of the scenarios of one plan, by months."""
    return {scenario.months: scenario.outcome for scenario in scenarios}
