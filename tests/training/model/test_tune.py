"""Tuning: the same seed finds the same trials, and nothing is lost or repeated."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import optuna
import pytest

from features.errors import ConfigError
from tests.training.toy import toy_cohort, toy_config
from training.config.schema import SpaceConfig, TrainConfig
from training.data.splits import folds
from training.model.cross_fitting import fold_rows
from training.model.fit import fit_settings
from training.model.search_space import suggest
from training.model.tune import _exclusive, delete_study, tune
from training.model.tuning_result import TrialRecord, TuningResult, study_key


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))


def search(
    config: TrainConfig,
    name: str = "toy",
    n: int = 300,
    on_trial: Callable[[TrialRecord], None] = lambda _: None,
) -> TuningResult:
    cohort = toy_cohort(n)
    parts = fold_rows(cohort, folds(cohort.bad, cohort.groups, 3, 1, 1), 1)
    fixed = fit_settings(cohort, config)
    return tune(fixed, parts, study_name=name, progress=lambda *_: None, on_trial=on_trial)


def points(found: TuningResult) -> list[tuple[float, ...]]:
    return [tuple(trial.params.values()) for trial in found.trials]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_same_seed_finds_the_same_trials(n_jobs: int) -> None:
    config = toy_config(tuning={"trials": 5, "max_rounds": 20, "n_jobs": n_jobs, "threads": 1})
    one, two = search(config, "one"), search(config, "two")
    assert points(one) == points(two)
    assert [t.value for t in one.trials] == [t.value for t in two.trials]
    assert one.params == two.params


def test_a_finished_study_is_read_and_not_run_again() -> None:
    config = toy_config(tuning={"trials": 3, "max_rounds": 20})
    first, again = search(config), search(config)
    assert (first.resumed, again.resumed) == (0, 3)
    assert points(first) == points(again)


def test_more_trials_go_on_from_those_there_are() -> None:
    few = search(toy_config(tuning={"trials": 3, "max_rounds": 20}))
    more = search(toy_config(tuning={"trials": 6, "max_rounds": 20}))
    assert points(more)[:3] == points(few)
    assert len(set(points(more))) == 6


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_each_trial_is_announced_once_and_those_in_the_storage_first(n_jobs: int) -> None:
    seen: list[TrialRecord] = []
    settings = {"max_rounds": 20, "n_jobs": n_jobs, "threads": 1}
    few = search(toy_config(tuning={"trials": 3, **settings}), on_trial=seen.append)
    assert tuple(seen) == few.trials
    assert all(one.started < one.ended for one in seen if one.started and one.ended)
    seen.clear()
    more = search(toy_config(tuning={"trials": 5, **settings}), on_trial=seen.append)
    assert tuple(seen) == more.trials
    assert tuple(seen[:3]) == few.trials


def test_a_trial_is_announced_before_the_next_one_is_asked_for() -> None:
    seen: list[int] = []

    def stop_after_two(trial: TrialRecord) -> None:
        seen.append(trial.number)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(toy_config(tuning={"trials": 6, "max_rounds": 20}), on_trial=stop_after_two)
    assert search(toy_config(tuning={"trials": 2, "max_rounds": 20})).resumed == 2


def test_trials_left_running_by_a_killed_process_are_failed_and_replaced() -> None:
    config = toy_config(tuning={"trials": 3, "max_rounds": 20})
    search(config)
    path = next((Path(_var()) / "optuna").glob("toy.journal"))
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(path)))
    optuna.load_study(study_name="toy", storage=storage).ask()
    found = search(toy_config(tuning={"trials": 5, "max_rounds": 20}))
    assert len(found.trials) == 5
    assert {trial.state for trial in found.trials} <= {"complete", "pruned"}
    study = optuna.load_study(study_name="toy", storage=storage)
    assert [t.state.name for t in study.get_trials()].count("FAIL") == 1


def _var() -> str:
    import os

    return os.environ["HEADROOM_VAR"]


def test_a_deleted_study_starts_from_nothing() -> None:
    config = toy_config(tuning={"trials": 2, "max_rounds": 20})
    search(config)
    delete_study("toy", config.tuning)
    assert search(config).resumed == 0


def test_two_runs_may_not_tune_one_study_at_once() -> None:
    with _exclusive("toy"), pytest.raises(ConfigError, match="another process"):
        search(toy_config(tuning={"trials": 1}))


def test_a_storage_by_url_resumes_as_well(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'studies.db'}"
    config = toy_config(tuning={"trials": 2, "max_rounds": 20, "storage": url})
    assert search(config).resumed == 0
    assert search(config).resumed == 2


def test_a_study_is_another_when_settings_or_numbers_differ() -> None:
    cohort = toy_cohort(50)
    rows = np.arange(1, 50)
    names = {study_key("x", {"a": 1}, cohort.content_hash), study_key("x", {"a": 2}, cohort.content_hash)}
    assert len(names | {study_key("x", {"a": 1}, cohort.take(rows).content_hash)}) == 3
    assert study_key("x", {"a": 1}, toy_cohort(50).content_hash) in names


def test_a_fixed_parameter_is_passed_on_and_not_searched() -> None:
    space = SpaceConfig(learning_rate=(0.05, 0.05), max_depth=(4, 4))
    trial = optuna.create_study().ask()
    chosen = suggest(trial, space)
    assert (chosen["learning_rate"], chosen["max_depth"]) == (0.05, 4)
    assert "learning_rate" not in trial.params
    assert json.dumps(chosen)
