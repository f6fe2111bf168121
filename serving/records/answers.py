"""The bytes that leave, made in one place so that a replay makes the same."""

from collections.abc import Sequence
from dataclasses import fields

import msgspec

from serving.decision import Judge, Prediction
from serving.types import Decision

_ENCODER = msgspec.json.Encoder()


def decision_answer(record_id: str, decision: Decision) -> bytes:
    """The answer of `POST /v1/decisions`."""
    told = {field.name: getattr(decision, field.name) for field in fields(Decision)}
    return _ENCODER.encode({"decision_id": record_id, **told})


def prediction_answer(record_id: str, judge: Judge, predictions: Sequence[Prediction]) -> bytes:
    """The answer of `POST /predict`."""
    return _ENCODER.encode(
        {
            "prediction_id": record_id,
            "bundle_sha256": judge.bundle_sha256,
            "policy_version": judge.policy.policy.version,
            "rows": predictions,
        }
    )
