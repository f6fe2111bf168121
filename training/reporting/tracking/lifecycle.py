"""Starts, resumes and ends the run of a training."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import mlflow

from training.config.schema import TrainConfig
from training.reporting.tracking import names
from training.reporting.tracking.interruptions import mark_interrupted
from training.reporting.tracking.run import Run
from training.reporting.tracking.session import open_session
from training.reporting.tracking.store import client, use_store

MAX_ERROR = 500
"""Characters of an error message in its tag."""


@contextmanager
def run(config: TrainConfig, *, fresh: bool = False) -> Iterator[Run]:
    """The run of a training, from its start to its end.

    It ends FINISHED, FAILED with the error as a tag, or KILLED when the process is interrupted. One whose
    process is killed outright stays RUNNING until the next training or `make ui` marks it KILLED. A training
    resumes the KILLED run of equal settings and data when it is the newest of these settings.

    Args:
        config: the settings, logged as parameters.
        fresh: start a new run even when one could be resumed.
    """
    opened = time.time()
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    use_store()
    mark_interrupted()
    session = open_session(client(), config, opened, fresh=fresh)
    try:
        mlflow.set_experiment(experiment_id=session.experiment_id)
        current = Run(config, client(), session)
    except BaseException:
        session.owner.release(keep=True)
        raise
    try:
        yield current
    except Exception as error:
        current.close(names.FAILED, one_line(error))
        raise
    except BaseException:
        current.close(names.KILLED)
        raise
    current.close(names.FINISHED)


def one_line(error: Exception) -> str:
    """Type and message of an error on one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:MAX_ERROR]
