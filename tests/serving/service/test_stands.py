"""A served decision says how long it stands, and stands so long on the same rows."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from features.store import AccountStore
from serving.decision.engine import DecisionEngine
from serving.decision.outlook import coming_midnights, outlook
from serving.decision.policy import packaged
from serving.model.scorer import Scorer
from serving.service.account_loader import AccountLoader
from tests.features.worlds import PRESENT
from tests.serving import stored


async def decided(folder: Path, **more: Any) -> list[dict[str, Any]]:
    service = stored.service(folder, stored.store(folder))
    answers = []
    async with stored.client(service) as client:
        for account in sorted({int(a) for a in stored.matrix().frame["account_id"].to_list()}):
            answer = await client.post("/v1/decisions", json={"account_id": account, **more})
            if answer.status_code == 200:
                answers.append(dict(answer.json()))
    return answers


@pytest.mark.anyio
async def test_every_binding_decision_says_until_when_it_stands(tmp_path: Path) -> None:
    answers = await decided(tmp_path)
    assert len(answers) > 20
    for answer in answers:
        until, now = (datetime.fromisoformat(answer[name]) for name in ("valid_until", "as_of"))
        assert now < until <= now + timedelta(days=31)
        if answer["changes"]:
            assert answer["changes"][0]["on"] == until.date().isoformat()
        assert "H21" in answer["not_applicable"], "nobody keeps flags in this portfolio"
        assert "H05" not in answer["not_applicable"]
    assert any(answer["changes"] for answer in answers)
    assert any(answer["lapses"] for answer in answers)


@pytest.mark.anyio
async def test_a_what_if_does_not_say_until_when_it_stands(tmp_path: Path) -> None:
    answers = await decided(tmp_path, as_of="2026-05-03T12:00:00")
    assert answers
    assert {answer["valid_until"] for answer in answers} == {None}


def test_the_changes_are_those_of_whole_decisions_on_the_coming_days(tmp_path: Path) -> None:
    engine = DecisionEngine(Scorer(stored.bundle()), "0" * 64, packaged())
    store = AccountStore(stored.store(tmp_path))
    loader = AccountLoader(stored.bundle(), packaged().policy, store, wall=lambda: PRESENT)
    changed = lapsed = 0
    for account in stored.random_world().tables["accounts"]["account_id"].sort().to_list():
        when = loader.time(None)
        case, ahead = (
            loader.case(account, when),
            loader.cases_at(account, when, coming_midnights(when.as_of))[1],
        )
        found = outlook(engine, case, ahead)
        decisions = [engine.decide(one) for one in (case, *ahead)]
        seen = [(d.tier, d.eligible, d.new_limit_cny, d.rules) for d in decisions]
        days = [d.as_of.date() for i, d in enumerate(decisions) if i and seen[i] != seen[i - 1]]
        assert [change.on for change in found.changes] == days
        for lapse in decisions[0].lapses:
            if lapse.on is not None and lapse.on <= ahead[-1].as_of.date():
                assert any(lapse.on == c.on and lapse.code in c.causes for c in found.changes)
                lapsed += 1
        changed += len(days)
    assert changed >= lapsed > 0
    store.close()
