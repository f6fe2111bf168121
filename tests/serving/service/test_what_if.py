"""A moment that a caller names makes a what-if: never binding, spending nothing, under today's consents."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from features.engine.consent import consented
from features.errors import RequestError
from features.feeds import Feeds
from features.store import AccountStore
from serving.decision.policy import packaged
from serving.service.account_loader import AccountLoader
from serving.service.app import Service
from serving.service.feeds import decision_time
from serving.service.feeds import packaged as packaged_rules
from serving.service.records.replay import replay
from tests.features.worlds import PRESENT
from tests.serving import stored
from tests.serving.service.test_budgets import budgeted

pytestmark = pytest.mark.anyio
ACCOUNTS = sorted(stored.random_world().tables["accounts"]["account_id"].to_list())
MOMENTS = st.datetimes(datetime(2024, 1, 1), PRESENT)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("what-if")
    return stored.service(folder, stored.store(folder))


@pytest.fixture(scope="module")
def loader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AccountLoader]:
    store = AccountStore(stored.store(tmp_path_factory.mktemp("loader")))
    yield AccountLoader(stored.bundle(), packaged().policy, store)
    store.close()


@pytest.mark.parametrize("route", ["/v1/decisions", "/v1/advice"])
async def test_an_answer_as_of_any_named_moment_binds_nobody(service: Service, route: str) -> None:
    drawn: list[tuple[int, datetime]] = []

    @settings(max_examples=40 if route == "/v1/decisions" else 5, deadline=None, derandomize=True)
    @given(st.sampled_from(ACCOUNTS), MOMENTS)
    def draw(account: int, moment: datetime) -> None:
        drawn.append((account, moment))

    draw()
    answered = 0
    async with stored.client(service) as client:
        for account, moment in [*drawn, (ACCOUNTS[0], PRESENT)]:
            body = {"account_id": account, "as_of": moment.isoformat()}
            answer = await client.post(route, json=body)
            assert answer.status_code in (200, 422)
            if answer.status_code == 200:
                assert answer.json()["binding"] is False
                assert not {"decision_id", "advice_id"} & answer.json().keys()
                record = service.records.get(answer.json()["what_if_id"])
                assert record is not None
                assert record.draft.kind == ("what_if" if "decisions" in route else "advice_what_if")
                assert dict(record.draft.inputs)["binding"] is False
                assert replay(record, stored.bundle(), packaged()) == answer.content
                answered += 1
        metrics = (await client.get("/metrics")).text
    assert answered >= 2
    counted = [line for line in metrics.splitlines() if line.startswith("headroom_what_ifs_total{")]
    assert sum(float(line.rpartition(" ")[2]) for line in counted) >= answered
    assert "headroom_decisions_total{" not in metrics


async def test_a_what_if_spends_no_budget_and_sees_none(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(budgeted(5_000.0).text, encoding="utf-8")
    service = stored.service(tmp_path, stored.store(tmp_path), policy=str(policy))
    raised = 0
    async with stored.client(service) as client:
        for account in ACCOUNTS:
            answer = await client.post(
                "/v1/decisions", json={"account_id": account, "as_of": PRESENT.isoformat()}
            )
            raised += answer.status_code == 200 and answer.json()["eligible"]
    assert raised > 0
    assert all(not dict(record.draft.inputs)["budget_left_cny"] for record in service.records.walk())
    with create_engine(f"sqlite:///{tmp_path / 'records.db'}").connect() as connection:
        assert connection.execute(text("select count(*) from granted_raises")).scalar() == 0


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(account=st.sampled_from(ACCOUNTS), moment=MOMENTS)
def test_no_source_is_used_that_is_not_consented_to_both_then_and_today(
    loader: AccountLoader, account: int, moment: datetime
) -> None:
    whole = stored.random_world().tables
    allowed = consented(whole, account, moment) & consented(whole, account, PRESENT)
    when = loader.time(moment)
    tables, linked = loader._rows(account, when)
    assert set(linked) == allowed
    assert consented(tables, account, moment) == allowed


def test_withdrawn_consents_occur_in_the_test_above() -> None:
    whole, gone = stored.random_world().tables, 0
    for account in ACCOUNTS:
        for month in range(0, 30, 3):
            then = datetime(2024, 1, 1) + timedelta(days=30 * month)
            gone += len(consented(whole, account, then) - consented(whole, account, PRESENT))
    assert gone > 20


async def test_a_consent_withdrawn_after_the_feeds_end_is_not_used_in_a_binding_decision(
    tmp_path: Path,
) -> None:
    url = stored.store(tmp_path, {"orders": timedelta(days=30)})
    store = AccountStore(url)
    loader = AccountLoader(stored.bundle(), packaged().policy, store)
    when = loader.time(None)
    assert (when.as_of, when.today) == (PRESENT - timedelta(days=30), PRESENT)
    whole = stored.random_world().tables
    for account in ACCOUNTS:
        tables, linked = loader._rows(account, when)
        allowed = consented(whole, account, when.as_of) & consented(whole, account, PRESENT)
        assert set(linked) == consented(tables, account, when.as_of) == allowed
    store.close()


async def test_the_latest_moment_is_the_present_and_no_later(service: Service) -> None:
    async with stored.client(service) as client:
        for later, status in ((timedelta(0), 200), (timedelta(microseconds=1), 422)):
            body = {"account_id": ACCOUNTS[0], "as_of": (PRESENT + later).isoformat()}
            answer: httpx.Response = await client.post("/v1/decisions", json=body)
            assert answer.status_code == status


def test_the_wall_clock_bounds_a_data_set_without_a_present() -> None:
    wall = datetime(2026, 5, 9, 12)
    feeds = Feeds({"orders": datetime(2026, 5, 9, 2), "delinquency": datetime(2026, 5, 10)})
    assert decision_time(feeds, wall, None, packaged_rules()).as_of == datetime(2026, 5, 9, 2)
    ahead = Feeds({"orders": datetime(2026, 5, 10)})
    when = decision_time(ahead, wall, None, packaged_rules())
    assert (when.as_of, when.today, when.late) == (wall, wall, ())
    with pytest.raises(RequestError, match="as_of lies after 2026-05-09T12:00:00"):
        decision_time(ahead, wall, datetime(2026, 5, 9, 13), packaged_rules())


def test_the_cases_ahead_are_those_of_later_moments_over_the_same_rows(loader: AccountLoader) -> None:
    when = loader.time(None)
    found = 0
    for account in ACCOUNTS[:8]:
        ahead = loader.cases_ahead(account, when, 40)
        assert [case.as_of for case in ahead] == [PRESENT + timedelta(days=d) for d in range(1, 41)]
        again = loader.cases_at(account, when, [PRESENT])[1][0]
        assert again == loader.case(account, when)
        tenures = [case.facts["tenure_months"] for case in ahead]
        found += len(set(tenures)) > 1
    assert found > 0
