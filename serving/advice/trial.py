"""Trying courses out: project together, build features in one go, re-run the whole decision on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import polars as pl

from features.engine import FeatureSet, build
from features.matrix import FeatureMatrix, Observations
from features.tables import Tables
from serving.advice.ledger import Ledger
from serving.advice.levers import pays
from serving.advice.moments import plus_months
from serving.advice.person import Person
from serving.advice.projection import project
from serving.advice.settings import AdviceSettings, Life
from serving.advice.types import Cautious, Decide, LeverKind, LeverSet, Outcome, SourceProfiles


@dataclass(frozen=True)
class Trial:
    """One lever set looked at after some months.

    Attributes:
        levers: what was done.
        months: for how long.
        outcome: the re-run decision.
        extra_cny: money beyond the usual up to then.
    """

    levers: LeverSet
    months: int
    outcome: Outcome
    extra_cny: float


@dataclass
class Bench:
    """Tries courses of one person; counts what it tried.

    Attributes:
        person: the account at the moment of advice.
        features: what the decision reads.
        decide: the whole decision.
        settings: bounds and margins.
        cautious: the whole decision by a stricter judge, None where there is no stricter one.
        profiles: what linked sources would have to show.
        granted_limit_cny: today's new limit when today's decision changes it.
        plans: lever sets times months tried so far.
    """

    person: Person
    features: FeatureSet
    decide: Decide
    settings: AdviceSettings
    cautious: Cautious | None = None
    profiles: SourceProfiles | None = None
    granted_limit_cny: float | None = None
    plans: int = 0

    def today(self) -> Outcome:
        """The decision on the facts as they are."""
        p = self.person
        matrix = _features(p.tables, [p.account_id], [p.as_of], self.features)
        return Outcome.of(self.decide(matrix)[0])

    def after(self, months: int) -> datetime:
        """The moment so many months on."""
        moment = plus_months(np.array([self.person.now]), months, sticky=False)
        moved: datetime = moment.astype("M8[us]")[0].astype(datetime)
        return moved

    def tried(self, sets: Sequence[LeverSet], months: Sequence[int]) -> list[Trial]:
        """Every lever set after every one of these months, life otherwise as usual."""
        courses: list[LeverSet] = [(), *sets]
        outcomes, ledger = self._run(courses, [(i, k) for i in range(1, len(courses)) for k in months])
        self.plans += len(outcomes)
        pairs = [(i, k) for i in range(len(sets)) for k in months]
        return [
            Trial(sets[i], k, outcome, self._extra(sets[i], k, ledger, i + 1))
            for (i, k), outcome in zip(pairs, outcomes, strict=True)
        ]

    def holds(self, trials: Sequence[Trial], before: Outcome) -> list[bool]:
        """Whether each trial stays better than `before` under a stricter judge, and in every other life."""
        held = self._stricter(trials, before)
        for life in self.settings.lives:
            met = [i for i, trial in enumerate(trials) if trial.months <= life.to_months and held[i]]
            if met:
                wanted = [(place, trials[i].months) for place, i in enumerate(met)]
                outcomes, _ = self._run([trials[i].levers for i in met], wanted, life=life)
                for i, outcome in zip(met, outcomes, strict=True):
                    held[i] = outcome.better_than(before)
        return held

    def _stricter(self, trials: Sequence[Trial], before: Outcome) -> list[bool]:
        held = [True] * len(trials)
        if self.cautious is None:
            return held
        margins = [self.settings.margin(t.months, paying=pays(t.levers)) for t in trials]
        for margin in sorted(set(margins)):
            mine = [i for i, m in enumerate(margins) if m == margin]
            wanted = [(place, trials[i].months) for place, i in enumerate(mine)]
            outcomes, _ = self._run([trials[i].levers for i in mine], wanted, decide=self.cautious(margin))
            for i, outcome in zip(mine, outcomes, strict=True):
                held[i] = outcome.better_than(before)
        return held

    def _run(
        self,
        courses: Sequence[LeverSet],
        wanted: Sequence[tuple[int, int]],
        *,
        life: Life | None = None,
        decide: Decide | None = None,
    ) -> tuple[list[Outcome], Ledger | None]:
        made = project(
            self.person,
            courses,
            self.settings,
            life=life,
            profiles=self.profiles,
            granted_limit_cny=self.granted_limit_cny,
        )
        moments = [self.after(k) for _, k in wanted]
        matrix = _features(made.tables, [i for i, _ in wanted], moments, self.features)
        owner = pl.lit(self.person.account_id, dtype=pl.Int64).alias("account_id")
        decisions = (decide or self.decide)(replace(matrix, frame=matrix.frame.with_columns(owner)))
        return [Outcome.of(decision) for decision in decisions], made.ledger

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


def by_months(trials: Sequence[Trial]) -> Mapping[int, Outcome]:
    """Outcomes of one lever set by months."""
    return {trial.months: trial.outcome for trial in trials}
