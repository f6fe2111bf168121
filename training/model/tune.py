"""Hyperparameters by TPE over one shared Dataset, in a storage that outlives a killed run.

The only module that knows Optuna. Trials are asked and told in rounds of `n_jobs`, in order, so that the
same seed and `n_jobs` find the same trials, whichever of them ends first. A run that was killed leaves trials
RUNNING; the next run of the same configuration on the same data fails them and goes on until the number of
finished trials is as configured. A lock, which dies with its process, keeps two runs off one study. The
sampler's seed is drawn from (seed, trials so far): with the seed alone a resumed study would propose the same
trials again.
"""

import fcntl
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState

from features.errors import ConfigError
from features.paths import var
from training.config.schema import SpaceConfig, TuningConfig
from training.data.splits import Fold
from training.model.boosting import FitSettings
from training.model.trial import FoldData, prepare, run

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
LOGARITHMIC = ("learning_rate", "num_leaves", "min_data_in_leaf", "lambda_l1", "lambda_l2")
WHOLE = ("num_leaves", "max_depth", "min_data_in_leaf")
START = {"learning_rate": 0.05, "num_leaves": 15, "max_depth": 4, "min_data_in_leaf": 50}


@dataclass(frozen=True)
class TrialRecord:
    """One finished trial, for the record and the plots."""

    number: int
    state: str
    value: float | None
    params: dict[str, float]
    rounds: int
    seconds: float


@dataclass(frozen=True)
class Tuned:
    """The outcome of tuning.

    Attributes:
        params: best parameters.
        rounds: boosting rounds that were best for them.
        value: their validation metric.
        trials: finished trials by number.
        resumed: how many of them stood in the storage before this run.
        study: name of the study.
    """

    params: dict[str, Any]
    rounds: int
    value: float
    trials: tuple[TrialRecord, ...]
    resumed: int
    study: str


Progress = Callable[[int, int, float | None], None]


def tune(
    fixed: FitSettings,
    x: NDArray[np.float64],
    bad: NDArray[np.bool_],
    folds: Sequence[Fold],
    *,
    study_name: str,
    progress: Progress,
) -> Tuned:
    """Searches until `tuning.trials` trials are finished.

    Args:
        fixed: what all trials share.
        x: (m, f) codes of the fit rows.
        bad: (m,) outcomes.
        folds: positions within the fit rows.
        study_name: the same for the same configuration and data (see `study_key`).
        progress: told (finished, total, best value) after each round.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    tuning = fixed.tuning
    with _only_one(study_name):
        study = _study(study_name, tuning)
        resumed = _recover(study, tuning)
        if resumed < tuning.trials:
            _search(study, fixed, prepare(fixed, x, bad, folds, copies=tuning.n_jobs), progress)
        progress(tuning.trials, tuning.trials, _best_value(study))
        return _result(study, tuning, resumed)


def study_key(name: str, *parts: Any) -> str:
    """A study's name: readable, and another one as soon as settings or data differ."""
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode())
    return f"{name}-{digest.hexdigest()[:16]}"


def forget(study_name: str, tuning: TuningConfig) -> None:
    """Deletes a study, so that the next search starts anew."""
    with _only_one(study_name), suppress(KeyError):
        optuna.delete_study(study_name=study_name, storage=_storage(study_name, tuning))


def _folder() -> Path:
    folder = var() / "optuna"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _only_one(study_name: str) -> Iterator[None]:
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
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
    finished = len(study.get_trials(deepcopy=False, states=FINISHED))
    waiting = study.get_trials(deepcopy=False, states=(TrialState.WAITING,))
    if not finished and not waiting:
        study.enqueue_trial(_start(tuning.space))
    seed = int(np.random.SeedSequence([tuning.seed, finished]).generate_state(1)[0])
    study.sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=8)
    return finished


def _start(space: SpaceConfig) -> dict[str, float]:
    inside = {}
    for name, value in START.items():
        low, high = getattr(space, name)
        if low < high:
            inside[name] = min(max(value, low), high)
    return inside


def _search(
    study: optuna.Study, fixed: FitSettings, copies: Sequence[Sequence[FoldData]], progress: Progress
) -> None:
    tuning = fixed.tuning
    with ThreadPoolExecutor(tuning.n_jobs) as pool:
        while (done := len(study.get_trials(deepcopy=False, states=FINISHED))) < tuning.trials:
            progress(done, tuning.trials, _best_value(study))
            asked = [study.ask() for _ in range(min(tuning.n_jobs, tuning.trials - done))]
            chosen = [suggest(trial, tuning.space) for trial in asked]
            work = zip(asked, chosen, copies, strict=False)
            ends = list(pool.map(lambda job: _try(job[0], job[1], fixed, job[2]), work))
            for trial, value in zip(asked, ends, strict=True):
                study.tell(trial, value, state=TrialState.PRUNED if value is None else None)


def suggest(trial: Trial, space: SpaceConfig) -> dict[str, float | int]:
    """One point of the space; a fixed parameter costs the sampler nothing."""
    chosen: dict[str, float | int] = {}
    for name, (low, high) in dict(space).items():
        if low == high:
            chosen[name] = int(low) if name in WHOLE else low
        elif name in WHOLE:
            chosen[name] = trial.suggest_int(name, int(low), int(high), log=name in LOGARITHMIC)
        else:
            chosen[name] = trial.suggest_float(name, low, high, log=name in LOGARITHMIC)
    return chosen


def _try(trial: Trial, chosen: dict[str, Any], fixed: FitSettings, data: Sequence[FoldData]) -> float | None:
    started = time.perf_counter()

    def report(step: int, value: float) -> None:
        trial.report(value, step)
        if trial.should_prune():
            raise optuna.TrialPruned

    try:
        outcome = run(fixed, chosen, data, report)
    except optuna.TrialPruned:
        return None
    finally:
        trial.set_user_attr("seconds", time.perf_counter() - started)
    trial.set_user_attr("rounds", outcome.rounds)
    return outcome.value


def _best_value(study: optuna.Study) -> float | None:
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return study.best_value if done else None


def _result(study: optuna.Study, tuning: TuningConfig, resumed: int) -> Tuned:
    finished = study.get_trials(deepcopy=False, states=FINISHED)[: tuning.trials]
    complete = [trial for trial in finished if trial.state == TrialState.COMPLETE]
    sign = 1.0 if tuning.metric == "auc" else -1.0
    best = max(complete, key=lambda trial: sign * float(trial.value or 0.0))
    fixed = {n: (int(lo) if n in WHOLE else lo) for n, (lo, hi) in dict(tuning.space).items() if lo == hi}
    return Tuned(
        params={**fixed, **best.params},
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
    )
