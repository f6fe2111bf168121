"""The MLflow server that `make ui` starts: MLflow's own, opened on the experiments of models.

MLflow 3 opens on a home page for generative AI, with an assistant panel beside it, and shows an experiment by
its traces. The browser keeps those choices in its local storage; this page presets them where there are none.
"""

from pathlib import Path

from fastapi import FastAPI
from flask import Response
from mlflow.server import app as pages
from mlflow.server.fastapi_app import app as server

PRESETS = {
    "mlflow.workflowType_v1": '"machine_learning"',
    "mlflow.assistant.fab.autoOpenedOnFirstLoad_v1": "true",
}
"""Keys of the local storage, as MLflow 3.17's page names them, and their values."""
START = "#/experiments"


def create_app() -> FastAPI:
    """MLflow's app; named as the entry point `headroom` of `mlflow.app` (see `training.reporting.ui`)."""
    page = _opening_page(Path(str(pages.static_folder)) / "index.html")
    pages.view_functions["serve"] = lambda: Response(page, mimetype="text/html")
    assert isinstance(server, FastAPI)
    return server


def _opening_page(index: Path) -> str:
    presets = "".join(
        f"if (localStorage.getItem('{key}') === null) localStorage.setItem('{key}', '{value}');"
        for key, value in PRESETS.items()
    )
    start = f"if (['', '#', '#/'].includes(location.hash)) location.replace('{START}');"
    script = f"<script>{presets}{start}</script>"
    return index.read_text(encoding="utf-8").replace("<head>", f"<head>{script}", 1)
