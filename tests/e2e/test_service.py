"""The service as a process of its own, started as a user would, and the Bento that ships it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from features.paths import ROOT
from serving.model.bundle import BundleStore
from tests.serving import stored, toy

pytestmark = pytest.mark.e2e
SECONDS = 120


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run-time folder with two champions and a store of accounts, as training and ingest leave it."""
    folder = tmp_path_factory.mktemp("var")
    bundles = BundleStore(folder / "bundles")
    bundles.promote("toy", bundles.publish(toy.bundle()), 1)
    bundles.promote("portfolio", bundles.publish(stored.bundle()), 1)
    stored.store(folder)
    (folder / "accounts.db").rename(folder / "headroom.db")
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], var: Path, port: int, cwd: Path) -> Iterator[httpx.Client]:
    """A server process, ready to answer; ended with everything it started."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HEADROOM_", "BENTO", "PROMETHEUS"))}
    environment = {**kept, "HEADROOM_VAR": str(var), "BENTOML_DO_NOT_TRACK": "True"}
    log = (var / "server.log").open("w")
    process = subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            _wait(client, process, var)
            yield client
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        log.close()


def _wait(client: httpx.Client, process: subprocess.Popen[bytes], var: Path) -> None:
    for _ in range(SECONDS * 5):
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
        if process.poll() is not None:
            break
    raise AssertionError((var / "server.log").read_text()[-2000:])


def test_serve_answers_decides_refuses_and_stays_alive(var: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "serving", "serve", "--config", "portfolio", "--port", str(port)]
    with running(command, var, port, ROOT) as client:
        decision = client.post("/v1/decisions", json={"account_id": stored.FIRST_ACCOUNT}).json()
        assert decision["base_points"] + sum(decision["theme_points"].values()) == decision["score"]
        advice = client.post("/v1/advice", json={"account_id": stored.FIRST_ACCOUNT}).json()
        assert (advice["path"] is None) != (advice["no_path"] is None)
        row = dict.fromkeys(stored.NAMES)
        assert client.post("/predict", json={"rows": [row]}).status_code == 200
        assert client.get("/nowhere").json()["error"]["message"]
        assert client.post("/predict", content=b"x" * 20_000_000, headers=JSON).status_code == 413
        assert client.post("/predict", json={"rows": [{**row, "dpd_m1": "secret-1"}]}).status_code == 422
        assert client.get("/healthz").status_code == 200
        assert "headroom_requests_total" in client.get("/metrics").text
        if Path("/proc/net/tcp").exists():
            assert listening(port) == {"127.0.0.1"}
    assert "secret-1" not in (var / "server.log").read_text()
    verified = run(["verify"], var)
    assert "3 records in an unbroken chain, 3 answers replayed to the same bytes" in verified.stdout


def test_the_built_bento_serves_the_champion_it_was_built_with(var: Path, tmp_path: Path) -> None:
    built = run(["bento", "--config", "toy"], var)
    assert built.returncode == 0, built.stderr
    port = free_port()
    bentoml = str(Path(sys.executable).with_name("bentoml"))
    command = [bentoml, "serve", str(var / "bentos" / "toy"), "--host", "127.0.0.1", "--port", str(port)]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with running(command, elsewhere, port, tmp_path) as client:
        answer = client.post("/predict", json={"rows": toy.rows(3)}).json()
        for row in answer["rows"]:
            assert row["base_points"] + sum(row["theme_points"].values()) == row["score"]
        champion = BundleStore(var / "bundles").champion("toy")
        assert champion is not None
        assert answer["bundle_sha256"] == champion.sha256


JSON = {"content-type": "application/json"}


def run(arguments: list[str], var: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HEADROOM_VAR": str(var)}
    command = [sys.executable, "-m", "serving", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def listening(port: int) -> set[str]:
    """Addresses on which some process listens at this port."""
    decode: Callable[[str], str] = lambda word: ".".join(str(b) for b in bytes.fromhex(word)[::-1])  # noqa: E731
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        address, number = line.split()[1].split(":")
        if int(number, 16) == port and line.split()[3] == "0A":
            found.add(decode(address))
    return found
