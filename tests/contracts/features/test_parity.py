"""One definition, three speeds: history, nightly batch and live, from tables or store, agree to the byte."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings

from features.definitions import PORTFOLIO
from features.engine import build, build_history, build_live
from features.matrix import Observations
from features.sources.registry import LINKED
from features.store import AccountStore
from features.tables import Tables, TableStore, TableWriter
from tests.features.worlds import OPTIONAL, START, World, account_tables, stated, typed, world, worlds

SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def as_bytes(frame: pl.DataFrame) -> list[tuple[str, bytes, bytes]]:
    """Names, values and nulls: equal only when every bit is."""
    numbers = frame.drop("account_id", "as_of")
    return [
        (s.name, s.fill_null(0.0).to_numpy().tobytes(), s.is_null().to_numpy().tobytes()) for s in numbers
    ]


def nightly(w: World) -> pl.DataFrame:
    """All accounts at one moment, one moment after another, put back into the order of the observations."""
    frame = w.observations.frame.with_row_index()
    parts = []
    for (_,), night in frame.group_by("as_of"):
        built = build(w.tables, Observations(night.select("account_id", "as_of")), PORTFOLIO).frame
        parts.append(built.with_columns(night["index"]))
    return pl.concat(parts).sort("index").drop("index")


def live(w: World) -> pl.DataFrame:
    rows = w.observations.frame.rows()
    return pl.concat(build_live(account_tables(w.tables, a), a, t, PORTFOLIO).frame for a, t in rows)


@SLOW
@given(w=worlds())
@example(w=world(1, 3, 0))
@example(w=world(2, 3, 12, absent=OPTIONAL))
@example(w=world(3, 3, 12, empty=OPTIONAL))
@example(w=world(4, 3, 12, absent=["consents"]))
def test_every_feature_is_the_same_at_three_speeds(w: World) -> None:
    history = build(w.tables, w.observations, PORTFOLIO).frame
    assert as_bytes(nightly(w)) == as_bytes(history)
    assert as_bytes(live(w)) == as_bytes(history)


FEWER = settings(
    max_examples=10, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


@FEWER
@given(w=worlds())
@example(w=world(2, 3, 12, absent=OPTIONAL))
@example(w=world(3, 3, 12, empty=OPTIONAL))
@example(w=world(4, 3, 12, absent=["consents"]))
@example(w=world(8, 3, 12, empty=["consents"]))
def test_every_feature_is_the_same_from_the_live_store_of_any_portfolio(
    w: World, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("parity")
    monkeypatch.setenv("HEADROOM_VAR", str(folder / "var"))
    writer = TableWriter(folder / "tables", folder / "quarantine", 2)
    for name, frame in w.tables.frames.items():
        writer.write(name, frame)
    accounts = AccountStore(f"sqlite:///{folder / 'live.db'}")
    accounts.ingest(stated(writer, "random", {}))
    history = build(w.tables, w.observations, PORTFOLIO).frame
    for row, (account, as_of) in enumerate(w.observations.frame.rows()):
        if accounts.has(account):
            one = build_live(accounts.tables(account, as_of), account, as_of, PORTFOLIO).frame
            assert as_bytes(one) == as_bytes(history[row])
    accounts.close()


@pytest.mark.parametrize("source", tuple(LINKED))
def test_a_source_is_seen_under_its_own_consent_alone(source: str) -> None:
    """Nobody consents to anything, then everybody to one source: its features come and no other's."""
    w = world(5, 20, 30)
    consents = w.tables["consents"]
    given = pl.DataFrame({
        "account_id": sorted(w.tables["accounts"]["account_id"]), "known_at": START, "source": source,
        "granted_at": START, "revoked_at": None,
    })  # fmt: skip
    for frame, seen in ((consents.clear(), set()), (typed(given, "consents"), {source})):
        built = build(w.tables.replace(consents=frame), w.observations, PORTFOLIO)
        known = {m.source for m in built.catalogue.features if not built.frame[m.name].is_null().all()}
        assert known == {"platform", "public"} | seen


@pytest.fixture
def stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[World, TableStore, AccountStore]]:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path / "var"))
    w = world(7, 25, 15)
    writer = TableWriter(tmp_path / "tables", tmp_path / "quarantine", 4)
    for name, frame in w.tables.frames.items():
        writer.write(name, frame)
    store = stated(writer, "random", {})
    accounts = AccountStore(f"sqlite:///{tmp_path / 'live.db'}")
    accounts.ingest(store)
    yield w, store, accounts
    accounts.close()


def test_history_by_buckets_and_live_from_the_store_give_the_same_bytes(
    stored: tuple[World, TableStore, AccountStore],
) -> None:
    w, store, accounts = stored
    at_once = build(w.tables, w.observations, PORTFOLIO).frame
    walked = build_history(store, w.observations, PORTFOLIO).frame
    assert walked.select("account_id", "as_of").equals(w.observations.frame)
    assert as_bytes(walked) == as_bytes(at_once)
    for row in range(0, at_once.height, 5):
        account, as_of = w.observations.frame.row(row)
        if account == 5:
            continue
        for tables in (accounts.tables(account), accounts.tables(account, as_of)):
            one = build_live(tables, account, as_of, PORTFOLIO).frame
            assert as_bytes(one) == as_bytes(at_once[row])


def test_packed_rows_decode_to_the_very_rows_that_went_in(
    stored: tuple[World, TableStore, AccountStore],
) -> None:
    w, _, accounts = stored
    account = int(w.tables["accounts"]["account_id"][3])
    mine = account_tables(w.tables, account)
    found = accounts.tables(account)
    for name, frame in found.frames.items():
        if name == "employers":
            continue
        columns = frame.columns
        assert frame.schema == mine[name].schema
        assert frame.sort(columns).equals(mine[name].sort(columns)), name


def test_the_order_of_rows_in_a_file_makes_no_difference() -> None:
    w = world(11, 4, 20)
    shuffled = Tables({n: f.sample(fraction=1.0, shuffle=True, seed=3) for n, f in w.tables.frames.items()})
    given_order = build(w.tables, w.observations, PORTFOLIO).frame
    assert as_bytes(build(shuffled, w.observations, PORTFOLIO).frame) == as_bytes(given_order)


def test_no_feature_is_nan_or_infinite_and_each_takes_several_values_in_these_worlds() -> None:
    frame = build(world(5, 40, 30).tables, world(5, 40, 30).observations, PORTFOLIO).frame
    numbers = frame.drop("account_id", "as_of")
    assert numbers.select(pl.all().is_finite().all()).row(0) == (True,) * numbers.width
    assert [s.name for s in numbers if s.drop_nulls().n_unique() < 2] == []


def test_every_value_lies_within_the_range_that_its_feature_states() -> None:
    frame = build(world(6, 40, 30).tables, world(6, 40, 30).observations, PORTFOLIO).frame
    for meta in PORTFOLIO.catalogue.features:
        values = frame[meta.name].drop_nulls().to_list()
        assert meta.low is None or min(values, default=meta.low) >= meta.low, meta.name
        assert meta.high is None or max(values, default=meta.high) <= meta.high, meta.name
