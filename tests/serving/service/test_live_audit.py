"""A figure that the rows contradict is withheld from the answer and counted; its record replays."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from serving.advice.adviser import adviser_for
from serving.advice.inputs import AdviceInputs
from serving.audit import statement
from serving.audit.figures import FIGURES
from serving.decision.engine import DecisionEngine
from serving.service.app import Service
from serving.service.records.replay import recompute_answer
from tests.serving import stored

pytestmark = pytest.mark.anyio
ACCOUNTS = range(stored.FIRST_ACCOUNT, stored.FIRST_ACCOUNT + 40)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return stored.service(tmp_path, stored.store(tmp_path), audit_share=1.0)


async def decisions(service: Service) -> list[dict[str, Any]]:
    async with stored.client(service) as client:
        answers = [await client.post("/v1/decisions", json={"account_id": account}) for account in ACCOUNTS]
    return [answer.json() for answer in answers if answer.status_code == 200]


def figures(bodies: list[dict[str, Any]]) -> list[str]:
    stated = [reason for body in bodies for reason in (*body["reasons"], *body["why_not_higher"])]
    return [figure["name"] for reason in stated for figure in reason["figures"]]


def counted(service: Service, outcome: str) -> float:
    text = service.metrics.exposition().decode()
    line = f'headroom_audited_figures_total{{outcome="{outcome}"}} '
    return sum(float(found.removeprefix(line)) for found in text.splitlines() if found.startswith(line))


async def test_what_holds_is_stated(service: Service) -> None:
    names = figures(await decisions(service))
    assert counted(service, "true") == len(names) > 2
    assert counted(service, "false") == counted(service, "unchecked") == 0


async def test_what_the_rows_contradict_is_withheld_and_counted_and_replays(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = figures(await decisions(service))[0]
    wrong = {**FIGURES, name: lambda _: -1.0}
    monkeypatch.setattr(statement, "FIGURES", wrong)
    assert name not in figures(await decisions(service))
    assert counted(service, "false") > 0
    monkeypatch.undo()
    model = service.watcher.current()
    assert model is not None
    engine = DecisionEngine(
        model.engine.scorer, model.engine.bundle_sha256, model.engine.policy, recorded=True
    )
    for record in service.records.walk():
        assert recompute_answer(record.draft, engine) == bytes(record.draft.answer)


async def test_an_advice_does_not_quote_what_the_rows_contradict_and_replays(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "FIGURES", {name: lambda _: -1.0 for name in FIGURES})
    bodies = await advices(service)
    wrong = counted(service, "false")
    assert wrong > 0
    assert counted(service, "true") == 0
    monkeypatch.undo()
    model = service.watcher.current()
    assert model is not None
    inputs = [msgspec.convert(record.draft.inputs, AdviceInputs) for record in service.records.walk()]
    quoted = 0
    for given, body in zip(inputs, bodies, strict=True):
        adviser = adviser_for(model.engine)
        whole = adviser.advise(given.unpacked(), given.account_id, given.as_of, opted_out=False)
        reasons = [*whole.before.bound, *whole.before.themes]
        text = (body["path"] or body["no_path"])["en"]
        for reason in reasons:
            if reason.figures:
                assert reason.code in given.withheld
                assert reason.en not in text
                quoted += reason.en in whole.answer.en
    assert quoted > 0
    for record in service.records.walk():
        assert recompute_answer(record.draft, model.engine) == bytes(record.draft.answer)


async def test_an_advice_that_the_rows_support_quotes_all(service: Service) -> None:
    await advices(service)
    assert counted(service, "true") > 2
    assert counted(service, "false") == 0
    for record in service.records.walk():
        assert msgspec.convert(record.draft.inputs, AdviceInputs).withheld == ()


async def advices(service: Service) -> list[dict[str, Any]]:
    async with stored.client(service) as client:
        answers = [await client.post("/v1/advice", json={"account_id": account}) for account in ACCOUNTS[:12]]
    return [answer.json() for answer in answers if answer.status_code == 200]
