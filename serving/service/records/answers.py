"""The bytes of every answer, encoded in one place so that a replay gives the same."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import msgspec

from serving.advice import Advice, DecisionOutcome, Path
from serving.advice.inputs import AdviceInputs
from serving.decision.engine import DecisionEngine
from serving.decision.types import Decision, Prediction

_ENCODER = msgspec.json.Encoder()


def decision_answer(record_id: str, decision: Decision) -> bytes:
    """The answer of `POST /v1/decisions`; what names a decision is absent from a what-if."""
    shown = {field.name: getattr(decision, field.name) for field in fields(Decision)}
    key = "decision_id" if decision.binding else "what_if_id"
    return _ENCODER.encode({key: record_id, "status": "decided", **shown})


def advice_answer(record_id: str, advice: Advice, engine: DecisionEngine, inputs: AdviceInputs) -> bytes:
    """The answer of `POST /v1/advice`."""
    answer = advice.answer
    return _ENCODER.encode(
        {
            "advice_id" if inputs.binding else "what_if_id": record_id,
            "status": "decided",
            "binding": inputs.binding,
            "late_feeds": inputs.late_feeds,
            "account_id": advice.account_id,
            "as_of": advice.as_of,
            "before": _outcome(advice.before),
            "path": _path(answer) if isinstance(answer, Path) else None,
            "no_path": None if isinstance(answer, Path) else answer,
            "if_linked": None if advice.if_linked is None else _path(advice.if_linked),
            "bundle_sha256": engine.bundle_sha256,
            "policy_version": engine.policy.policy.version,
        }
    )


def _path(path: Path) -> dict[str, Any]:
    outcomes: dict[str, Any] = {
        name: _outcome(getattr(path, name)) for name in ("before", "after", "unchanged")
    }
    outcomes["effects"] = {effect.case: _outcome(effect.outcome) for effect in path.effects}
    shown = {field.name: getattr(path, field.name) for field in fields(Path) if field.name != "steps"}
    steps = [{**asdict(step.lever), "extra_a_bill_cny": step.extra_a_bill_cny, "zh": step.zh, "en": step.en}
             for step in path.steps]  # fmt: skip
    return {**shown, **outcomes, "steps": steps}


def _outcome(outcome: DecisionOutcome) -> dict[str, Any]:
    """A decision in short; the sentences of its rules stay with the decision itself."""
    return {
        field.name: getattr(outcome, field.name)
        for field in fields(DecisionOutcome)
        if field.name not in ("bound", "themes")
    }


def prediction_answer(record_id: str, engine: DecisionEngine, predictions: Sequence[Prediction]) -> bytes:
    """The answer of `POST /predict`."""
    return _ENCODER.encode(
        {
            "prediction_id": record_id,
            "bundle_sha256": engine.bundle_sha256,
            "policy_version": engine.policy.policy.version,
            "rows": predictions,
        }
    )
