"""Recomputes the figures of a sample of live decisions; what the rows contradict is withheld and counted."""

import random
from dataclasses import dataclass, field, replace

from features.tables import Tables
from serving.audit.account_rows import AccountRows
from serving.audit.statement import check, contradicted, stated
from serving.decision.engine import DecisionEngine
from serving.decision.types import Case
from serving.service.http.metrics import Metrics


@dataclass(frozen=True)
class LiveAudit:
    """The sample.

    Attributes:
        share: of decisions that are audited.
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
        known = AccountRows.of(tables, case.account_id).known(case.as_of)
        findings = check(stated(engine.decide(case)), known)
        for finding in findings:
            self.metrics.count_figure(finding.outcome.value)
        return replace(case, withheld=contradicted(findings))
