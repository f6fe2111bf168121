"""Puts an evaluated model on record: plots and tables, artifacts and description of its run, the registry."""

import shutil
from pathlib import Path

from features import paths
from training.reporting import result_note
from training.reporting.drawing import draw_all
from training.reporting.result import EvaluatedModel, Registration
from training.reporting.tables import write_tables
from training.reporting.tracking.names import BUNDLE_SHA256
from training.reporting.tracking.registry import model_name
from training.reporting.tracking.run import Run


def record(evaluated: EvaluatedModel, bundle: Path, run: Run) -> Registration:
    """Writes plots and tables under `var/reports`, logs them, and registers the model.

    Args:
        evaluated: the model with its evaluation.
        bundle: folder of its published bundle, named by its SHA-256.
        run: the training's run.
    """
    trained, gate = evaluated.trained, evaluated.gate
    folder = paths.reports() / trained.config.name
    shutil.rmtree(folder, ignore_errors=True)
    draw_all(folder / "plots", evaluated)
    write_tables(folder / "tables", evaluated)
    run.log_files(folder)
    run.set_tags({BUNDLE_SHA256: bundle.name, "headroom.trained_at": evaluated.bundle.spec.info.trained_at})
    version = run.register(bundle, trained.model.catalogue, champion=gate.passed)
    registration = Registration(run.run_id, model_name(trained.config.name), version, bundle.name)
    text = result_note.result(evaluated, registration, run.artifacts_url("plots"))
    run.set_note(text)
    (folder / "report.md").write_text(text + "\n", encoding="utf-8")
    return registration
