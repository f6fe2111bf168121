"""Writes the tables of a training as files."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from training.evaluation.model_comparison import ModelComparison
from training.model.tuning_result import TrialRecord
from training.reporting.result import EvaluatedModel


def write_tables(folder: Path, evaluated: EvaluatedModel) -> None:
    """Model comparison, gate checks, fidelity findings, trials, and the scorecard's bins and points."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_comparison(folder, evaluated.comparison)
    _write_json(folder / "gate.json", [asdict(check) for check in evaluated.gate.checks])
    findings = [{**asdict(finding), "passed": finding.passed} for finding in evaluated.findings]
    _write_json(folder / "fidelity.json", findings)
    _write_trials(folder / "trials.csv", evaluated.trained.tuned.trials)


def _write_comparison(folder: Path, comparison: ModelComparison) -> None:
    rows = [
        {"model": row.name, "auc": row.auc, "ks": row.ks, **asdict(row.interval)} for row in comparison.rows
    ]
    pl.DataFrame(rows).write_csv(folder / "model_comparison.csv", float_precision=5)
    if comparison.scorecard is not None:
        comparison.scorecard.table.write_csv(folder / "scorecard.csv", float_precision=5)


def _write_trials(path: Path, trials: Sequence[TrialRecord]) -> None:
    rows = [
        {"number": t.number, "state": t.state, "value": t.value, "rounds": t.rounds, **t.params}
        for t in trials
    ]
    pl.DataFrame(rows, infer_schema_length=None).write_csv(path)


def _write_json(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False, default=str), encoding="utf-8")
