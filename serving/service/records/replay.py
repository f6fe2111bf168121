"""Recomputes a recorded answer from its recorded inputs and the bundle and policy that it names."""

from collections.abc import Mapping
from typing import Any

import msgspec

from serving.advice import Advice, AdviceSettings
from serving.advice.adviser import adviser_for
from serving.advice.inputs import AdviceInputs
from serving.decision.engine import DecisionEngine
from serving.decision.policy import LoadedPolicy
from serving.decision.types import Case
from serving.model.bundle import ModelBundle, identity
from serving.model.scorer import Scorer
from serving.service.records.answers import advice_answer, decision_answer, prediction_answer
from serving.service.records.record import WITHOUT_MODEL, Draft, Record, RecordError


def replay(record: Record, bundle: ModelBundle, policy: LoadedPolicy) -> bytes:
    """The answer, computed anew; equal to `record.draft.answer` byte for byte.

    Args:
        record: a decision, a prediction or an advice.
        bundle: the bundle that it names.
        policy: the policy that it names (`RecordStore.policy`).

    Raises:
        RecordError: another bundle or policy, or a record that holds no model's answer.
    """
    draft = record.draft
    if draft.kind in WITHOUT_MODEL:
        raise RecordError(f"record {record.seq} is of kind {draft.kind}, not an answer of a model")
    _check_same("bundle", draft.bundle_sha256, identity(bundle))
    _check_same("policy", draft.policy_sha256, policy.sha256)
    engine = DecisionEngine(Scorer(bundle), draft.bundle_sha256, policy, recorded=True)
    return recompute_answer(draft, engine)


def recompute_answer(draft: Draft, engine: DecisionEngine) -> bytes:
    """The same with a given engine, for many records of one bundle and policy."""
    inputs = draft.inputs
    if draft.kind in ("decision", "what_if"):
        return decision_answer(draft.id, engine.decide(_case(inputs)))
    if draft.kind in ("advice", "advice_what_if"):
        given = msgspec.convert(inputs, AdviceInputs)
        return advice_answer(draft.id, _advice(given, engine), engine, given)
    rows = inputs["rows"] if isinstance(inputs, Mapping) else inputs
    return prediction_answer(draft.id, engine, engine.predict(list(rows)))


def _case(inputs: Any) -> Case:
    return msgspec.convert(inputs, Case)


def _advice(given: AdviceInputs, engine: DecisionEngine) -> Advice:
    settings = AdviceSettings.model_validate(given.settings)
    adviser = adviser_for(engine, settings)
    return adviser.advise(
        given.unpacked(),
        given.account_id,
        given.as_of,
        opted_out=given.opted_out,
        late_feeds=given.late_feeds,
        withheld=given.withheld,
    )


def _check_same(what: str, expected: str, found: str) -> None:
    if expected != found:
        raise RecordError(f"the record was made with {what} {expected}, not with {found}")
