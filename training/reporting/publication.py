"""Puts a judged model on record: plots, tables, MLflow, the bundle store, and the champion pointer."""

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

import polars as pl

from features import paths
from serving.model.bundle import BundleStore, save
from training.config.files import flat_settings
from training.reporting.drawing import draw_all
from training.reporting.report import evaluation_keys, price_keys
from training.reporting.result import EvaluatedModel, Registration
from training.reporting.tracking import RunRecord, record


def publish(judged: EvaluatedModel, store: BundleStore) -> Registration:
    """Draws, logs, registers; publishes the bundle, and promotes it when the gate passed."""
    name = judged.trained.config.name
    folder = paths.reports() / name
    shutil.rmtree(folder, ignore_errors=True)
    draw_all(folder / "plots", judged)
    write_tables(folder / "tables", judged)
    sha256 = store.publish(judged.bundle)
    with tempfile.TemporaryDirectory() as scratch:
        bundle = Path(scratch) / "bundle"
        save(judged.bundle, bundle)
        run_id, version = record(_run(judged, folder, bundle, sha256))
    if judged.gate.passed:
        store.promote(name, sha256, version)
    return Registration(run_id, f"headroom-{name}", version, sha256)


def _run(judged: EvaluatedModel, folder: Path, bundle: Path, sha256: str) -> RunRecord:
    trained, info = judged.trained, judged.bundle.spec.info
    reasons = {f"fidelity_{found.name}": float(found.value) for found in judged.findings}
    figures = {**evaluation_keys(judged.found), **price_keys(judged.prices), **reasons}
    return RunRecord(
        config_name=trained.config.name,
        config=flat_settings(trained.config),
        tags={
            "bundle_sha256": sha256,
            "data_fingerprint": info.data_fingerprint,
            "git_revision": info.git_revision,
            "target": info.target,
            "trained_at": info.trained_at,
            "gate_passed": str(judged.gate.passed).lower(),
        },
        metrics={name: value for name, value in figures.items() if isinstance(value, float | int)},
        files=folder,
        trials=trained.tuned.trials,
        cohort=trained.source.cohort,
        split=trained.split,
        bundle=bundle,
        catalogue=trained.model.catalogue,
        promote=judged.gate.passed,
    )


def write_tables(folder: Path, judged: EvaluatedModel) -> None:
    """The price table, the gate's checks, the trials, and the scorecard's bins and points, as files."""
    folder.mkdir(parents=True, exist_ok=True)
    prices = [
        {"model": row.name, "auc": row.auc, "ks": row.ks, **asdict(row.interval)}
        for row in judged.prices.rows
    ]
    pl.DataFrame(prices).write_csv(folder / "price.csv", float_precision=5)
    checks = [asdict(check) for check in judged.gate.checks]
    (folder / "gate.json").write_text(json.dumps(checks, indent=1, default=str), encoding="utf-8")
    findings = [{**asdict(found), "passed": found.passed} for found in judged.findings]
    (folder / "fidelity.json").write_text(
        json.dumps(findings, indent=1, ensure_ascii=False), encoding="utf-8"
    )
    trials = [{"number": t.number, "state": t.state, "value": t.value, "rounds": t.rounds, **t.params}
              for t in judged.trained.tuned.trials]  # fmt: skip
    pl.DataFrame(trials, infer_schema_length=None).write_csv(folder / "trials.csv")
    if judged.prices.scorecard is not None:
        judged.prices.scorecard.table.write_csv(folder / "scorecard.csv", float_precision=5)
