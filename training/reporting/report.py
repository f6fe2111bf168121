"""The report of a training: flat keys a program can read, and the table a person reads."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from features import paths
from training.evaluation.evaluate import Evaluation
from training.evaluation.gate import GateReport
from training.evaluation.model_comparison import FREE, MONOTONE, SCORECARD, ModelComparison
from training.fidelity.finding import Finding
from training.reporting.result import Value


def evaluation_keys(found: Evaluation) -> dict[str, Value]:
    """Figures, intervals and months, flat."""
    flat: dict[str, Value] = dict(found.metrics)
    for name, interval in found.intervals.items():
        flat[f"{name}_ci_low"], flat[f"{name}_ci_high"] = interval.low, interval.high
    for month in found.months:
        key = month.month.replace("-", "_")
        flat[f"month_{key}_n"] = month.n
        flat[f"month_{key}_bad_rate"] = month.bad_rate
        flat[f"month_{key}_mean_pd"] = month.mean_pd
        for name in ("auc", "ks", "calibration_slope"):
            if name in month.metrics:
                flat[f"month_{key}_{name}"] = month.metrics[name]
    return flat


def price_keys(prices: ModelComparison) -> dict[str, Value]:
    """AUC and KS of the models side by side, and what the constraints cost."""
    free, kept = prices.auc(FREE), prices.auc(MONOTONE)
    return {
        "auc_free": free,
        "auc_monotone": kept,
        "auc_scorecard": prices.auc(SCORECARD),
        "ks_free": prices.ks(FREE),
        "ks_monotone": prices.ks(MONOTONE),
        "ks_scorecard": prices.ks(SCORECARD),
        "auc_price_of_monotone": None if free is None or kept is None else free - kept,
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
    """Each finding, the number of cases it rests on, whether it holds, and a gate that is not the usual."""
    flat: dict[str, Value] = {}
    for found in findings:
        flat[found.name], flat[f"{found.name}_cases"] = float(found.value), found.cases
        if found.gate is not None:
            flat[f"{found.name}_gate"], flat[f"{found.name}_passed"] = found.gate, found.passed
        if found.usual is not None:
            flat[f"{found.name}_usual_gate"], flat[f"{found.name}_gate_why"] = found.usual, found.why
    return flat


def path_of(config_name: str) -> Path:
    """Where the report of a configuration is written."""
    return paths.reports() / f"train-{config_name}.json"


def write(config_name: str, report: Mapping[str, Value]) -> Path:
    """Writes the report of a training."""
    return write_to(path_of(config_name), report)


def write_to(path: Path, report: Mapping[str, Value]) -> Path:
    """Writes a report in one step, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".tmp")
    fresh.write_text(
        json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )
    fresh.replace(path)
    return path


def shown(report: Mapping[str, Value]) -> dict[str, str]:
    """The rows of the end table."""
    return {
        "rows: all / train / test": f"{report['n_rows']:,} / {report['n_train']:,} / {report['n_test']:,}",
        "accounts, features": f"{report['n_accounts']:,}, {report['n_features']}",
        "bad rate": f"{report['bad_rate']:.2%}",
        "left out": str(report["left_out"]) or "nobody",
        "trials (of these found in the store)": f"{report['trials']} ({report['trials_resumed']})",
        "AUC on the test set": _with_interval(report, "auc"),
        "KS on the test set": _with_interval(report, "ks"),
        "calibration slope, ECE": f"{report['calibration_slope']:.3f}, {report['ece']:.2%}",
        "AUC free / monotone / scorecard": _prices(report),
        "reasons: tests held / made": _reasons(report),
        "gate": "passed" if report["gate_passed"] else f"NOT passed: {report['gate_failures']}",
        "model": f"{report['model_name']} version {report['model_version']}{_alias(report)}",
        "bundle": str(report["bundle_sha256"])[:16],
        "wall time, peak memory": f"{report['wall_seconds']:.0f} s, {report['peak_rss_mb']:.0f} MB",
    }


def _with_interval(report: Mapping[str, Value], name: str) -> str:
    return f"{report[name]:.4f}  ({report[f'{name}_ci_low']:.4f} to {report[f'{name}_ci_high']:.4f})"


def _reasons(report: Mapping[str, Value]) -> str:
    held = [value for name, value in report.items() if name.startswith("gate_reasons_")]
    return f"{sum(map(bool, held))} / {len(held)}" if held else "not examined"


def _prices(report: Mapping[str, Value]) -> str:
    values = (report["auc_free"], report["auc_monotone"], report["auc_scorecard"])
    return " / ".join("–" if value is None else f"{value:.4f}" for value in values)


def _alias(report: Mapping[str, Value]) -> str:
    return ", champion" if report["gate_passed"] else ", not promoted"
