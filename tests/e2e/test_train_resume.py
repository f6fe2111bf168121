"""`kill -9` during tuning, then the same command: no trial lost or repeated, one run in MLflow."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import optuna
import pytest
from mlflow.entities import Metric, Run
from mlflow.tracking import MlflowClient
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from features.paths import ROOT
from tests.training.toy import write_toy
from training.reporting.tracking.interruptions import mark_interrupted

TRIALS = 12


@pytest.mark.e2e
def test_a_training_killed_during_tuning_resumes_and_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'var' / 'mlflow' / 'mlflow.db'}")
    config = write_toy(tmp_path, n=2500)
    process = start(config)
    before = wait_for_trials(tmp_path, 3, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    before = max(before, finished(tmp_path), key=len)
    assert 3 <= len(before) < TRIALS
    killed = training_run()
    assert killed.info.status == "RUNNING"
    assert set(logged_trials(killed)) <= set(range(len(before)))

    assert mark_interrupted() == (killed.info.run_id,)
    assert training_run().info.status == "KILLED"
    assert "Interrupted" in training_run().data.tags["mlflow.note.content"]

    again = start(config)
    output, _ = again.communicate(timeout=300)
    assert again.returncode == 0, output
    after = finished(tmp_path)
    assert len(after) == TRIALS
    assert after[: len(before)] == before
    assert len({str(params) for params in after}) == TRIALS
    report = json.loads((tmp_path / "var" / "reports" / "train-toy.json").read_text())
    assert report["trials"] == TRIALS
    assert report["trials_resumed"] == len(before)
    assert report["gate_passed"] is True, report["gate_failures"]
    the_same_run_went_on(killed, report["run_id"])


def the_same_run_went_on(killed: Run, run_id: str) -> None:
    run = training_run()
    assert run.info.run_id == killed.info.run_id == run_id
    assert run.info.status == "FINISHED"
    assert run.info.start_time == killed.info.start_time
    assert run.data.tags["headroom.interruptions"] == "1"
    trials = logged_trials(run)
    assert sorted(trials) == list(range(TRIALS))
    assert {trial.info.status for trial in trials.values()} == {"FINISHED"}
    started = [trials[number].info.start_time for number in range(TRIALS)]
    assert started == sorted(started)
    assert all(run.info.start_time <= moment <= run.info.end_time for moment in started)
    complete = {number for number, trial in trials.items() if "validation" in trial.data.metrics}
    assert {point.step for point in history(run, "validation_best")} == complete


def training_run() -> Run:
    """The only run of a training."""
    client = MlflowClient(os.environ["MLFLOW_TRACKING_URI"])
    experiment = client.get_experiment_by_name("headroom-toy")
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id], "tags.`headroom.kind` = 'training'")
    return run


def logged_trials(run: Run) -> dict[int, Run]:
    client = MlflowClient(os.environ["MLFLOW_TRACKING_URI"])
    own = f"tags.`mlflow.parentRunId` = '{run.info.run_id}'"
    nested = client.search_runs([run.info.experiment_id], own)
    trials = {int(trial.data.tags["headroom.trial"]): trial for trial in nested}
    assert len(trials) == len(nested)
    return trials


def history(run: Run, metric: str) -> list[Metric]:
    return MlflowClient(os.environ["MLFLOW_TRACKING_URI"]).get_metric_history(run.info.run_id, metric)


def start(config: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "experiments.train", "--config", str(config)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for_trials(folder: Path, n: int, process: subprocess.Popen[str]) -> list[dict[str, float]]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        done = finished(folder)
        if len(done) >= n:
            return done
        time.sleep(0.02)
    raise AssertionError(f"no {n} trials in time; the process ended with {process.poll()}")


def finished(folder: Path) -> list[dict[str, float]]:
    journals = list((folder / "var" / "optuna").glob("*.journal"))
    if not journals:
        return []
    storage = JournalStorage(JournalFileBackend(str(journals[0])))
    names = optuna.get_all_study_names(storage)
    if not names:
        return []
    states = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    return [
        trial.params
        for trial in optuna.load_study(study_name=names[0], storage=storage).get_trials(states=states)
    ]
