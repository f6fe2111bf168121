"""The MLflow server that `make ui` starts: MLflow's own, opened on the experiments of models.

It also marks trainings as killed whose process has ended, so that none is shown as running for ever.

MLflow 3 opens on a home page for generative AI, with an assistant panel beside it, and shows an experiment by
its traces. The browser keeps those choices in its local storage; this page presets them where there are none.
"""

import threading
import time
from contextlib import suppress
from pathlib import Path

from fastapi import FastAPI
from flask import Response
from mlflow.exceptions import MlflowException
from mlflow.server import app as pages
from mlflow.server.fastapi_app import app as server

from training.reporting.tracking.interruptions import mark_interrupted

PRESETS = {
    "mlflow.workflowType_v1": '"machine_learning"',
    "mlflow.assistant.fab.autoOpenedOnFirstLoad_v1": "true",
}
"""Keys of the local storage, as MLflow 3.17's page names them, and their values."""
START = "#/experiments"
SECONDS = 15.0
"""Time between two searches for interrupted trainings."""


def create_app() -> FastAPI:
    """MLflow's app, as the entry point that `training.reporting.ui` names; starts a background thread."""
    threading.Thread(target=_mark_for_ever, daemon=True).start()
    open_on_experiments()
    assert isinstance(server, FastAPI)
    return server


def open_on_experiments() -> None:
    """Replaces MLflow's page."""
    page = _opening_page(Path(str(pages.static_folder)) / "index.html")
    pages.view_functions["serve"] = lambda: Response(page, mimetype="text/html")


def _mark_for_ever() -> None:
    while True:
        with suppress(MlflowException, OSError):  # the next search finds them
            mark_interrupted()
        time.sleep(SECONDS)


def _opening_page(index: Path) -> str:
    presets = "".join(
        f"if (localStorage.getItem('{key}') === null) localStorage.setItem('{key}', '{value}');"
        for key, value in PRESETS.items()
    )
    start = f"if (['', '#', '#/'].includes(location.hash)) location.replace('{START}');"
    script = f"<script>{presets}{start}</script>"
    return index.read_text(encoding="utf-8").replace("<head>", f"<head>{script}", 1)
