"""Opens the MLflow run of a training: a new one, or that of the same training when it was interrupted."""

import getpass
import time
from dataclasses import dataclass

from mlflow.entities import Param, RunTag
from mlflow.entities import Run as MlflowRun
from mlflow.tracking import MlflowClient

from features.provenance import git_revision
from training.config.files import config_hash, flat_settings
from training.config.schema import TrainConfig
from training.reporting import note
from training.reporting.tracking import names
from training.reporting.tracking.owner import Owner
from training.reporting.tracking.store import experiment_of

BATCH = 100
"""Parameters that MLflow takes in one call."""


@dataclass(frozen=True)
class Session:
    """An open run.

    Attributes:
        run_id: the run.
        experiment_id: its experiment.
        owner: the lock that shows others that the training goes on.
        started: when the run started, seconds since the epoch.
        opened: when this process started the training; later than `started` for a resumed run.
        data: fingerprint of the data set and content of the fit set that the run was started on; empty while
            they are unknown.
        interruptions: how often the run was interrupted.
    """

    run_id: str
    experiment_id: str
    owner: Owner
    started: float
    opened: float
    data: tuple[str, str] = ("", "")
    interruptions: int = 0


def open_session(client: MlflowClient, config: TrainConfig, opened: float, *, fresh: bool) -> Session:
    """Resumes the newest run of these settings if it was interrupted, else starts a new one.

    Args:
        client: of the tracking store.
        config: all settings.
        opened: when the training started, seconds since the epoch.
        fresh: start a new run in any case.
    """
    resumed = None if fresh else _resumed(client, config, opened)
    return resumed or new_session(client, config, Owner.new(), opened)


def new_session(client: MlflowClient, config: TrainConfig, owner: Owner, opened: float) -> Session:
    """A new run, its settings logged as parameters."""
    experiment = experiment_of(config.name)
    run = client.create_run(
        experiment,
        start_time=int(opened * 1000),
        tags={**_tags(config), names.OWNER: owner.token, names.NOTE: note.started(config)},
        run_name=time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(opened)),
    )
    _log_settings(client, run.info.run_id, config)
    return Session(run.info.run_id, experiment, owner, opened, opened)


def _resumed(client: MlflowClient, config: TrainConfig, opened: float) -> Session | None:
    """None unless the newest run of these settings was interrupted and no other process has resumed it."""
    own = f"tags.`{names.KIND}` = '{names.TRAINING_KIND}'"
    same = f"tags.`{names.CONFIG_SHA256}` = '{config_hash(config)}'"
    newest = client.search_runs(
        [experiment_of(config.name)],
        f"{own} and {same}",
        max_results=1,
        order_by=["attributes.start_time DESC"],
    )
    if not newest or newest[0].info.status != names.KILLED:
        return None
    owner = Owner.claim_soon(newest[0].data.tags.get(names.OWNER, ""))
    if owner is None:
        return None
    info, tags = newest[0].info, newest[0].data.tags
    interruptions = int(tags.get(names.INTERRUPTIONS, "1"))
    _set_running(client, config, newest[0], interruptions)
    data = tags.get(names.DATA_FINGERPRINT, ""), tags.get(names.FIT_SHA256, "")
    start = info.start_time / 1000
    return Session(info.run_id, info.experiment_id, owner, start, opened, data, interruptions)


def _set_running(client: MlflowClient, config: TrainConfig, run: MlflowRun, interruptions: int) -> None:
    run_id = run.info.run_id
    tags = {**_tags(config), names.NOTE: note.started(config, interruptions)}
    client.log_batch(run_id, tags=[RunTag(name, value) for name, value in tags.items()])
    client.update_run(run_id, status=names.RUNNING)
    _log_settings(client, run_id, config)


def _tags(config: TrainConfig) -> dict[str, str]:
    revision = git_revision()
    return {
        names.KIND: names.TRAINING_KIND,
        names.CONFIG_SHA256: config_hash(config),
        "headroom.config": config.name,
        "headroom.adapter": config.adapter,
        "headroom.git_revision": revision,
        "mlflow.source.name": "experiments/train.py",
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": revision.removesuffix("+dirty"),
        "mlflow.user": _user(),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _log_settings(client: MlflowClient, run_id: str, config: TrainConfig) -> None:
    settings = flat_settings(config)
    ordered = sorted(settings)
    for first in range(0, len(ordered), BATCH):
        batch = [Param(name, settings[name][:500]) for name in ordered[first : first + BATCH]]
        client.log_batch(run_id, params=batch)
