"""`make ui` opens on the experiments of models, by keys that MLflow's page still reads."""

from importlib.metadata import distributions
from pathlib import Path

import mlflow.server
import pytest

from training.reporting import ui
from training.reporting.tracking.server import PRESETS, START, create_app, open_on_experiments


def test_the_page_opens_on_the_experiments_of_models() -> None:
    open_on_experiments()
    page = mlflow.server.app.test_client().get("/").get_data(as_text=True)
    assert page.index("workflowType") < page.index("<script defer")
    assert f"location.replace('{START}')" in page
    for key, value in PRESETS.items():
        assert f"localStorage.setItem('{key}', '{value}')" in page


def test_mlflows_page_reads_the_keys_that_are_preset() -> None:
    folder = Path(str(mlflow.server.app.static_folder))
    script = next((folder / "static" / "js").glob("main.*.js")).read_text(encoding="utf-8")
    for key in PRESETS:
        name, _, version = key.rpartition("_v")
        assert f'key:"{name}",version:{version}' in script
    assert 'MACHINE_LEARNING="machine_learning"' in script


def test_mlflow_finds_the_app_by_its_entry_point(tmp_path: Path) -> None:
    folder = ui.write_entry_point(tmp_path)
    (found,) = [entry for package in distributions(path=[str(folder)]) for entry in package.entry_points]
    assert (found.group, found.name) == ("mlflow.app", ui.APP)
    assert found.load() is create_app


def test_the_server_stays_on_loopback_and_runs_no_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    command = ui.command(5055)
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--app-name") + 1] == ui.APP
    assert ui.environment()["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] == "false"
