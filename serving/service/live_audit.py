"""Recomputes figures of a sample of live answers; what the rows contradict is withheld and counted."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from features.tables import Tables
from serving.advice import Advice
from serving.audit.account_rows import AccountRows
from serving.audit.statement import check, contradicted, stated
from serving.decision.engine import DecisionEngine
from serving.decision.types import Case, Reason
from serving.service.http.metrics import Metrics


@dataclass(frozen=True)
class LiveAudit:
    """The sample.

    Attributes:
        share: of decisions and advices that are audited.
        metrics: where stated figures are counted by what the recomputation says of them.
        draws: random numbers; whether a decision was audited is in its record only by what was withheld.
    """

    share: float
    metrics: Metrics
    draws: random.Random = field(default_factory=random.Random)

    def checked(self, engine: DecisionEngine, case: Case, tables: Tables) -> Case:
        """The case, with the reasons to be withheld where it is in the sample.

        Args:
            engine: that decides.
            case: to be decided.
            tables: the account's rows as the decision read them.
        """
        if self.draws.random() >= self.share:
            return case
        reasons = stated(engine.decide(case))
        return replace(case, withheld=self._contradicted(reasons, tables, case.account_id, case.as_of))

    def advised(
        self, advise: Callable[[tuple[str, ...]], Advice], tables: Tables
    ) -> tuple[Advice, tuple[str, ...]]:
        """The advice, and the codes of the reasons of today that it does not quote.

        Args:
            advise: makes the advice without reasons of some codes.
            tables: the account's rows as the advice reads them.
        """
        advice = advise(())
        if self.draws.random() >= self.share:
            return advice, ()
        before = advice.before
        wrong = self._contradicted((*before.bound, *before.themes), tables, advice.account_id, advice.as_of)
        return (advise(wrong), wrong) if wrong else (advice, ())

    def _contradicted(
        self, reasons: Sequence[Reason], tables: Tables, account: int, as_of: datetime
    ) -> tuple[str, ...]:
        """Codes of the reasons with a figure that the rows contradict; all figures are counted."""
        findings = check(reasons, AccountRows.of(tables, account).known(as_of))
        for finding in findings:
            self.metrics.count_figure(finding.outcome.value)
        return contradicted(findings)
