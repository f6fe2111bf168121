"""Hyperparameter search by TPE over folds that are binned once, in a storage that survives a killed process.

The only module that imports Optuna. Trials are asked and told in rounds of `n_jobs`, in order, so that the
same seed and `n_jobs` find the same trials, whichever of them ends first. A killed run leaves trials RUNNING;
the next run of the same configuration on the same data fails them and continues until the number of finished
trials is as configured. A lock, which is released when its process dies, keeps two runs off one study. The
sampler's seed is derived from (seed, trials so far): with the seed alone a resumed study would propose the
same trials again.
"""

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState

from features.errors import ConfigError
from features.paths import var
from training.config.schema import TuningConfig
from training.model.boosting import FitSettings
from training.model.cross_fitting import FoldRows
from training.model.search_space import fixed, start, suggest
from training.model.trial import FoldData, prepare, run
from training.model.tuning_result import TrialRecord, TuningResult

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
Progress = Callable[[int, int, float | None], None]
TrialListener = Callable[[TrialRecord], None]


def tune(
    settings: FitSettings,
    folds: Sequence[FoldRows],
    *,
    study_name: str,
    progress: Progress,
    on_trial: TrialListener = lambda _: None,
) -> TuningResult:
    """Searches until `tuning.trials` trials are finished.

    Args:
        settings: what all trials share.
        folds: encoded parts of the fit set, at least one.
        study_name: the same for the same configuration and data (see `tuning_result.study_key`).
        progress: called with (finished, total, best value) after each round.
        on_trial: called once for each finished trial, first for those found in the storage.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    tuning = settings.tuning
    with _exclusive(study_name):
        study = _study(study_name, tuning)
        resumed = _recover(study, tuning)
        for trial in _finished(study)[: tuning.trials]:
            on_trial(_record(trial))
        if resumed < tuning.trials:
            copies = prepare(settings, folds, copies=tuning.n_jobs)
            _search(study, settings, copies, progress, on_trial)
        progress(tuning.trials, tuning.trials, _best_value(study))
        return _result(study, tuning, resumed)


def delete_study(study_name: str, tuning: TuningConfig) -> None:
    """Deletes a study, so that the next search starts from nothing."""
    with _exclusive(study_name), suppress(KeyError):
        optuna.delete_study(study_name=study_name, storage=_storage(study_name, tuning))


def _folder() -> Path:
    folder = var() / "optuna"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _exclusive(study_name: str) -> Iterator[None]:
    with (_folder() / f"{study_name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(
                f"study {study_name} is being tuned by another process; wait for it, or end it"
            ) from None
        yield


def _storage(study_name: str, tuning: TuningConfig) -> BaseStorage:
    if not tuning.storage:
        return JournalStorage(JournalFileBackend(str(_folder() / f"{study_name}.journal")))
    return RDBStorage(tuning.storage)


def _study(study_name: str, tuning: TuningConfig) -> optuna.Study:
    pruner = optuna.pruners.MedianPruner(n_startup_trials=6, n_warmup_steps=1)
    return optuna.create_study(
        storage=_storage(study_name, tuning),
        study_name=study_name,
        direction="maximize" if tuning.metric == "auc" else "minimize",
        pruner=pruner if tuning.prune else optuna.pruners.NopPruner(),
        load_if_exists=True,
    )


def _recover(study: optuna.Study, tuning: TuningConfig) -> int:
    """Fails trials of a killed run, seeds the sampler; returns the number of finished trials."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
    finished = len(_finished(study))
    waiting = study.get_trials(deepcopy=False, states=(TrialState.WAITING,))
    if not finished and not waiting:
        study.enqueue_trial(start(tuning.space))
    seed = int(np.random.SeedSequence([tuning.seed, finished]).generate_state(1)[0])
    study.sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=8)
    return finished


def _search(
    study: optuna.Study,
    settings: FitSettings,
    copies: Sequence[Sequence[FoldData]],
    progress: Progress,
    on_trial: TrialListener,
) -> None:
    tuning = settings.tuning
    with ThreadPoolExecutor(tuning.n_jobs) as pool:
        while (done := len(_finished(study))) < tuning.trials:
            progress(done, tuning.trials, _best_value(study))
            asked = [study.ask() for _ in range(min(tuning.n_jobs, tuning.trials - done))]
            chosen = [suggest(trial, tuning.space) for trial in asked]
            work = zip(asked, chosen, copies, strict=False)
            values = list(pool.map(lambda job: _evaluate(job[0], job[1], settings, job[2]), work))
            ended = [
                study.tell(trial, value, state=TrialState.PRUNED if value is None else None)
                for trial, value in zip(asked, values, strict=True)
            ]
            for finished in ended:
                on_trial(_record(finished))


def _evaluate(
    trial: Trial, chosen: dict[str, Any], settings: FitSettings, data: Sequence[FoldData]
) -> float | None:
    """Validation metric of one trial; None when it was pruned."""
    started = time.perf_counter()

    def report(step: int, value: float) -> None:
        trial.report(value, step)
        if trial.should_prune():
            raise optuna.TrialPruned

    try:
        outcome = run(settings, chosen, data, report)
    except optuna.TrialPruned:
        return None
    finally:
        trial.set_user_attr("seconds", time.perf_counter() - started)
    trial.set_user_attr("rounds", outcome.rounds)
    return outcome.value


def _finished(study: optuna.Study) -> list[FrozenTrial]:
    return study.get_trials(deepcopy=False, states=FINISHED)


def _best_value(study: optuna.Study) -> float | None:
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return study.best_value if done else None


def _result(study: optuna.Study, tuning: TuningConfig, resumed: int) -> TuningResult:
    finished = _finished(study)[: tuning.trials]
    complete = [trial for trial in finished if trial.state == TrialState.COMPLETE]
    sign = 1.0 if tuning.metric == "auc" else -1.0
    best = max(complete, key=lambda trial: sign * float(trial.value or 0.0))
    return TuningResult(
        params={**fixed(tuning.space), **best.params},
        rounds=int(best.user_attrs["rounds"]),
        value=float(best.value or 0.0),
        trials=tuple(_record(trial) for trial in finished),
        resumed=min(resumed, tuning.trials),
        study=study.study_name,
    )


def _record(trial: FrozenTrial) -> TrialRecord:
    return TrialRecord(
        number=trial.number,
        state=trial.state.name.lower(),
        value=trial.value,
        params={name: float(value) for name, value in trial.params.items()},
        rounds=int(trial.user_attrs.get("rounds", 0)),
        seconds=float(trial.user_attrs.get("seconds", 0.0)),
        started=trial.datetime_start,
        ended=trial.datetime_complete,
    )
