"""Tuning trials as nested runs, each logged once when it ends."""

import time
from dataclasses import dataclass, field
from datetime import datetime

from mlflow.entities import Param
from mlflow.tracking import MlflowClient

from training.model.tuning_result import TrialRecord
from training.reporting.tracking import names
from training.reporting.tracking.session import Session
from training.reporting.tracking.store import metrics_of

MAX_TRIALS = 10_000


@dataclass
class TrialLog:
    """The nested runs of one training.

    Attributes:
        client: of the tracking store.
        session: the training's run.
        best: the best validation metric so far; None before the first finished trial.

    A trial is known by its number and start, so that a study that begins anew is logged anew.
    """

    client: MlflowClient
    session: Session
    best: float | None = None
    _logged: dict[int, set[int]] = field(default_factory=dict)
    _unfinished: dict[int, str] = field(default_factory=dict)

    @staticmethod
    def of(client: MlflowClient, session: Session) -> "TrialLog":
        """The log as an interrupted training left it; empty for a new one."""
        log = TrialLog(client, session)
        nested = f"tags.`{names.PARENT}` = '{session.run_id}' and tags.`{names.KIND}` = '{names.TRIAL_KIND}'"
        for run in client.search_runs([session.experiment_id], nested, max_results=MAX_TRIALS):
            number = int(run.data.tags[names.TRIAL])
            if run.info.status == names.FINISHED:
                log._logged.setdefault(number, set()).add(run.info.start_time)
            else:
                log._unfinished[number] = run.info.run_id
        return log

    def add(self, trial: TrialRecord, *, maximise: bool) -> None:
        """Logs a trial, and its value with the best so far on the training's own run."""
        if trial.value is not None:
            better = max if maximise else min
            self.best = trial.value if self.best is None else better(self.best, trial.value)
        started = _milliseconds(trial.started)
        if trial.number in self._logged and (trial.started is None or started in self._logged[trial.number]):
            return
        if trial.value is not None:
            values = {"validation": trial.value, "validation_best": self.best}
            self.client.log_batch(self.session.run_id, metrics_of(values, step=trial.number))
        self._write(trial)
        self._logged.setdefault(trial.number, set()).add(started)

    def _write(self, trial: TrialRecord) -> None:
        started, ended = _milliseconds(trial.started), _milliseconds(trial.ended)
        run_id = self._unfinished.get(trial.number) or self._create(trial, started)
        values = {"validation": trial.value, "seconds": trial.seconds, "rounds": trial.rounds}
        params = [Param(name, f"{value:.6g}") for name, value in trial.params.items()]
        self.client.log_batch(run_id, metrics=metrics_of(values), params=params)
        self.client.set_terminated(run_id, end_time=ended)

    def _create(self, trial: TrialRecord, started: int) -> str:
        tags = {
            names.PARENT: self.session.run_id,
            names.KIND: names.TRIAL_KIND,
            names.TRIAL: str(trial.number),
            names.STATE: trial.state,
            names.REUSED: str(started < self.session.started * 1000).lower(),
        }
        name = f"trial {trial.number:03d}"
        run = self.client.create_run(self.session.experiment_id, start_time=started, tags=tags, run_name=name)
        return str(run.info.run_id)


def _milliseconds(moment: datetime | None) -> int:
    return int((time.time() if moment is None else moment.timestamp()) * 1000)
