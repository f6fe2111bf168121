"""The remaining budget of a tier bounds raises, is stated, and is spent once an account."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import create_engine, text

from serving.decision.engine import DecisionEngine
from serving.decision.policy import LoadedPolicy, new_limit, packaged, parse
from serving.decision.types import Case
from serving.model.bundle import BundleStore
from serving.model.scorer import Scorer
from serving.service.app import Service
from serving.service.records import Draft, RecordStore
from serving.service.records.record import new_id, now
from serving.service.records.replay import replay
from serving.service.settings import Settings
from tests.serving import stored, toy
from tests.serving.policies import with_rules

POLICY = packaged().policy
TIER = {tier.name: tier for tier in POLICY.tiers}


def budgeted(cny: float) -> LoadedPolicy:
    """The packaged policy with so much for each tier, a cut-off that everybody passes, and one rule."""
    lines = (
        with_rules("H01")
        .replace("[books]\n", "[books]\nrandom = 0.99\n")
        .replace("portfolio = 0.03", "portfolio = 0.999")
    )
    for name in "ABC":
        lines = lines.replace(f'name = "{name}"\n', f'name = "{name}"\nbudget_cny = {cny}\n')
    return parse(lines)


def test_a_rise_stops_at_what_the_tier_has_left() -> None:
    outcome = new_limit(POLICY, TIER["A"], 10_000.0, {}, 2_345.0)
    assert outcome.new_limit_cny == 12_300.0
    assert outcome.binding is not None
    assert outcome.binding.sentence.code == "B01"
    assert outcome.binding.is_budget


def test_a_budget_that_does_not_bind_is_not_stated() -> None:
    outcome = new_limit(POLICY, TIER["A"], 10_000.0, {"ss_base": 9_000.0}, 1e9)
    assert outcome.binding is not None
    assert outcome.binding.sentence.code == "L01"


@pytest.mark.parametrize("left", [0.0, -5.0, 499.0])
def test_less_than_the_smallest_rise_is_a_budget_used_up(left: float) -> None:
    outcome = new_limit(POLICY, TIER["A"], 10_000.0, {}, left)
    assert outcome.new_limit_cny == 10_000.0
    assert outcome.binding is not None
    assert outcome.binding.sentence.code == "B02"


def test_the_budget_is_stated_alone_and_only_where_it_decided() -> None:
    engine = DecisionEngine(Scorer(toy.bundle()), "0" * 64, packaged())
    stated = []
    for row in toy.rows(200, seed=6):
        facts = {**row, **toy.OWN_BOOKS}
        free = engine.decide(Case(1, toy.AS_OF, facts))
        spent = engine.decide(Case(1, toy.AS_OF, facts, budget_left_cny={"A": 0.0, "B": 0.0, "C": 0.0}))
        budget = [reason.code for reason in spent.reasons if reason.code == "B02"]
        assert bool(budget) == free.eligible
        assert not spent.eligible
        if budget:
            stated.append([reason.code for reason in spent.reasons])
    assert len(stated) > 10
    assert all(codes == ["B02"] for codes in stated), "the budget alone decided"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    bundles = BundleStore(tmp_path / "bundles")
    bundles.promote("portfolio", bundles.publish(stored.bundle()), 1)
    policy = tmp_path / "policy.toml"
    policy.write_text(budgeted(2_000.0).text, encoding="utf-8")
    return Service(
        Settings(
            bundles=str(tmp_path / "bundles"),
            store_url=stored.store(tmp_path),
            records_url=f"sqlite:///{tmp_path / 'records.db'}",
            policy=str(policy),
        )
    )


async def ask(service: Service, account: int) -> dict[str, Any] | None:
    """The decision; None for an account that is not stored or had no limit yet."""
    transport = httpx.ASGITransport(app=service.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://headroom") as client:
        answer = await client.post("/v1/decisions", json={"account_id": account})
    assert answer.status_code in (200, 404, 422), answer.text
    return dict(answer.json()) if answer.status_code == 200 else None


@pytest.mark.anyio
async def test_decisions_spend_the_budget_asking_twice_spends_once_and_all_replays(
    service: Service, tmp_path: Path
) -> None:
    accounts = sorted({int(a) for a in stored.matrix().frame["account_id"].to_list()})
    granted: dict[str, float] = {}
    reasons: list[list[str]] = []
    for account in accounts:
        first, again = await ask(service, account), await ask(service, account)
        if first is None or again is None:
            continue
        assert first["new_limit_cny"] == again["new_limit_cny"]
        granted[first["tier"]] = (
            granted.get(first["tier"], 0.0) + first["new_limit_cny"] - first["current_limit_cny"]
        )
        reasons.append([reason["code"] for reason in (*first["reasons"], *first["why_not_higher"])])
    assert 0.0 < max(granted.values()) <= 2_000.0
    assert any("B02" in codes for codes in reasons)
    with create_engine(f"sqlite:///{tmp_path / 'records.db'}").connect() as connection:
        found = connection.execute(text("select tier, sum(rise_cny) from granted_raises group by tier"))
        spent: dict[str, float] = dict(found.tuples().all())
    assert spent == pytest.approx(granted)
    policy = budgeted(2_000.0)
    for record in service.records.walk():
        assert replay(record, stored.bundle(), policy) == bytes(record.draft.answer)


@pytest.mark.anyio
async def test_simultaneous_decisions_do_not_overspend(service: Service) -> None:
    accounts = sorted({int(a) for a in stored.matrix().frame["account_id"].to_list()})
    answers = await asyncio.gather(*(ask(service, account) for account in accounts))
    granted: dict[str, float] = {}
    for answer in filter(None, answers):
        rise = answer["new_limit_cny"] - answer["current_limit_cny"]
        granted[answer["tier"]] = granted.get(answer["tier"], 0.0) + rise
    assert 0.0 < max(granted.values()) <= 2_000.0


def raise_record(account: int, current: float, new: float) -> Draft:
    answer = msgspec.json.encode({"tier": "A", "current_limit_cny": current, "new_limit_cny": new})
    case = Case(account, toy.AS_OF, {}, budget_left_cny={"A": 1.0})
    version = packaged().policy.version
    return Draft(new_id(), "decision", account, now(), "", version, "", "", case, msgspec.Raw(answer))  # type: ignore[arg-type]


def test_a_raise_stays_spent_once_the_limit_has_moved(tmp_path: Path) -> None:
    records, policy = RecordStore(f"sqlite:///{tmp_path / 'records.db'}"), budgeted(5_000.0)
    records.append([raise_record(1, 10_000.0, 13_000.0)])
    assert records.budget_left(policy, 2, 0.0)["A"] == 2_000.0
    assert records.budget_left(policy, 1, 10_000.0)["A"] == 5_000.0
    records.append([raise_record(1, 13_000.0, 13_000.0)])
    assert records.budget_left(policy, 2, 0.0)["A"] == 2_000.0
    records.append([raise_record(1, 10_000.0, 12_000.0)])
    assert records.budget_left(policy, 2, 0.0)["A"] == 3_000.0


def test_a_policy_without_budgets_has_none(tmp_path: Path) -> None:
    records = RecordStore(f"sqlite:///{tmp_path / 'records.db'}")
    assert records.budget_left(packaged(), 1, 0.0) == {}
    assert records.budget_left(budgeted(700.0), 1, 0.0) == {"A": 700.0, "B": 700.0, "C": 700.0}
