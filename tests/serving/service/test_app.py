"""The application: its answers, its refusals and their messages, and how it changes models."""

import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from serving.decision.policy import packaged
from serving.model.bundle import BundleStore
from serving.service.app import Service
from serving.service.settings import Settings
from tests.serving import stored, toy

pytestmark = pytest.mark.anyio
ROW = {**toy.rows(1)[0], "late_12m": 1.0}


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles")
    store = BundleStore(folder)
    store.promote("toy", store.publish(toy.bundle()), 1)
    store.promote("portfolio", store.publish(stored.bundle()), 1)
    return folder


def settings_for(bundles: Path, folder: Path, config: str = "toy", **more: Any) -> Settings:
    records, accounts = f"sqlite:///{folder / 'records.db'}", f"sqlite:///{folder / 'accounts.db'}"
    given = {
        "bundles": str(bundles),
        "records_url": records,
        "store_url": accounts,
        "watch_seconds": 0.01,
        **more,
    }
    return Settings(config=config, **given)


def client_of(service: Service) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=service.app()), base_url="http://headroom")


@pytest.fixture(scope="module")
def toy_service(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Service:
    return Service(settings_for(bundles, tmp_path_factory.mktemp("toy")))


@pytest.fixture(scope="module")
def stored_service(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("stored")
    stored.store(folder)
    return Service(settings_for(bundles, folder, "portfolio"))


@pytest.fixture
async def client(toy_service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(toy_service) as client:
        yield client


@pytest.fixture
async def deciding(stored_service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(stored_service) as client:
        yield client


async def test_a_prediction_has_every_documented_field(client: httpx.AsyncClient) -> None:
    answer = await client.post("/predict", json={"rows": [ROW, dict.fromkeys(ROW)]})
    assert answer.status_code == 200
    for row in answer.json()["rows"]:
        assert row["base_points"] + sum(row["theme_points"].values()) == row["score"]
        assert (
            row["base_points"] + sum(r["points"] for r in row["reasons"]) + row["other_points"]
            == row["score"]
        )
        assert 0 < row["pd"] < 1
        assert row["tier"] in "ABCDE"
        assert isinstance(row["eligible"], bool)
        assert all(reason["zh"] and reason["en"] and reason["code"] for reason in row["reasons"])


async def test_rows_are_answered_alike_alone_and_in_a_batch(client: httpx.AsyncClient) -> None:
    rows = toy.rows(40)
    together = (await client.post("/predict", json={"rows": rows})).json()["rows"]
    alone = [(await client.post("/predict", json={"rows": [row]})).json()["rows"][0] for row in rows]
    assert together == alone


def changed(**values: Any) -> str:
    return json.dumps({"rows": [{**ROW, **values}]})


def without(name: str) -> str:
    return json.dumps({"rows": [{key: value for key, value in ROW.items() if key != name}]})


@pytest.mark.parametrize(
    ("body", "status", "field", "message"),
    [
        (changed(late_12m="2"), 422, "rows[0].late_12m", "number or null, not a string"),
        (changed(late_12m=True), 422, "rows[0].late_12m", "not a boolean"),
        (changed(late_12m=[1]), 422, "rows[0].late_12m", "not a list"),
        (changed(segment=3), 422, "rows[0].segment", "string or null, not a number"),
        (changed(segment="x" * 201), 422, "rows[0].segment", "longer"),
        (changed(late_12m=-1), 422, "rows[0].late_12m", "below the smallest possible value 0"),
        (changed(late_12m=13), 422, "rows[0].late_12m", "above the largest possible value 12"),
        (changed(surprise=1), 422, "rows[0].surprise", "unknown feature"),
        (without("tenure_months"), 422, "rows[0].tenure_months", "missing: tenure_months"),
        (changed(late_12m=0).replace('"late_12m": 0', '"late_12m": NaN'), 400, "", "not valid JSON"),
        (changed(late_12m=0).replace('"late_12m": 0', '"late_12m": Infinity'), 400, "", "not valid JSON"),
        (changed(late_12m=0).replace('"late_12m": 0', '"late_12m": 1e999'), 400, "", "not valid JSON"),
        (
            changed(late_12m=0).replace('"late_12m": 0', '"late_12m": ' + "9" * 400),
            422,
            "rows[0].late_12m",
            "finite",
        ),
        ('{"rows": []}', 422, "rows", "at least one"),
        ('{"rows": {}}', 422, "rows", "list"),
        ('{"rows": [1]}', 422, "rows[0]", "object"),
        ('{"rows": [null]}', 422, "rows[0]", "object"),
        ("{}", 422, "rows", "missing"),
        ("[]", 422, "", "must be an object"),
        ('{"rows": [], "row": 1}', 422, "row", "unknown field"),
        ("{", 400, "", "not valid JSON"),
        ("", 400, "", "not valid JSON"),
        ("[" * 100_000, 400, "", "not valid JSON"),
        ('"\udcff"', 400, "", "not valid JSON"),
        (json.dumps({"rows": [ROW] * 501}), 422, "rows", "501 rows, at most 500"),
    ],
)
async def test_bad_input_is_refused_naming_the_field(
    client: httpx.AsyncClient, body: str, status: int, field: str, message: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = await client.post("/predict", content=body.encode("utf-8", "surrogateescape"), headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]["field"] == field
    assert message in answer.json()["error"]["message"]
    assert (await client.post("/predict", json={"rows": [ROW]})).status_code == 200


@pytest.mark.parametrize("route", ["/v1/decisions", "/v1/advice"])
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"account_id": "7"}, 422, "account_id"),
        ({"account_id": True}, 422, "account_id"),
        ({"account_id": 1.5}, 422, "account_id"),
        ({"account_id": -1}, 422, "account_id"),
        ({"account_id": 2**70}, 422, "account_id"),
        ({}, 422, "account_id"),
        ({"account_id": 7, "as_off": "2025-01-01"}, 422, "as_off"),
        ({"account_id": 7, "as_of": "yesterday"}, 422, "as_of"),
        ({"account_id": 7, "as_of": 20250101}, 422, "as_of"),
        ({"account_id": 7, "as_of": "2025-01-01T00:00:00+08:00"}, 422, "as_of"),
        ({"account_id": 7, "as_of": "2999-01-01"}, 422, "as_of"),
        ({"account_id": 8}, 404, "account_id"),
    ],
)
async def test_a_bad_request_about_an_account_is_refused_naming_the_field(
    deciding: httpx.AsyncClient, body: dict[str, Any], status: int, field: str, route: str
) -> None:
    answer = await deciding.post(route, json=body)
    assert (answer.status_code, answer.json()["error"]["field"]) == (status, field), answer.text


async def test_a_decision_adds_up_and_names_what_it_was_made_with(deciding: httpx.AsyncClient) -> None:
    body = (await deciding.post("/v1/decisions", json={"account_id": stored.FIRST_ACCOUNT})).json()
    assert body["base_points"] + sum(body["theme_points"].values()) == body["score"]
    assert body["eligible"] == (body["new_limit_cny"] > body["current_limit_cny"])
    assert body["reasons"]
    flags = [rule.code for rule in packaged().policy.rules if rule.fact.startswith("flag_")]
    assert body["not_applicable"] == flags, "this portfolio keeps no flags"
    assert len(body["bundle_sha256"]) == 64


async def test_advice_is_a_path_or_states_why_there_is_none(deciding: httpx.AsyncClient) -> None:
    answer = await deciding.post("/v1/advice", json={"account_id": stored.FIRST_ACCOUNT})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    decided = (await deciding.post("/v1/decisions", json={"account_id": stored.FIRST_ACCOUNT})).json()
    assert body["before"]["pd"] == decided["pd"]
    assert body["before"]["new_limit_cny"] == decided["new_limit_cny"]
    assert (body["path"] is None) != (body["no_path"] is None)
    path_or_reason = body["path"] or body["no_path"]
    assert path_or_reason["zh"]
    assert path_or_reason["en"]
    if body["path"]:
        assert body["path"]["after"]["new_limit_cny"] > body["before"]["new_limit_cny"]
        assert body["path"]["until"] > body["as_of"]
        assert {"statement_on", "due_on", "at_least_cny"} <= body["path"]["payments"][0].keys()
    assert body["before"]["binding"] is False


async def test_a_person_who_opted_out_gets_no_path_until_in_again(bundles: Path, tmp_path: Path) -> None:
    stored.store(tmp_path)
    account = stored.FIRST_ACCOUNT
    async with client_of(Service(settings_for(bundles, tmp_path, "portfolio"))) as client:
        await client.post("/v1/opt-outs", json={"account_id": account, "opted_out": True})
        body = (await client.post("/v1/advice", json={"account_id": account})).json()
        await client.post("/v1/opt-outs", json={"account_id": account, "opted_out": False})
        again = (await client.post("/v1/advice", json={"account_id": account})).json()
    assert body["status"] == "review"
    assert "a person will look at" in body["en"]
    assert not {"before", "path", "if_linked", "no_path"} & body.keys()
    assert again["status"] == "decided"
    assert "H01" not in again["before"]["rules"]


@pytest.mark.parametrize("route", ["/v1/decisions", "/v1/advice"])
async def test_a_model_without_stored_accounts_refuses_decisions(
    client: httpx.AsyncClient, route: str
) -> None:
    answer = await client.post(route, json={"account_id": 7})
    assert answer.status_code == 409
    assert "no stored accounts" in answer.json()["error"]["message"]


async def test_accounts_of_another_data_set_are_refused(bundles: Path, tmp_path: Path) -> None:
    foreign = replace(stored.bundle(), extra={"data": {"name": "elsewhere"}})
    store = BundleStore(tmp_path / "bundles")
    store.promote("portfolio", store.publish(foreign), 1)
    stored.store(tmp_path)
    async with client_of(Service(settings_for(tmp_path / "bundles", tmp_path, "portfolio"))) as client:
        answer = await client.post("/v1/decisions", json={"account_id": 7})
    assert answer.status_code == 409
    assert "'elsewhere'" in answer.json()["error"]["message"]


async def test_a_body_beyond_the_limit_is_cut_off_while_it_arrives(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(20_000):
            sent += 1024
            yield b"x" * 1024

    headers = {"content-type": "application/json"}
    answer = await client.post("/predict", content=endless(), headers=headers)
    assert answer.status_code == 413
    announced = await client.post("/predict", content=b"x" * 20_000_000, headers=headers)
    assert announced.status_code == 413


async def test_wrong_paths_methods_and_content_types_are_refused_as_json(client: httpx.AsyncClient) -> None:
    answers = {
        404: await client.get("/nowhere"),
        405: await client.get("/predict"),
        415: await client.post("/predict", content="{}", headers={"content-type": "text/plain"}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.json()["error"]["message"]
    assert answers[405].headers["allow"] == "POST"


async def test_an_unknown_level_is_read_as_absent_and_reported(client: httpx.AsyncClient) -> None:
    rows = [{**ROW, "segment": "pirate"}, {**ROW, "segment": None}]
    pirate, absent = (await client.post("/predict", json={"rows": rows})).json()["rows"]
    assert pirate["unknown_levels"] == ["segment"]
    assert (pirate["score"], pirate["theme_points"]) == (absent["score"], absent["theme_points"])


async def test_the_feature_listing_has_names_types_ranges_and_levels(client: httpx.AsyncClient) -> None:
    body = (await client.get("/v1/features")).json()
    features = {feature["name"]: feature for feature in body["features"]}
    assert list(features) == list(toy.CATALOGUE.names)
    assert features["segment"]["levels"] == list(toy.ENCODER.levels["segment"])
    assert (features["late_12m"]["low"], features["late_12m"]["high"]) == (0, 12)
    assert features["late_12m"]["type"] == "number"


async def test_metrics_count_by_template_so_that_unknown_paths_cannot_grow_them(
    bundles: Path, tmp_path: Path
) -> None:
    async with client_of(Service(settings_for(bundles, tmp_path))) as client:
        for i in range(50):
            await client.get(f"/v1/nowhere/{i}")
        await client.post("/predict", json={"rows": [ROW]})
        text = (await client.get("/metrics")).text
    assert "nowhere" not in text
    assert 'headroom_requests_total{method="GET",route="unknown",status="4xx"} 50.0' in text
    assert 'headroom_requests_total{method="POST",route="/predict",status="2xx"} 1.0' in text
    assert "headroom_bundle_info{" in text


async def test_no_input_reaches_the_log(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise ValueError("secret-73")

    caplog.set_level(logging.DEBUG)
    await client.post(
        "/predict", content='{"rows": ["secret-71"', headers={"content-type": "application/json"}
    )
    await client.post("/predict", json={"rows": [{**ROW, "segment": "secret-72"}]})
    monkeypatch.setattr("serving.decision.engine.DecisionEngine.predict", break_down)
    answer = await client.post("/predict", json={"rows": [{**ROW, "segment": "secret-74"}]})
    assert answer.status_code == 500
    assert answer.json() == {"error": {"field": "", "message": "internal error; nothing was decided"}}
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("headroom")]
    assert any("ValueError" in message for message in ours)
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text


async def until(client: httpx.AsyncClient, key: str, wanted: object) -> dict[str, Any]:
    for _ in range(300):
        body: dict[str, Any] = (await client.get("/readyz")).json()
        if (body.get(key) or "") == wanted or (callable(wanted) and wanted(body.get(key))):
            return body
        time.sleep(0.02)
    raise AssertionError(f"{key} did not become {wanted}: {body}")


async def test_a_new_champion_is_taken_up_without_a_restart(bundles: Path, tmp_path: Path) -> None:
    store = BundleStore(tmp_path / "bundles")
    first = store.publish(toy.bundle())
    store.promote("toy", first, 1)
    second = store.publish(replace(toy.bundle(), extra={"gate": {"passed": "again"}}))
    async with client_of(Service(settings_for(tmp_path / "bundles", tmp_path))) as client:
        await until(client, "bundle_sha256", first)
        store.promote("toy", second, 2)
        assert (await until(client, "bundle_sha256", second))["version"] == 2
        answer = (await client.post("/predict", json={"rows": [ROW]})).json()
        assert answer["bundle_sha256"] == second


async def test_a_tampered_champion_is_refused_by_name_and_the_old_one_keeps_serving(tmp_path: Path) -> None:
    store = BundleStore(tmp_path / "bundles")
    first = store.publish(toy.bundle())
    store.promote("toy", first, 1)
    second = store.publish(replace(toy.bundle(), extra={"gate": {"passed": "again"}}))
    async with client_of(Service(settings_for(tmp_path / "bundles", tmp_path))) as client:
        pointer = store.promote("toy", second, 2)
        assert pointer.sha256 == second
        store.promote("toy", first, 1)
        await until(client, "bundle_sha256", first)
        victim = tmp_path / "bundles" / second / "booster.txt"
        victim.write_text(victim.read_text().replace("leaf_value=", "leaf_value=-", 1))
        path = store.pointer_path("toy")
        path.write_text(path.read_text().replace(first, second))
        body = await until(client, "problem", lambda problem: "booster.txt" in (problem or ""))
        assert body["ready"]
        assert body["bundle_sha256"] == first
        answer = await client.post("/predict", json={"rows": [ROW]})
        assert answer.json()["bundle_sha256"] == first
        assert "headroom_bundle_refused 1.0" in (await client.get("/metrics")).text


async def test_a_policy_with_an_unknown_fact_is_refused_and_readiness_names_it(
    bundles: Path, tmp_path: Path
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(packaged().text.replace("last_cut_at", "latest_cut_at"), encoding="utf-8")
    async with client_of(Service(settings_for(bundles, tmp_path, policy=str(path)))) as client:
        ready, predicted = await client.get("/readyz"), await client.post("/predict", json={"rows": [ROW]})
    assert ready.status_code == predicted.status_code == 503
    assert "rules.H07.fact = 'latest_cut_at'" in ready.json()["problem"]
    assert "nearest name is 'last_cut_at'" in ready.json()["problem"]


async def test_without_a_champion_nothing_is_answered_and_readiness_states_what_to_do(tmp_path: Path) -> None:
    async with client_of(Service(settings_for(tmp_path / "none", tmp_path))) as client:
        ready, predicted = await client.get("/readyz"), await client.post("/predict", json={"rows": [ROW]})
        assert (await client.get("/healthz")).status_code == 200
    assert ready.status_code == predicted.status_code == 503
    assert "make train CONFIG=toy" in ready.json()["problem"]
