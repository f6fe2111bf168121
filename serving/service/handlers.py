"""The handler of each endpoint, free of HTTP: read, decide, record, and only then answer."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from serving.advice.inputs import AdviceInputs
from serving.decision.types import CURRENT_LIMIT
from serving.model.encoder import Value
from serving.service.http.accounts import DecisionRequest, OptOutRequest
from serving.service.http.metrics import Metrics
from serving.service.model_watcher import LoadedModel
from serving.service.records import Draft, RecordStore, RecordWriter
from serving.service.records.answers import advice_answer, decision_answer, prediction_answer
from serving.service.records.record import Kind, new_id, now
from serving.service.release import code_sha256

INLINE_ROWS = 4
"""Up to so many rows are scored on the event loop: that costs less than handing them to a thread."""


@dataclass(frozen=True)
class PendingAnswer:
    """An answer that is ready but not yet recorded.

    Attributes:
        id: of the record that it becomes.
        kind: of that record.
        account_id: the account, None for rows of features.
        inputs: everything that the answer was computed from.
        answer: the bytes of the response body.
    """

    id: str
    kind: Kind
    account_id: int | None
    inputs: Any
    answer: bytes

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


class Handlers:
    """Answers requests with a model; every answer is recorded before it is returned.

    Predictions are recorded too, one record a request with all its rows: someone may have acted on them.
    """

    def __init__(self, records: RecordStore, metrics: Metrics) -> None:
        self._records, self._metrics = records, metrics
        self._writer = RecordWriter(records)
        self._advice_pool = ThreadPoolExecutor(1, thread_name_prefix="headroom-advice")
        self._budget_lock = asyncio.Lock()

    async def predict(self, model: LoadedModel, body: Any) -> bytes:
        """`POST /predict`.

        Raises:
            RequestError: the body is invalid.
            RecordError: the answer could not be recorded.
        """
        rows = model.reader.read(body)
        if len(rows) <= INLINE_ROWS:
            pending = self._prediction(model, rows)
        else:
            pending = await asyncio.to_thread(self._prediction, model, rows)
        return await self._record(pending, model)

    async def decide(self, model: LoadedModel, request: DecisionRequest) -> bytes:
        """`POST /v1/decisions`.

        Where tiers have budgets, decisions are made and recorded one at a time, so that each sees what those
        before it spent. A decision as of a moment that the request names is a what-if: it neither spends a
        budget nor is bound by one.

        Raises:
            RequestError: no such account, or the model has no stored accounts.
            RecordError: the decision could not be recorded.
        """
        if not model.engine.policy.policy.budgeted or request.as_of is not None:
            return await self._record(await asyncio.to_thread(self._decision, model, request), model)
        async with self._budget_lock:
            return await self._record(await asyncio.to_thread(self._decision, model, request), model)

    async def advise(self, model: LoadedModel, request: DecisionRequest) -> bytes:
        """`POST /v1/advice`: a search that takes a fraction of a second, so never on the event loop.

        Raises:
            RequestError: no such account, or the model has no stored accounts.
            RecordError: the advice could not be recorded.
        """
        loop = asyncio.get_running_loop()
        pending = await loop.run_in_executor(self._advice_pool, self._advice, model, request)
        return await self._record(pending, model)

    async def opt_out(self, request: OptOutRequest) -> bytes:
        """`POST /v1/opt-outs`: PIPL art. 24, the right to refuse a decision made solely by automation.

        Raises:
            RecordError: the opt-out could not be recorded.
        """
        record_id, inputs = new_id(), {"account_id": request.account_id, "opted_out": request.opted_out}
        answer = msgspec.json.encode({"record_id": record_id, **inputs})
        return await self._record(
            PendingAnswer(record_id, "opt_out", request.account_id, inputs, answer), None
        )

    def _prediction(self, model: LoadedModel, rows: list[Mapping[str, Value]]) -> PendingAnswer:
        predictions, record_id = model.engine.predict(rows), new_id()
        for prediction in predictions:
            self._metrics.count_decision("prediction", prediction.tier, eligible=prediction.eligible)
        answer = prediction_answer(record_id, model.engine, predictions)
        return PendingAnswer(record_id, "prediction", None, {"rows": rows}, answer)

    def _decision(self, model: LoadedModel, request: DecisionRequest) -> PendingAnswer:
        opted_out = self._records.opted_out(request.account_id)
        case = model.accounts.case(request.account_id, request.as_of, opted_out=opted_out)
        if request.as_of is None:
            current = float(case.facts[CURRENT_LIMIT] or 0.0)
            left = self._records.budget_left(model.engine.policy, request.account_id, current)
            case = replace(case, budget_left_cny=left)
        decision, record_id = model.engine.decide(case), new_id()
        self._metrics.count_decision("decision", decision.tier, eligible=decision.eligible)
        return PendingAnswer(
            record_id, "decision", case.account_id, case, decision_answer(record_id, decision)
        )

    def _advice(self, model: LoadedModel, request: DecisionRequest) -> PendingAnswer:
        opted_out = self._records.opted_out(request.account_id)
        tables, as_of = model.accounts.tables(request.account_id, request.as_of)
        adviser, account = model.adviser, request.account_id
        assert adviser is not None, "an account was found for a model that reads none"
        inputs = AdviceInputs.of(tables, account, as_of, adviser.settings, opted_out=opted_out)
        advice, record_id = adviser.advise(tables, account, as_of, opted_out=opted_out), new_id()
        self._metrics.count_decision("advice", advice.before.tier, eligible=advice.before.eligible)
        return PendingAnswer(
            record_id, "advice", account, inputs, advice_answer(record_id, advice, model.engine)
        )

    async def _record(self, pending: PendingAnswer, model: LoadedModel | None) -> bytes:
        """The answer, once it is recorded."""
        await self._writer.write(pending.draft(model))
        return pending.answer
