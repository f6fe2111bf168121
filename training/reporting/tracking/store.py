"""Clients, experiments and metrics of the MLflow store."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import mlflow
from mlflow.entities import Metric
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from training.reporting.tracking.location import artifact_root, own_store, store_uri
from training.reporting.tracking.names import BUNDLE_SHA256

EXPERIMENT = "headroom-"
ATTEMPTS = 3
PAUSE_SECONDS = 1.0
LOG = logging.getLogger("headroom.training")


def client() -> MlflowClient:
    """A client of the tracking store."""
    return MlflowClient(store_uri())


def experiment_of(config_name: str) -> str:
    """Id of the experiment of a configuration, which is made when missing."""
    name = f"{EXPERIMENT}{config_name}"
    found = client().get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    tags = {
        "mlflow.experimentKind": "custom_model_development",
        "mlflow.note.content": f"Trainings of configuration `{config_name}` (`make train CONFIG=…`).",
    }
    # MLflow itself sets MLFLOW_TRACKING_URI once a store is chosen: its presence alone says nothing.
    own = store_uri() == own_store()
    location = (artifact_root() / name).as_uri() if own else None
    return str(client().create_experiment(name, artifact_location=location, tags=tags))


def persistently(write: Callable[[], None]) -> None:
    """Writes to the store; when it stays busy, an entry is lost with a warning and the training goes on."""
    for attempt in range(ATTEMPTS):
        try:
            write()
        except MlflowException as error:
            LOG.warning("MLflow did not take an entry (attempt %d of %d): %s", attempt + 1, ATTEMPTS, error)
            time.sleep(PAUSE_SECONDS)
        else:
            return


def metrics_of(values: Mapping[str, Any], step: int = 0) -> list[Metric]:
    """The numbers among these values, as MLflow's metrics."""
    moment = int(time.time() * 1000)
    return [
        Metric(name, float(value), moment, step)
        for name, value in values.items()
        if isinstance(value, float | int) and not isinstance(value, bool)
    ]


def append(run_id: str, metrics: Mapping[str, float], files: Sequence[Path]) -> None:
    """Adds metrics and plots to the run of a finished training."""
    own = client()
    own.log_batch(run_id, metrics_of(metrics))
    for path in files:
        own.log_artifact(run_id, str(path), "plots")


def run_of(config_name: str, bundle_sha256: str) -> str | None:
    """The newest run of a configuration that made this bundle; None when it is not on record here."""
    runs = client().search_runs(
        [experiment_of(config_name)], f"tags.`{BUNDLE_SHA256}` = '{bundle_sha256}'", max_results=1
    )
    return str(runs[0].info.run_id) if runs else None


def use_store() -> None:
    """Makes the store the one that MLflow's own functions write to."""
    mlflow.set_tracking_uri(store_uri())
