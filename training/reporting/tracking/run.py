"""The run of a training in MLflow, written while the training goes on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mlflow
from mlflow.data.polars_dataset import from_polars
from mlflow.entities import RunTag
from mlflow.tracking import MlflowClient

from features.spec import FeatureCatalogue
from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.data.prepare import TrainingData
from training.evaluation.gate import GateReport
from training.model.tuning_result import TrialRecord
from training.reporting import note, result_note
from training.reporting.tracking import names
from training.reporting.tracking.interruptions import mark
from training.reporting.tracking.registry import make_champion, register
from training.reporting.tracking.session import Session, new_session
from training.reporting.tracking.store import metrics_of, persistently
from training.reporting.tracking.trials import TrialLog

SAMPLE_ROWS = 1000
"""Rows from which MLflow takes the schema of a data set."""


class Run:
    """The MLflow run of a training; results are logged as soon as they are known."""

    def __init__(self, config: TrainConfig, own: MlflowClient, session: Session) -> None:
        self._config, self._client = config, own
        self._use(session)

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return self._session.run_id

    def artifacts_url(self, folder: str) -> str:
        """Link to a folder of the artifacts, relative to the MLflow UI."""
        return f"#/experiments/{self._session.experiment_id}/runs/{self.run_id}/artifacts/{folder}"

    def stage_started(self, label: str) -> None:
        """States the stage the training is in, as a tag."""
        self.set_tags({names.STAGE: label})

    def stage_ended(self, name: str, seconds: float) -> None:
        """Logs the wall time of a stage."""
        self.log_metrics({f"seconds_{name}": seconds})

    def log_data(self, data: TrainingData) -> None:
        """Logs data sets and provenance; when the data of a resumed run has changed, starts a new run."""
        cohort = data.split.cohort
        found = cohort.data_fingerprint, data.split.fit.content_hash
        if self._session.data not in (("", ""), found):
            self._start_over()
        self.set_tags(
            {
                names.DATA_FINGERPRINT: found[0],
                names.FIT_SHA256: found[1],
                "headroom.dataset": cohort.origin.get("name", ""),
                "headroom.target": cohort.target,
            }
        )
        sets = {"train": data.split.fit, "calibration": data.split.calibration, "test": data.split.test}
        for context, rows in sets.items():
            if rows is not None:
                _log_dataset(context, rows)
        self.set_note(result_note.data_known(self._config, data, self._session.interruptions))

    def log_trial(self, trial: TrialRecord) -> None:
        """Logs a finished trial as a nested run, once, whether or not the training was interrupted."""
        maximise = self._config.tuning.metric == "auc"
        persistently(lambda: self._trials.add(trial, maximise=maximise))

    def log_metrics(self, values: Mapping[str, Any]) -> None:
        """Logs the numbers among these values."""
        self._client.log_batch(self.run_id, metrics=metrics_of(values))

    def log_gate(self, gate: GateReport) -> None:
        """Tags the run by the gate's verdict and the names of failed checks."""
        tags = {names.GATE: "passed" if gate.passed else "failed", names.CHAMPION: "false"}
        if gate.failures:
            tags["headroom.gate_failures"] = ", ".join(check.name for check in gate.failures)
        self.set_tags(tags)

    def log_files(self, folder: Path) -> None:
        """Logs every file of a folder as artifacts."""
        mlflow.log_artifacts(str(folder))

    def log_file(self, path: Path, folder: str) -> None:
        """Logs one file into a folder of the artifacts."""
        mlflow.log_artifact(str(path), folder)

    def register(self, bundle: Path, catalogue: FeatureCatalogue, *, champion: bool) -> int:
        """Registers the bundle in that folder as a model version, as champion or not; returns the version."""
        version = register(self._config.name, bundle, catalogue)
        if champion:
            make_champion(self._client, self._session, self._config.name, version)
        return version

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Sets tags."""
        self._client.log_batch(self.run_id, tags=[RunTag(name, value) for name, value in tags.items()])

    def set_note(self, text: str) -> None:
        """Sets the Markdown description of the run."""
        self.set_tags({names.NOTE: text})

    def close(self, status: str, error: str = "") -> None:
        """Ends the run as FINISHED, FAILED or KILLED; a killed one may be resumed."""
        if status == names.KILLED:
            mark(self._client, self._client.get_run(self.run_id))
        elif status == names.FAILED:
            before = self._client.get_run(self.run_id).data.tags
            text = note.failed(error, before.get(names.STAGE, ""), before.get(names.NOTE, ""))
            self.set_tags({names.ERROR: error, names.NOTE: text})
        else:
            self.set_tags({names.STAGE: "finished"})
        mlflow.end_run(status)
        self._session.owner.release(keep=status == names.KILLED)

    def _use(self, session: Session) -> None:
        self._session = session
        self._trials = TrialLog.of(self._client, session)
        mlflow.start_run(run_id=session.run_id)

    def _start_over(self) -> None:
        mark(self._client, self._client.get_run(self.run_id))
        mlflow.end_run(names.KILLED)
        session = self._session
        self._use(new_session(self._client, self._config, session.owner, session.opened))


def _log_dataset(context: str, rows: Cohort) -> None:
    frame = rows.matrix.frame.drop("account_id", "as_of").head(SAMPLE_ROWS)
    name = f"{rows.origin.get('name', 'data')}-{context}"
    data = from_polars(frame, source=None, name=name, digest=rows.content_hash[:32])
    mlflow.log_input(data, context=context, tags={"rows": str(rows.n), "bad": str(int(rows.bad.sum()))})
