"""Opting out gives a person, never a score; an opt-out recorded before an answer's record is seen by it."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from serving.decision.engine import DecisionEngine
from serving.service.app import Service
from serving.service.records import Draft, RecordStore
from serving.service.records.record import Kind, new_id, now
from serving.service.records.schema import METADATA
from tests.features.store.conftest import postgres_url  # noqa: F401
from tests.features.worlds import PRESENT
from tests.serving import stored

pytestmark = pytest.mark.anyio
ACCOUNT = stored.FIRST_ACCOUNT
SCORE = {"score", "pd", "tier", "eligible", "base_points", "theme_points", "reasons", "before"}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return stored.service(tmp_path, stored.store(tmp_path))


@pytest.fixture(params=["sqlite", "postgresql"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RecordStore]:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url").replace("postgresql://", "postgresql+psycopg://")
    store = RecordStore(url)
    METADATA.drop_all(store._engine)
    METADATA.create_all(store._engine)
    yield store
    store.close()


async def set_opt_out(client: httpx.AsyncClient, opted_out: bool, account: int = ACCOUNT) -> httpx.Response:
    return await client.post("/v1/opt-outs", json={"account_id": account, "opted_out": opted_out})


async def test_an_unknown_account_cannot_opt_out_and_nothing_is_recorded(service: Service) -> None:
    async with stored.client(service) as client:
        answer = await set_opt_out(client, True, 8)
    assert answer.status_code == 404
    assert answer.json() == {"error": {"field": "account_id", "message": "no such account is stored"}}
    assert list(service.records.walk()) == []


@pytest.mark.parametrize("route", ["/v1/decisions", "/v1/advice"])
async def test_nothing_is_scored_or_shown_and_one_review_is_open(
    service: Service, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scored(*_: object) -> None:
        raise AssertionError("a score was computed")

    async with stored.client(service) as client:
        await set_opt_out(client, True)
        with monkeypatch.context() as patch:
            patch.setattr(DecisionEngine, "decide", scored)
            first = (await client.post(route, json={"account_id": ACCOUNT})).json()
            second = (await client.post(route, json={"account_id": ACCOUNT})).json()
        await set_opt_out(client, False)
        between = (await client.post(route, json={"account_id": ACCOUNT})).json()
        await set_opt_out(client, True)
        third = (await client.post(route, json={"account_id": ACCOUNT})).json()
    for body in (first, second, third):
        assert body["status"] == "review"
        assert not SCORE & body.keys()
        assert "工作人员" in body["zh"]
        assert "a person will look at" in body["en"]
    assert between["status"] == "decided"
    assert first["review_id"] == second["review_id"] == first["record_id"] != third["review_id"]
    kinds = [record.draft.kind for record in service.records.walk()]
    assert kinds.count("review") == 3


async def test_a_what_if_of_a_person_who_opted_out_is_refused(service: Service) -> None:
    async with stored.client(service) as client:
        await set_opt_out(client, True)
        body = {"account_id": ACCOUNT, "as_of": PRESENT.isoformat()}
        answer = await client.post("/v1/decisions", json=body)
    assert answer.status_code == 409
    assert answer.json()["error"]["field"] == "account_id"
    assert [record.draft.kind for record in service.records.walk()] == ["opt_out"]


async def test_an_opt_out_recorded_while_a_decision_is_made_is_seen_by_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    whole = DecisionEngine.decide

    def slowly(engine: DecisionEngine, case: Any) -> Any:
        begun.set()
        assert go_on.wait(30)
        return whole(engine, case)

    monkeypatch.setattr(DecisionEngine, "decide", slowly)
    async with stored.client(service) as client:
        asked = asyncio.create_task(client.post("/v1/decisions", json={"account_id": ACCOUNT}))
        assert await asyncio.to_thread(begun.wait, 30)
        assert (await set_opt_out(client, True)).status_code == 200
        go_on.set()
        body = (await asked).json()
        metrics = (await client.get("/metrics")).text
    assert body["status"] == "review"
    assert not SCORE & body.keys()
    assert [record.draft.kind for record in service.records.walk()] == ["opt_out", "review"]
    assert "headroom_decisions_total{" not in metrics


def draft(kind: Kind, account: int | None = 1, **inputs: object) -> Draft:
    answer = msgspec.Raw(b"{}")
    return Draft(new_id(), kind, account, now(), "", "", "", "", {"account_id": account, **inputs}, answer)


@pytest.mark.parametrize("kind", ["decision", "what_if", "advice", "advice_what_if", "not_decided"])
def test_no_answer_by_automation_is_recorded_after_an_opt_out(records: RecordStore, kind: Kind) -> None:
    out, back = draft("opt_out", opted_out=True), draft("opt_out", opted_out=False)
    assert None not in records.append([draft(kind)])
    assert None not in records.append([out])
    stored_ones = records.append([draft(kind), draft(kind, 2), draft("prediction", None)])
    assert [record is None for record in stored_ones] == [True, False, False]
    assert None not in records.append([draft("review", review_id="a")])
    assert records.open_review(1) == "a"
    assert None not in records.append([back])
    assert records.open_review(1) is None
    assert None not in records.append([draft(kind)])
    assert records.verify_chain() == 7


def test_an_opt_out_earlier_in_the_same_group_counts(records: RecordStore) -> None:
    out, back = draft("opt_out", opted_out=True), draft("opt_out", opted_out=False)
    group = [draft("decision"), out, draft("decision"), draft("review", review_id="a"), back]
    kept = records.append([*group, draft("decision"), draft("review", review_id="b")])
    assert [record is None for record in kept] == [False, False, True, False, False, False, True]
    assert records.verify_chain() == 5
    assert records.append([draft("review", review_id="c")]) == (None,)
