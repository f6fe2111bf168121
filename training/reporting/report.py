"""The JSON report of a training, with flat keys, and the rows of the table printed at its end."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from features import paths
from training.evaluation.evaluate import Evaluation
from training.evaluation.gate import GateReport
from training.evaluation.model_comparison import MONOTONE, SCORECARD, UNCONSTRAINED, ModelComparison
from training.evaluation.validation_comparison import ValidationComparison
from training.fidelity.finding import Finding
from training.reporting import breakdown, reference
from training.reporting.result import Value

OLDER_NAMES = {
    "auc_unconstrained": "auc_free",
    "ks_unconstrained": "ks_free",
    "auc_loss_from_monotone_constraints": "auc_price_of_monotone",
    "reference_sources_imputed": "reference_sources_donated",
    "seconds_model_comparison": "seconds_price",
}
"""Keys that reports had before, by the key that replaces them; both are written."""


def evaluation_keys(evaluation: Evaluation) -> dict[str, Value]:
    """Metrics, intervals, months and other parts of the test set, flat."""
    flat: dict[str, Value] = dict(evaluation.metrics)
    for name, interval in evaluation.intervals.items():
        flat[f"{name}_ci_low"], flat[f"{name}_ci_high"] = interval.low, interval.high
    for month in evaluation.months:
        key = month.month.replace("-", "_")
        flat[f"month_{key}_n"] = month.n
        flat[f"month_{key}_bad_rate"] = month.bad_rate
        flat[f"month_{key}_mean_pd"] = month.mean_pd
        for name in ("auc", "ks", "calibration_slope"):
            if name in month.metrics:
                flat[f"month_{key}_{name}"] = month.metrics[name]
    return {**flat, **breakdown.part_keys(evaluation.parts), **breakdown.tier_keys(evaluation.tiers)}


def comparison_keys(comparison: ModelComparison) -> dict[str, Value]:
    """AUC and KS of the compared models, and the AUC lost by the monotone constraints."""
    free, kept = comparison.auc(UNCONSTRAINED), comparison.auc(MONOTONE)
    return {
        "auc_unconstrained": free,
        "auc_monotone": kept,
        "auc_scorecard": comparison.auc(SCORECARD),
        "ks_unconstrained": comparison.ks(UNCONSTRAINED),
        "ks_monotone": comparison.ks(MONOTONE),
        "ks_scorecard": comparison.ks(SCORECARD),
        "auc_loss_from_monotone_constraints": None if free is None or kept is None else free - kept,
    }


def validation_keys(validation: ValidationComparison | None) -> dict[str, Value]:
    """Validation AUC beside the test AUC (`auc`), whether they agree, and a warning where they do not."""
    if validation is None:
        return {"auc_validation": None, "auc_validation_agrees": None, "auc_validation_warning": ""}
    return {
        "auc_validation": validation.validation,
        "auc_validation_less_test_ci_low": validation.difference.low,
        "auc_validation_less_test_ci_high": validation.difference.high,
        "auc_validation_agrees": validation.agree,
        "auc_validation_warning": validation.warning,
    }


def gate_keys(gate: GateReport) -> dict[str, Value]:
    """Whether the gate passed, which checks failed and why, and against which champion."""
    return {
        "gate_passed": gate.passed,
        "gate_failures": "; ".join(check.why for check in gate.failures),
        "gate_champion_before": gate.champion,
        **{f"gate_{check.name}": check.passed for check in gate.checks},
    }


def fidelity_keys(findings: Iterable[Finding]) -> dict[str, Value]:
    """Each finding, its number of cases, its limit, whether it holds, and a limit that is not the default."""
    flat: dict[str, Value] = {}
    for finding in findings:
        name = finding.name
        flat[name], flat[f"{name}_cases"] = float(finding.value), finding.cases
        if finding.gate is not None:
            flat[f"{name}_gate"], flat[f"{name}_passed"] = finding.gate, finding.passed
        if finding.usual is not None:
            flat[f"{name}_usual_gate"], flat[f"{name}_gate_why"] = finding.usual, finding.why
    return flat


def fidelity_metrics(findings: Iterable[Finding]) -> dict[str, Value]:
    """Each finding's value, as MLflow's metrics are named."""
    return {f"fidelity_{finding.name}": float(finding.value) for finding in findings}


def with_older_names(report: Mapping[str, Value]) -> dict[str, Value]:
    """The report with every key that reports had before."""
    older = {old: report[new] for new, old in OLDER_NAMES.items() if new in report}
    return {**report, **older}


def path_of(config_name: str) -> Path:
    """Where the report of a configuration is written."""
    return paths.reports() / f"train-{config_name}.json"


def write(config_name: str, report: Mapping[str, Value]) -> Path:
    """Writes the report of a training."""
    return write_to(path_of(config_name), with_older_names(report))


def write_to(path: Path, report: Mapping[str, Value]) -> Path:
    """Writes a report atomically, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".tmp")
    fresh.write_text(
        json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )
    fresh.replace(path)
    return path


def summary_rows(report: Mapping[str, Value]) -> dict[str, str]:
    """The rows of the table at the end of a training."""
    return {
        "rows: all / fit / test": f"{report['n_rows']:,} / {report['n_train']:,} / {report['n_test']:,}",
        "accounts, features": f"{report['n_accounts']:,}, {report['n_features']}",
        "bad rate": f"{report['bad_rate']:.2%}",
        "observations left out": str(report["left_out"]) or "none",
        "trials (of which resumed)": f"{report['trials']} ({report['trials_resumed']})",
        "AUC, test set": _with_interval(report, "auc"),
        "AUC, validation of tuning": _validation(report),
        "KS, test set": _with_interval(report, "ks"),
        "calibration slope, ECE": f"{report['calibration_slope']:.3f}, {report['ece']:.2%}",
        **breakdown.summary_rows(report),
        "AUC unconstrained / monotone / WOE": _compared(report),
        "cut-off": str(report["cutoff"]),
        **reference.summary_rows(report),
        "fidelity tests: passed / all": _fidelity(report),
        "gate": "passed" if report["gate_passed"] else f"NOT passed: {report['gate_failures']}",
        "model": f"{report['model_name']} version {report['model_version']}{_alias(report)}",
        "bundle": str(report["bundle_sha256"])[:16],
        "wall time, peak memory": f"{report['wall_seconds']:.0f} s, {report['peak_rss_mb']:.0f} MB",
    }


def _with_interval(report: Mapping[str, Value], name: str) -> str:
    return f"{report[name]:.4f}  ({report[f'{name}_ci_low']:.4f} to {report[f'{name}_ci_high']:.4f})"


def _validation(report: Mapping[str, Value]) -> str:
    value = report.get("auc_validation")
    if value is None:
        return "not measured"
    return f"{value:.4f}, {'agrees with' if report['auc_validation_agrees'] else 'NOT that of'} the test set"


def _fidelity(report: Mapping[str, Value]) -> str:
    passed = [value for name, value in report.items() if name.startswith("gate_reasons_")]
    return f"{sum(map(bool, passed))} / {len(passed)}" if passed else "not tested"


def _compared(report: Mapping[str, Value]) -> str:
    values = (report["auc_unconstrained"], report["auc_monotone"], report["auc_scorecard"])
    return " / ".join("–" if value is None else f"{value:.4f}" for value in values)


def _alias(report: Mapping[str, Value]) -> str:
    return ", champion" if report["gate_passed"] else ", not promoted"
