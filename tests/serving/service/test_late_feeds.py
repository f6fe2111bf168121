"""The moment of a decision is bounded by clock and feeds; what is late is reported, what is stale refuses."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from features.contract.registry import SHARED_TABLES, TABLES
from features.definitions import PORTFOLIO
from features.engine import build_live
from features.errors import ConfigError, RequestError
from features.feeds import Feeds
from features.loading.load import load
from features.store import AccountStore
from features.tables import Tables
from serving.service.feeds import decision_time, packaged
from serving.service.feeds.rules import parse
from serving.service.feeds.withholding import withhold
from tests.features.worlds import PRESENT, account_tables
from tests.serving import stored

pytestmark = pytest.mark.anyio
ACCOUNT = stored.FIRST_ACCOUNT
ACCOUNTS = sorted(stored.random_world().tables["accounts"]["account_id"].to_list())


async def ask(client: httpx.AsyncClient, account: int = ACCOUNT, **more: Any) -> dict[str, Any]:
    answer = await client.post("/v1/decisions", json={"account_id": account, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    ("behind", "listed"),
    [
        (timedelta(hours=2), False),
        (timedelta(days=3), True),
        (timedelta(days=15), True),
        (timedelta(weeks=3), True),
    ],
)
async def test_a_late_own_feed_moves_the_decision_back_to_where_it_ends_and_is_reported(
    behind: timedelta, listed: bool, tmp_path: Path
) -> None:
    service = stored.service(tmp_path, stored.store(tmp_path, {"orders": behind}))
    async with stored.client(service) as client:
        body = await ask(client)
    assert body["status"] == "decided"
    assert body["binding"]
    assert datetime.fromisoformat(body["as_of"]) == PRESENT - behind
    assert [feed["table"] for feed in body["late_feeds"]] == (["orders"] if listed else [])
    for feed in body["late_feeds"]:
        assert datetime.fromisoformat(feed["complete_until"]) == PRESENT - behind
        assert "订单" in feed["zh"]
        assert "orders" in feed["en"]
    [record] = service.records.walk()
    assert json.loads(json.dumps(record.draft.inputs))["late_feeds"] == body["late_feeds"]


async def test_a_stale_own_feed_refuses_in_words_and_the_refusal_is_recorded(tmp_path: Path) -> None:
    service = stored.service(tmp_path, stored.store(tmp_path, {"repayments": timedelta(days=32)}))
    async with stored.client(service) as client:
        body = await ask(client)
        advice = (await client.post("/v1/advice", json={"account_id": ACCOUNT})).json()
        unknown = await client.post("/v1/decisions", json={"account_id": 8})
        metrics = (await client.get("/metrics")).text
    assert unknown.status_code == 404
    for answer in (body, advice):
        assert answer["status"] == "not_decided"
        assert [feed["table"] for feed in answer["awaited"]] == ["repayments"]
        assert answer["zh"]
        assert answer["en"]
        assert not {"score", "pd", "tier", "before"} & answer.keys()
    kinds = [(record.draft.kind, record.draft.bundle_sha256) for record in service.records.walk()]
    assert kinds == [("not_decided", "")] * 2
    assert 'headroom_undecided_total{status="not_decided"} 2.0' in metrics
    assert "headroom_decisions_total{" not in metrics


@pytest.mark.parametrize(
    ("days", "late", "withheld", "awaited"),
    [(35, 0, 0, 0), (46, 1, 0, 0), (63, 1, 0, 1)],
)
def test_month_end_statuses_may_be_a_month_and_a_batch_behind(
    days: int, late: int, withheld: int, awaited: int
) -> None:
    feeds = Feeds({"delinquency": PRESENT - timedelta(days=days)}, PRESENT)
    when = decision_time(feeds, PRESENT, None, packaged())
    assert when.as_of == PRESENT
    assert (len(when.late), len(when.withheld), len(when.awaited)) == (late, withheld, awaited)


async def test_a_late_linked_source_is_used_as_it_is_and_a_stale_one_is_withheld(tmp_path: Path) -> None:
    answers = []
    for days in (0, 10, 91):
        folder = tmp_path / str(days)
        folder.mkdir()
        url = stored.store(folder, {"bureau_reports": timedelta(days=days)})
        service = stored.service(folder, url)
        async with stored.client(service) as client:
            bodies = [await ask(client, account) for account in ACCOUNTS if await known(client, account)]
        answers.append({body["account_id"]: body for body in bodies})
        facts = [dict(record.draft.inputs)["facts"] for record in service.records.walk()]
        absent = [f["other_balance"] is None and f["inquiries_3m"] is None for f in facts]
        assert all(absent) == (days == 91)
    on_time, late, stale = answers
    assert {a: b["score"] for a, b in on_time.items()} == {a: b["score"] for a, b in late.items()}
    assert {a: b["score"] for a, b in on_time.items()} != {a: b["score"] for a, b in stale.items()}
    assert all(not body["late_feeds"] for body in on_time.values())
    for bodies_by_account, words in ((late, "came later"), (stale, "not counted this time")):
        for body in bodies_by_account.values():
            [feed] = body["late_feeds"]
            assert feed["table"] == "bureau_reports"
            assert words in feed["en"]
            assert datetime.fromisoformat(body["as_of"]) == PRESENT


async def known(client: httpx.AsyncClient, account: int) -> bool:
    """Whether the account is stored and has a limit."""
    answer = await client.post("/v1/decisions", json={"account_id": account, "as_of": PRESENT.isoformat()})
    return answer.status_code == 200


@pytest.mark.parametrize("kept", [True, False])
def test_what_is_withheld_reads_as_without_consent_and_nothing_else_changes(kept: bool) -> None:
    whole = stored.random_world().tables
    tables, seen, absent = whole if kept else _without_consents(whole), 0, 0
    for account in ACCOUNTS:
        mine = account_tables(tables, account)
        before = build_live(mine, account, PRESENT, PORTFOLIO).frame.row(0, named=True)
        hidden = withhold(mine, account, PRESENT, {"bureau"})
        after = build_live(hidden, account, PRESENT, PORTFOLIO).frame.row(0, named=True)
        for meta in PORTFOLIO.catalogue.features:
            if meta.source == "bureau":
                seen, absent = seen + (before[meta.name] is not None), absent + (after[meta.name] is not None)
            else:
                assert after[meta.name] == before[meta.name], meta.name
    assert seen > 50
    assert absent == 0


def _without_consents(tables: Tables) -> Tables:
    return Tables({name: frame for name, frame in tables.frames.items() if name != "consents"})


def test_a_named_moment_after_the_latest_is_refused_and_lag_is_measured_at_it() -> None:
    feeds = Feeds({"orders": PRESENT - timedelta(weeks=3)}, PRESENT)
    with pytest.raises(RequestError, match="the latest moment that the feeds support"):
        decision_time(feeds, PRESENT, PRESENT - timedelta(weeks=2), packaged())
    when = decision_time(feeds, PRESENT, PRESENT - timedelta(weeks=4), packaged())
    assert not when.binding
    assert when.late == ()
    assert when.today == PRESENT


def test_every_table_has_a_rule_with_a_reason_and_own_feeds_bound() -> None:
    rules = packaged().by_table
    assert set(rules) == set(TABLES)
    assert all(rule.reason for rule in rules.values())
    own = {"accounts", "limit_changes", "orders", "statements", "instalment_plans", "repayments"}
    assert packaged().bounding == own


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('table = "orders"', 'table = "ordres"', "'ordres' is no table"),
        ('when_stale = "refuse"', 'when_stale = "absent"', "belongs to no linked source"),
        ("stale_after_days = 31", "stale_after_days = 1", "stale_after_days lies before"),
        ("bounds_now = true", "bounds_now = maybe", "is not TOML"),
    ],
)
def test_wrong_rules_are_refused_by_entry(old: str, new: str, message: str) -> None:
    text = (Path("serving/service/feeds") / "feeds.toml").read_text(encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        parse(text.replace(old, new))


async def test_a_row_of_the_year_2099_changes_no_decision_from_load_to_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = await answered(tmp_path / "clean", monkeypatch, future=False)
    dirty = await answered(tmp_path / "dirty", monkeypatch, future=True)
    assert len(clean) > 20
    assert clean == dirty


async def answered(folder: Path, monkeypatch: pytest.MonkeyPatch, *, future: bool) -> dict[int, bytes]:
    """Answers of all accounts, their ids cut out, from files that a lender loads and ingests."""
    monkeypatch.setenv("HEADROOM_VAR", str(folder / "var"))
    source = folder / "files"
    source.mkdir(parents=True)
    for name, frame in stored.random_world().tables.frames.items():
        row = frame.head(1).with_columns(known_at=pl.lit(datetime(2099, 1, 1), pl.Datetime("us")))
        aside = future and name not in (*SHARED_TABLES, "accounts", "demographics")
        (pl.concat([frame, row]) if aside else frame).write_parquet(source / f"{name}.parquet")
    ends = "\n".join(f"{table} = {PRESENT.isoformat()}" for table in stored.random_world().tables.frames)
    (source / "manifest.toml").write_text(f"present = {PRESENT.isoformat()}\n[complete_until]\n{ends}\n")
    tables = load(source, stored.DATASET, n_buckets=2)
    assert bool(tables.info.set_aside["orders"]) == future
    store = AccountStore(f"sqlite:///{folder / 'accounts.db'}")
    store.ingest(tables)
    store.close()
    found = {}
    async with stored.client(stored.service(folder, store.url)) as client:
        for account in ACCOUNTS:
            answer = await client.post("/v1/decisions", json={"account_id": account})
            body = answer.json()
            found[account] = answer.content.replace(body.get("decision_id", "-").encode(), b"")
    return found
