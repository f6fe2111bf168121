"""The record of a training in MLflow: a parent run, a nested run for each trial, plots, the registered model.

With `training.reporting.pyfunc` the only module that knows MLflow. The store is SQLite under `var/mlflow`
unless `MLFLOW_TRACKING_URI` names another.
"""

import io
import logging
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import mlflow
from mlflow.data.polars_dataset import from_polars
from mlflow.entities import Metric, Param, RunTag
from mlflow.models import ModelSignature
from mlflow.tracking import MlflowClient
from mlflow.types import ColSpec, DataType, Schema

from features.paths import ROOT, var
from features.spec import FeatureCatalogue
from training.data.cohort import Cohort
from training.data.splits import Split
from training.model.tune import TrialRecord

PYFUNC = Path(__file__).with_name("pyfunc.py")
CHAMPION = "champion"
REQUIREMENTS = ("lightgbm", "numba", "numpy", "pandas", "polars", "pyarrow", "pydantic", "dataframely")


@dataclass(frozen=True)
class RunRecord:
    """All that is logged of one training.

    Attributes:
        config_name: configuration, also the name of the experiment and the model.
        config: every setting, flat.
        tags: provenance.
        metrics: figures of the test set.
        files: folder of plots and tables.
        trials: tuning trials.
        cohort: all rows.
        split: which of them taught and judged.
        bundle: folder of the model bundle.
        catalogue: the model's features, for its signature.
        promote: whether the gate passed.
    """

    config_name: str
    config: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]
    files: Path
    trials: Sequence[TrialRecord]
    cohort: Cohort
    split: Split
    bundle: Path
    catalogue: FeatureCatalogue
    promote: bool


def store_uri() -> str:
    """The tracking store; its folder is made."""
    (var() / "mlflow").mkdir(parents=True, exist_ok=True)
    return os.environ.get("MLFLOW_TRACKING_URI") or own_store()


def own_store() -> str:
    """The store under `var/`, used when no other is named."""
    return f"sqlite:///{var() / 'mlflow' / 'mlflow.db'}"


def record(run: RunRecord) -> tuple[str, int]:
    """Logs one training and registers its model; with `promote` it also gets the alias `champion`.

    Returns:
        The id of the parent run, and the version in the registry.
    """
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    mlflow.set_tracking_uri(store_uri())
    mlflow.set_experiment(experiment_id=_experiment(run.config_name))
    with mlflow.start_run(run_name=f"{run.config_name} {run.tags.get('trained_at', '')}".strip()) as parent:
        run_id = parent.info.run_id
        _log(run_id, run.metrics, run.config, run.tags)
        _log_data(run.cohort, run.split)
        _log_trials(run_id, parent.info.experiment_id, run.trials)
        mlflow.log_artifacts(str(run.files))
        with redirect_stderr(io.StringIO()):
            return run_id, _register(run)


def append(run_id: str, metrics: Mapping[str, float], files: Sequence[Path]) -> None:
    """Adds figures and plots found after the training to its run."""
    client = MlflowClient(store_uri())
    client.log_batch(run_id, [_metric(name, value) for name, value in metrics.items()])
    for path in files:
        client.log_artifact(run_id, str(path), "plots")


def run_of(config_name: str, bundle_sha256: str) -> str | None:
    """The newest run of a configuration that made this bundle; None when it is not on record here."""
    mlflow.set_tracking_uri(store_uri())
    runs = MlflowClient().search_runs(
        [_experiment(config_name)], f"tags.`headroom.bundle_sha256` = '{bundle_sha256}'", max_results=1
    )
    return str(runs[0].info.run_id) if runs else None


def _experiment(config_name: str) -> str:
    name = f"headroom-{config_name}"
    found = mlflow.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    # MLflow itself sets MLFLOW_TRACKING_URI once a store is chosen: its presence alone says nothing.
    if store_uri() != own_store():
        return mlflow.create_experiment(name)
    return mlflow.create_experiment(name, artifact_location=(var() / "mlflow" / "artifacts" / name).as_uri())


def _log(
    run_id: str, metrics: Mapping[str, float], params: Mapping[str, str], tags: Mapping[str, str]
) -> None:
    client = MlflowClient()
    names = sorted(params)
    client.log_batch(
        run_id,
        metrics=[_metric(name, value) for name, value in metrics.items()],
        tags=[RunTag(f"headroom.{name}", value) for name, value in tags.items()],
    )
    for start in range(0, len(names), 100):
        batch = [Param(name, params[name][:500]) for name in names[start : start + 100]]
        client.log_batch(run_id, params=batch)


def _metric(name: str, value: float) -> Metric:
    return Metric(name, float(value), int(time.time() * 1000), 0)


def _log_data(cohort: Cohort, split: Split) -> None:
    for context, rows in (("train", split.fit), ("test", split.test)):
        part = cohort.take(rows)
        frame = part.matrix.frame.drop("account_id", "as_of").head(1000)
        data = from_polars(
            frame, source=None, name=f"{cohort.origin.get('name', 'data')}-{context}", digest=_digest(part)
        )
        mlflow.log_input(data, context=context, tags={"rows": str(part.n), "bad": str(int(part.bad.sum()))})


def _digest(part: Cohort) -> str:
    return part.content_hash[:32]


def _log_trials(parent: str, experiment: str, trials: Sequence[TrialRecord]) -> None:
    """Two writes a trial: the nested run with its tags, and one batch of everything else."""
    client = MlflowClient()
    for trial in trials:
        tags = {"mlflow.parentRunId": parent, "headroom.state": trial.state}
        run = client.create_run(experiment, tags=tags, run_name=f"trial {trial.number:03d}")
        metrics = [_metric("seconds", trial.seconds), _metric("rounds", trial.rounds)]
        if trial.value is not None:
            metrics.append(_metric("validation", trial.value))
        params = [Param(name, f"{value:.6g}") for name, value in trial.params.items()]
        client.log_batch(run.info.run_id, metrics=metrics, params=params)
        client.set_terminated(run.info.run_id)


def _register(run: RunRecord) -> int:
    name = f"headroom-{run.config_name}"
    info = mlflow.pyfunc.log_model(
        name="model",
        python_model=str(PYFUNC),
        artifacts={"bundle": str(run.bundle)},
        code_paths=[str(ROOT / "features"), str(ROOT / "serving")],
        pip_requirements=list(REQUIREMENTS),
        signature=signature(run.catalogue),
        registered_model_name=name,
    )
    version = int(info.registered_model_version or 0)
    if run.promote:
        MlflowClient().set_registered_model_alias(name, CHAMPION, str(version))
    return version


def signature(catalogue: FeatureCatalogue) -> ModelSignature:
    """Doubles and strings, all optional: an absent value is a null, never a refused integer."""
    inputs: list[Any] = [
        ColSpec(DataType.double if meta.kind == "number" else DataType.string, meta.name, required=False)
        for meta in catalogue.features
    ]
    points: list[Any] = [ColSpec(DataType.long, theme.key) for theme in catalogue.themes]
    outputs: list[Any] = [
        ColSpec(DataType.double, "pd"),
        ColSpec(DataType.long, "score"),
        ColSpec(DataType.long, "base_points"),
        *points,
    ]
    return ModelSignature(Schema(inputs), Schema(outputs))
