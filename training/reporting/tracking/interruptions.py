"""Marks trainings whose process has ended before the training did."""

from mlflow.entities import Run as MlflowRun
from mlflow.entities import RunTag
from mlflow.tracking import MlflowClient

from training.reporting import note
from training.reporting.tracking import names
from training.reporting.tracking.owner import Owner
from training.reporting.tracking.store import EXPERIMENT, client


def mark_interrupted() -> tuple[str, ...]:
    """Sets the status of every interrupted training to KILLED; returns the ids of their runs."""
    own = client()
    found = own.search_experiments(filter_string=f"name LIKE '{EXPERIMENT}%'")
    if not found:
        return ()
    running = own.search_runs(
        [experiment.experiment_id for experiment in found],
        f"attributes.status = '{names.RUNNING}' and tags.`{names.KIND}` = '{names.TRAINING_KIND}'",
    )
    return tuple(run.info.run_id for run in running if _mark_if_ended(own, run))


def _mark_if_ended(own: MlflowClient, found: MlflowRun) -> bool:
    """Marks under the lock of the training, so that none resumes it meanwhile."""
    owner = Owner.claim(found.data.tags.get(names.OWNER, ""))
    if owner is None:
        return False
    run = own.get_run(found.info.run_id)
    ended = bool(run.info.status == names.RUNNING)
    if ended:
        mark(own, run)
    owner.release(keep=True)
    return ended


def mark(own: MlflowClient, run: MlflowRun) -> None:
    """Sets a training and its unfinished trials to KILLED; counts the interruption."""
    run_id, before = run.info.run_id, run.data.tags
    count = int(before.get(names.INTERRUPTIONS, "0")) + 1
    text = note.interrupted(before.get(names.STAGE, ""), before.get(names.NOTE, ""))
    own.log_batch(run_id, tags=[RunTag(names.INTERRUPTIONS, str(count)), RunTag(names.NOTE, text)])
    own.update_run(run_id, status=names.KILLED)
    unfinished = f"tags.`{names.PARENT}` = '{run_id}' and attributes.status = '{names.RUNNING}'"
    for trial in own.search_runs([run.info.experiment_id], unfinished):
        own.update_run(trial.info.run_id, status=names.KILLED)
