"""`kill -9` in mid-ingest, in a real process, then the same command: the very store of a run never killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from features.paths import ROOT
from features.store import AccountStore
from features.store.schema import INGESTED, METADATA, STATE
from features.tables import TableWriter
from tests.features.worlds import stated, world

pytestmark = pytest.mark.e2e
N_BUCKETS = 64
KILLS = (2, 20)
"""Buckets after which the process is killed, one kill after another."""


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run-time folder with a data set of many small buckets: a kill falls between or within them."""
    folder = tmp_path_factory.mktemp("killed") / "var"
    writer = TableWriter(folder / "data" / "many" / "tables", folder / "aside", N_BUCKETS)
    for name, frame in world(41, 64, 40).tables.frames.items():
        writer.write(name, frame)
    stated(writer, "many", {})
    return folder


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_killed_ingest_ends_in_the_state_of_one_that_was_not(
    kind: str, var: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    straight = f"sqlite:///{tmp_path / 'straight.db'}"
    assert run(var, straight).returncode == 0
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres_url")
    store = AccountStore(url)
    METADATA.drop_all(store.engine)
    METADATA.create_all(store.engine)
    for after in KILLS:
        kill_after(after, var, store)
        held = buckets(store)
        assert after <= held < N_BUCKETS
    ended = run(var, url)
    assert ended.returncode == 0, ended.stderr
    assert json.loads((var / "reports" / "ingest.json").read_text())["buckets_unchanged"] == held
    assert state(store) == state(AccountStore(straight))
    before = state(store)
    assert run(var, url).returncode == 0
    assert state(store) == before
    store.close()


def command(url: str) -> list[str]:
    return [sys.executable, "-m", "features.store", "ingest", "--dataset", "many", "--url", url]


def environment(var: Path) -> dict[str, str]:
    return {**os.environ, "HEADROOM_VAR": str(var), "PYTHONPATH": str(ROOT)}


def run(var: Path, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(url), cwd=ROOT, env=environment(var), capture_output=True, text=True, check=False
    )


def kill_after(n: int, var: Path, store: AccountStore) -> None:
    """Starts an ingest and kills it as soon as so many buckets are in the store."""
    process = subprocess.Popen(
        command(store.url), cwd=ROOT, env=environment(var), stdout=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while buckets(store) < n and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    assert process.poll() is None, "the ingest ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL


def buckets(store: AccountStore) -> int:
    with store.engine.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(INGESTED)) or 0)


def state(store: AccountStore) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the counter that tells readers to look again."""
    found = {}
    with store.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            query = sa.select(table).order_by(*table.primary_key.columns)
            if table is STATE:
                query = query.where(STATE.c.key != "generation")
            found[table.name] = [tuple(row) for row in connection.execute(query)]
    assert len(found["account_rows"]) > 0
    return found
