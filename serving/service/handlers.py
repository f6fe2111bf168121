"""The handler of each endpoint, free of HTTP: read, decide, record, and only then answer."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec

from features.errors import RequestError
from features.store import AccountStore
from serving.advice.inputs import AdviceInputs
from serving.decision.outlook import coming_midnights, outlook
from serving.decision.types import CURRENT_LIMIT
from serving.model.encoder import Value
from serving.service.account_loader import require_account
from serving.service.feeds import DecisionTime
from serving.service.http.accounts import DecisionRequest, OptOutRequest
from serving.service.http.metrics import Metrics
from serving.service.live_audit import LiveAudit
from serving.service.model_watcher import LoadedModel
from serving.service.pending import PendingAnswer
from serving.service.records import RecordError, RecordStore, RecordWriter
from serving.service.records.answers import advice_answer, decision_answer, prediction_answer
from serving.service.records.record import WITHOUT_MODEL, Kind, new_id
from serving.service.undecided import Asked, not_decided, review

INLINE_ROWS = 4
"""Up to so many rows are scored on the event loop: that costs less than handing them to a thread."""
ATTEMPTS = 5
"""How often an answer is made anew because an opt-out was recorded in the meantime."""


class Handlers:
    """Answers requests with a model; every answer is recorded before it is returned.

    Predictions are recorded too, one record a request with all its rows: someone may have acted on them.
    """

    def __init__(
        self, records: RecordStore, metrics: Metrics, accounts: AccountStore, audit_share: float = 0.0
    ) -> None:
        self._records, self._metrics, self._accounts = records, metrics, accounts
        self._audit = LiveAudit(audit_share, metrics)
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
        return await self._only(pending, model)

    async def decide(self, model: LoadedModel, request: DecisionRequest) -> bytes:
        """`POST /v1/decisions`.

        Where tiers have budgets, decisions are made and recorded one at a time, so that each sees what those
        before it spent. A decision as of a moment that the request names is a what-if: it neither spends a
        budget nor is bound by one.

        Raises:
            RequestError: no such account, or the model has no stored accounts.
            RecordError: the decision could not be recorded.
        """
        make = lambda: self._decision(model, request)  # noqa: E731
        if not model.engine.policy.policy.budgeted or request.as_of is not None:
            return await self._recorded(make, model)
        async with self._budget_lock:
            return await self._recorded(make, model)

    async def advise(self, model: LoadedModel, request: DecisionRequest) -> bytes:
        """`POST /v1/advice`: a search that takes a fraction of a second, so never on the event loop.

        Raises:
            RequestError: no such account, or the model has no stored accounts.
            RecordError: the advice could not be recorded.
        """
        return await self._recorded(lambda: self._advice(model, request), model, self._advice_pool)

    async def opt_out(self, request: OptOutRequest) -> bytes:
        """`POST /v1/opt-outs`: PIPL art. 24, the right to refuse a decision made solely by automation.

        Raises:
            RequestError: no such account.
            RecordError: the opt-out could not be recorded.
        """
        await asyncio.to_thread(require_account, self._accounts, request.account_id)
        record_id, inputs = new_id(), {"account_id": request.account_id, "opted_out": request.opted_out}
        answer = msgspec.json.encode({"record_id": record_id, **inputs})
        return await self._only(PendingAnswer(record_id, "opt_out", request.account_id, inputs, answer), None)

    def _prediction(self, model: LoadedModel, rows: list[Mapping[str, Value]]) -> PendingAnswer:
        predictions, record_id = model.engine.predict(rows), new_id()
        answer = prediction_answer(record_id, model.engine, predictions)
        outcomes = tuple((prediction.tier, prediction.eligible) for prediction in predictions)
        return PendingAnswer(record_id, "prediction", None, {"rows": rows}, answer, outcomes)

    def _decision(self, model: LoadedModel, request: DecisionRequest) -> PendingAnswer:
        when = model.accounts.time(request.as_of)
        undecided = self._undecided(model, request.account_id, when, "decision")
        if undecided is not None:
            return undecided
        ahead = coming_midnights(when.as_of) if when.binding else ()
        tables, (case, *later) = model.accounts.cases_at(request.account_id, when, (when.as_of, *ahead))
        if when.binding:
            current = float(case.facts[CURRENT_LIMIT] or 0.0)
            left = self._records.budget_left(model.engine.policy, request.account_id, current)
            case = replace(case, budget_left_cny=left)
            case = replace(case, outlook=outlook(model.engine, case, later))
        case = self._audit.checked(model.engine, case, tables)
        decision, record_id = model.engine.decide(case), new_id()
        answer, outcomes = decision_answer(record_id, decision), ((decision.tier, decision.eligible),)
        kind: Kind = "decision" if when.binding else "what_if"
        return PendingAnswer(record_id, kind, case.account_id, case, answer, outcomes)

    def _advice(self, model: LoadedModel, request: DecisionRequest) -> PendingAnswer:
        account, when = request.account_id, model.accounts.time(request.as_of)
        undecided = self._undecided(model, account, when, "advice")
        if undecided is not None:
            return undecided
        adviser, tables = model.adviser, model.accounts.tables(account, when)
        assert adviser is not None, "an account was found for a model that reads none"
        given = partial(adviser.advise, tables, account, when.as_of, opted_out=False, late_feeds=when.late)
        advice, withheld = self._audit.advised(lambda codes: given(withheld=codes), tables)
        inputs = AdviceInputs.of(tables, account, when.as_of, adviser.settings, opted_out=False)
        inputs = replace(inputs, binding=when.binding, late_feeds=when.late, withheld=withheld)
        record_id = new_id()
        answer = advice_answer(record_id, advice, model.engine, inputs)
        outcomes = ((advice.before.tier, advice.before.eligible),)
        kind: Kind = "advice" if when.binding else "advice_what_if"
        return PendingAnswer(record_id, kind, account, inputs, answer, outcomes)

    def _undecided(
        self, model: LoadedModel, account_id: int, when: DecisionTime, asked: Asked
    ) -> PendingAnswer | None:
        """What is answered in place of a score: a review of a person who opted out, or what is awaited.

        Raises:
            RequestError: no such account, or a what-if of a person who opted out.
        """
        opted_out = self._records.opted_out(account_id)
        if opted_out or when.awaited:
            model.accounts.require(account_id)
        if opted_out:
            if not when.binding:
                raise RequestError(
                    "the person opted out of automatic decisions: nothing is scored, as of no moment",
                    field="account_id",
                    status=409,
                )
            return review(account_id, when, asked, self._records.open_review(account_id))
        return not_decided(account_id, when, asked) if when.awaited else None

    async def _recorded(
        self, make: Callable[[], PendingAnswer], model: LoadedModel, pool: ThreadPoolExecutor | None = None
    ) -> bytes:
        """The answer, once it is recorded; made anew where an opt-out was recorded in the meantime."""
        for _ in range(ATTEMPTS):
            pending = await asyncio.get_running_loop().run_in_executor(pool, make)
            if await self._write(pending, model):
                return pending.answer
        raise RecordError("opt-outs of the account were recorded while it was decided, again and again")

    async def _only(self, pending: PendingAnswer, model: LoadedModel | None) -> bytes:
        """The answer, which no opt-out can make invalid, once it is recorded."""
        await self._write(pending, model)
        return pending.answer

    async def _write(self, pending: PendingAnswer, model: LoadedModel | None) -> bool:
        """Records and counts an answer; False where an opt-out since then has made it invalid."""
        no_model = pending.kind in WITHOUT_MODEL
        if await self._writer.write(pending.draft(None if no_model else model)) is None:
            return False
        pending.count(self._metrics)
        return True
