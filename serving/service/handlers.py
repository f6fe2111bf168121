"""What each endpoint does, free of HTTP: read, decide, record, and only then answer."""

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
"""Up to so many rows are scored on the event loop: it costs less than handing them to a thread."""


@dataclass(frozen=True)
class PendingAnswer:
    """An answer that is ready but not yet on record.

    Attributes:
        id: of the record to be.
        kind: of the record.
        account_id: whom it is about, None for rows.
        inputs: what it was made from.
        answer: the bytes.
    """

    id: str
    kind: Kind
    account_id: int | None
    inputs: Any
    answer: bytes

    def draft(self, model: LoadedModel | None) -> Draft:
        """The record, naming the model and policy that took part."""
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
    """Answers requests with a model; every answer is on record before it is given back.

    Predictions are recorded too, one record a request with all its rows: someone may have acted on them.
    """

    def __init__(self, records: RecordStore, metrics: Metrics) -> None:
        self._records, self._metrics = records, metrics
        self._writer = RecordWriter(records)
        self._adviser = ThreadPoolExecutor(1, thread_name_prefix="headroom-advice")
        self._budget = asyncio.Lock()

    async def predict(self, model: LoadedModel, body: Any) -> bytes:
        """`POST /predict`.

        Raises:
            RequestError: the body is wrong.
            RecordError: the answer could not be recorded.
        """
        rows = model.reader.read(body)
        if len(rows) <= INLINE_ROWS:
            answered = self._predicted(model, rows)
        else:
            answered = await asyncio.to_thread(self._predicted, model, rows)
        return await self._kept(answered, model)

    def _predicted(self, model: LoadedModel, rows: list[Mapping[str, Value]]) -> PendingAnswer:
        predictions, record_id = model.engine.predict(rows), new_id()
        for told in predictions:
            self._metrics.decided("prediction", told.tier, eligible=told.eligible)
        answer = prediction_answer(record_id, model.engine, predictions)
        return PendingAnswer(record_id, "prediction", None, {"rows": rows}, answer)

    async def decide(self, model: LoadedModel, asked: DecisionRequest) -> bytes:
        """`POST /v1/decisions`.

        Where tiers have budgets, one decision is made and recorded at a time, so that each sees what those
        before it spent. One about a moment that was asked for by name neither spends a budget nor minds it.

        Raises:
            RequestError: no such account, or the model has none.
            RecordError: the decision could not be recorded.
        """
        if not model.engine.policy.policy.budgeted or asked.as_of is not None:
            return await self._kept(await asyncio.to_thread(self._decided, model, asked), model)
        async with self._budget:
            return await self._kept(await asyncio.to_thread(self._decided, model, asked), model)

    def _decided(self, model: LoadedModel, asked: DecisionRequest) -> PendingAnswer:
        opted_out = self._records.opted_out(asked.account_id)
        case = model.live.case(asked.account_id, asked.as_of, opted_out=opted_out)
        if asked.as_of is None:
            current = float(case.facts[CURRENT_LIMIT] or 0.0)
            left = self._records.budget_left(model.engine.policy, asked.account_id, current)
            case = replace(case, budget_left_cny=left)
        decision, record_id = model.engine.decide(case), new_id()
        self._metrics.decided("decision", decision.tier, eligible=decision.eligible)
        return PendingAnswer(
            record_id, "decision", case.account_id, case, decision_answer(record_id, decision)
        )

    async def advise(self, model: LoadedModel, asked: DecisionRequest) -> bytes:
        """`POST /v1/advice`: a search of a fraction of a second, so never on the event loop.

        Raises:
            RequestError: no such account, or the model has none.
            RecordError: the advice could not be recorded.
        """
        loop = asyncio.get_running_loop()
        return await self._kept(await loop.run_in_executor(self._adviser, self._advised, model, asked), model)

    def _advised(self, model: LoadedModel, asked: DecisionRequest) -> PendingAnswer:
        opted_out = self._records.opted_out(asked.account_id)
        tables, as_of = model.live.tables(asked.account_id, asked.as_of)
        adviser, account = model.adviser, asked.account_id
        assert adviser is not None, "an account was found for a model that reads none"
        inputs = AdviceInputs.of(tables, account, as_of, adviser.settings, opted_out=opted_out)
        advice, record_id = adviser.advise(tables, account, as_of, opted_out=opted_out), new_id()
        self._metrics.decided("advice", advice.before.tier, eligible=advice.before.eligible)
        return PendingAnswer(
            record_id, "advice", account, inputs, advice_answer(record_id, advice, model.engine)
        )

    async def opt_out(self, wish: OptOutRequest) -> bytes:
        """`POST /v1/opt-outs`: PIPL art. 24, the right to refuse a decision made solely by automation.

        Raises:
            RecordError: the wish could not be recorded.
        """
        record_id, inputs = new_id(), {"account_id": wish.account_id, "opted_out": wish.opted_out}
        answer = msgspec.json.encode({"record_id": record_id, **inputs})
        return await self._kept(PendingAnswer(record_id, "opt_out", wish.account_id, inputs, answer), None)

    async def _kept(self, answered: PendingAnswer, model: LoadedModel | None) -> bytes:
        """The answer, once it is on record."""
        await self._writer.write(answered.draft(model))
        return answered.answer
