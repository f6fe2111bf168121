"""An answer between its making and its record."""

from dataclasses import dataclass
from typing import Any

import msgspec

from serving.service.http.metrics import Metrics
from serving.service.model_watcher import LoadedModel
from serving.service.records import Draft
from serving.service.records.record import WHAT_IFS, WITHOUT_MODEL, Kind, now
from serving.service.release import code_sha256


@dataclass(frozen=True)
class PendingAnswer:
    """An answer that is ready but not yet recorded.

    Attributes:
        id: of the record that it becomes.
        kind: of that record.
        account_id: the account, None for rows of features.
        inputs: everything that the answer was computed from.
        answer: the bytes of the response body.
        outcomes: tier, and whether a limit may rise, of each row that was decided.
    """

    id: str
    kind: Kind
    account_id: int | None
    inputs: Any
    answer: bytes
    outcomes: tuple[tuple[str, bool], ...] = ()

    def draft(self, model: LoadedModel | None) -> Draft:
        """The record, with the model and the policy that took part; None where no model did."""
        policy = None if model is None else model.engine.policy
        return Draft(
            id=self.id,
            kind=self.kind,
            account_id=self.account_id,
            recorded_at=now(),
            bundle_sha256="" if model is None else model.pointer.sha256,
            policy_version="" if policy is None else policy.policy.version,
            policy_sha256="" if policy is None else policy.sha256,
            code_sha256=code_sha256(),
            inputs=self.inputs,
            answer=msgspec.Raw(self.answer),
        )

    def count(self, metrics: Metrics) -> None:
        """Counts the answer; a what-if, or an answer without a score, never as a decision."""
        if self.kind in WITHOUT_MODEL and self.kind != "opt_out":
            metrics.count_undecided(self.kind)
        counted = metrics.count_what_if if self.kind in WHAT_IFS else metrics.count_decision
        for tier, eligible in self.outcomes:
            counted(self.kind, tier, eligible=eligible)
