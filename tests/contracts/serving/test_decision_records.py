"""A decision is recorded before it is answered, cannot be altered unnoticed, and can be replayed."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from features.engine.consent import consented
from serving.decision.policy import packaged
from serving.model.bundle import BundleStore
from serving.service.app import Service
from serving.service.records import RecordError, RecordStore
from serving.service.records.record import WITHOUT_MODEL, Draft, chain_hash, new_id, now
from serving.service.records.replay import replay
from serving.service.settings import Settings
from tests.serving import stored, toy


def client_of(service: Service) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=service.app())
    return httpx.AsyncClient(transport=transport, base_url="http://headroom")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("published")
    bundles = BundleStore(folder / "bundles")
    bundles.promote("portfolio", bundles.publish(stored.bundle()), 1)
    return Settings(bundles=str(folder / "bundles"), store_url=stored.store(folder))


@pytest.fixture
def service(tmp_path: Path, published: Settings) -> Service:
    return Service(published.model_copy(update={"records_url": f"sqlite:///{tmp_path / 'records.db'}"}))


@pytest.fixture
def account() -> int:
    return stored.FIRST_ACCOUNT


async def some_answers(service: Service, account: int) -> list[bytes]:
    row = dict.fromkeys(stored.NAMES)
    async with client_of(service) as client:
        asked = [
            await client.post("/v1/decisions", json={"account_id": account}),
            await client.post("/predict", json={"rows": [row, {**row, "dpd_m1": 40}]}),
            await client.post("/v1/advice", json={"account_id": account}),
            await client.post("/v1/opt-outs", json={"account_id": account, "opted_out": True}),
            await client.post("/v1/decisions", json={"account_id": account}),
        ]
    assert [answer.status_code for answer in asked] == [200] * 5, [answer.text for answer in asked]
    return [answer.content for answer in asked]


@pytest.mark.anyio
async def test_what_was_answered_is_what_is_recorded(service: Service, account: int) -> None:
    answers = await some_answers(service, account)
    assert [bytes(record.draft.answer) for record in service.records.walk()] == answers
    assert service.records.verify_chain() == 5


@pytest.mark.anyio
async def test_a_decision_records_the_sources_that_the_person_had_linked(service: Service) -> None:
    tables = stored.random_world().tables
    seen: set[str] = set()
    async with client_of(service) as client:
        for account in range(stored.FIRST_ACCOUNT, stored.FIRST_ACCOUNT + 40):
            await client.post("/v1/decisions", json={"account_id": account})
    for record in service.records.walk():
        case = dict(record.draft.inputs)
        moment = datetime.fromisoformat(case["as_of"])
        expected = consented(tables, case["account_id"], moment)
        assert set(case["linked"]) == expected
        seen |= expected
    assert len(seen) > 1


@pytest.mark.anyio
async def test_an_answer_that_cannot_be_recorded_is_not_returned(
    service: Service, account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_drafts: object) -> None:
        raise RecordError("decision records could not be written: OperationalError: disk is full")

    monkeypatch.setattr(service.records, "append", refuse)
    async with client_of(service) as client:
        decision = await client.post("/v1/decisions", json={"account_id": account})
        prediction = await client.post("/predict", json={"rows": [dict.fromkeys(stored.NAMES)]})
        advice = await client.post("/v1/advice", json={"account_id": account})
    for answer in (decision, prediction, advice):
        assert answer.status_code == 503
        assert set(answer.json()) == {"error"}
        assert "score" not in answer.text


@pytest.mark.anyio
async def test_a_broken_records_database_leaves_no_answer(
    service: Service, account: int, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "records.db") as broken:
        broken.execute("DROP TABLE decision_records")
    async with client_of(service) as client:
        answer = await client.post("/predict", json={"rows": [dict.fromkeys(stored.NAMES)]})
    assert answer.status_code == 503


@pytest.mark.anyio
async def test_a_recorded_answer_is_replayed_to_the_same_bytes(service: Service, account: int) -> None:
    await some_answers(service, account)
    replayed = 0
    for record in service.records.walk():
        if record.draft.kind not in WITHOUT_MODEL:
            policy = service.records.policy(record.draft.policy_sha256)
            assert replay(record, stored.bundle(), policy) == bytes(record.draft.answer)
            replayed += 1
    assert replayed == 3


@pytest.mark.anyio
async def test_a_replay_with_another_model_or_policy_is_refused(service: Service, account: int) -> None:
    await some_answers(service, account)
    record = next(service.records.walk())
    with pytest.raises(RecordError, match="bundle"):
        replay(record, toy.bundle(), packaged())
    with pytest.raises(RecordError, match="policy"):
        replay(record, stored.bundle(), replace(packaged(), sha256="0" * 64))


def alter_answer(db: sqlite3.Connection) -> None:
    db.execute("UPDATE decision_records SET body = replace(body, '\"tier\":', '\"teir\":') WHERE seq = 1")


def delete_row(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM decision_records WHERE seq = 1")


def delete_first(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM decision_records WHERE seq = 0")


def move_account(db: sqlite3.Connection) -> None:
    db.execute("UPDATE decision_records SET account_id = account_id + 1 WHERE seq = 0")


def rehash_altered(db: sqlite3.Connection) -> None:
    """An attacker who alters a record and recomputes its own hash breaks the next link."""
    body, before = db.execute("SELECT body, prev_hash FROM decision_records WHERE seq = 1").fetchone()
    forged = body.replace(b'"kind":"prediction"', b'"kind":"prediction" ')
    values = (forged, chain_hash(before, forged))
    db.execute("UPDATE decision_records SET body = ?, hash = ? WHERE seq = 1", values)


@pytest.mark.anyio
@pytest.mark.parametrize("tamper", [alter_answer, delete_row, delete_first, move_account, rehash_altered])
async def test_tampering_breaks_the_chain(
    service: Service, account: int, tmp_path: Path, tamper: Callable[[sqlite3.Connection], None]
) -> None:
    await some_answers(service, account)
    with sqlite3.connect(tmp_path / "records.db") as db:
        tamper(db)
    with pytest.raises(RecordError, match="record"):
        service.records.verify_chain()


@pytest.mark.anyio
async def test_a_person_who_opted_out_waits_for_a_person_and_is_not_scored(
    service: Service, account: int
) -> None:
    answers = await some_answers(service, account)
    last, record = json.loads(answers[-1]), list(service.records.walk())[-1]
    assert last["status"] == "review"
    assert not {"pd", "score", "tier", "eligible", "theme_points", "reasons"} & last.keys()
    assert (record.draft.kind, record.draft.bundle_sha256) == ("review", "")
    assert dict(record.draft.inputs)["review_id"] == last["review_id"] == record.draft.id


def test_two_writers_share_one_chain(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    one, two = RecordStore(url), RecordStore(url)
    for i in range(6):
        inputs = {"account_id": i, "opted_out": True}
        draft = Draft(new_id(), "opt_out", i, now(), "", "", "", "", inputs, msgspec.Raw(b"{}"))
        (one if i % 2 else two).append([draft])
    assert one.verify_chain() == 6
