"""`kill -9` in mid-tuning, then the same command: nothing lost, nothing twice, the total as configured."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import optuna
import pytest

from features.paths import ROOT
from tests.training.toy import write_toy

TRIALS = 12


@pytest.mark.e2e
def test_a_training_killed_in_mid_tuning_resumes_and_finishes(tmp_path: Path) -> None:
    config = write_toy(tmp_path, n=2500)
    run = start(config, tmp_path)
    before = wait_for_trials(tmp_path, 3, run)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait(timeout=30)
    before = max(before, finished(tmp_path), key=len)
    assert 3 <= len(before) < TRIALS
    again = start(config, tmp_path)
    output, _ = again.communicate(timeout=300)
    assert again.returncode == 0, output
    after = finished(tmp_path)
    assert len(after) == TRIALS
    assert after[: len(before)] == before
    assert len({str(params) for params in after}) == TRIALS
    report = json.loads((tmp_path / "var" / "reports" / "train-toy.json").read_text())
    assert report["trials"] == TRIALS
    assert report["trials_resumed"] == len(before)
    assert report["gate_passed"] is True


def start(config: Path, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "HEADROOM_VAR": str(folder / "var"), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "experiments.train", "--config", str(config)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for_trials(folder: Path, n: int, run: subprocess.Popen[str]) -> list[dict[str, float]]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and run.poll() is None:
        done = finished(folder)
        if len(done) >= n:
            return done
        time.sleep(0.02)
    raise AssertionError(f"no {n} trials in time; the process ended with {run.poll()}")


def finished(folder: Path) -> list[dict[str, float]]:
    journals = list((folder / "var" / "optuna").glob("*.journal"))
    if not journals:
        return []
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(journals[0])))
    names = optuna.get_all_study_names(storage)
    if not names:
        return []
    states = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    return [
        trial.params
        for trial in optuna.load_study(study_name=names[0], storage=storage).get_trials(states=states)
    ]
