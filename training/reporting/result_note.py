"""The Markdown description of a training's run: its data, and at the end its results."""

from collections.abc import Sequence

from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.data.prepare import TrainingData
from training.evaluation.gate import GateReport
from training.fidelity.finding import Finding
from training.reporting import breakdown, note, reference
from training.reporting.result import EvaluatedModel, Registration

PLOTS = ("roc_ks", "calibration", "gains", "shap", "themes", "stability", "model_comparison", "tuning")


def data_known(config: TrainConfig, data: TrainingData, interruptions: int = 0) -> str:
    """Of a training that goes on, once its data is split."""
    split = data.split
    warnings = "\n".join(f"- {text}" for text in data.warnings)
    sets = _sets(split.fit, split.calibration, split.test)
    return "\n\n".join(part for part in (note.started(config, interruptions), sets, warnings) if part)


def result(evaluated: EvaluatedModel, registration: Registration, plots: str) -> str:
    """Once the model is registered.

    Args:
        evaluated: the model with its evaluation.
        registration: where it is on record.
        plots: link to the folder of plots, to which a file name can be added.
    """
    split, config = evaluated.trained.split, evaluated.trained.config
    parts = [
        _verdict(evaluated.gate, registration),
        f"{_in_short(evaluated)} {_reasons(evaluated.findings)}",
        "Plots: " + ", ".join(f"[{name.replace('_', ' ')}]({plots}/{name}.png)" for name in PLOTS),
        _metrics(evaluated),
        breakdown.markdown(evaluated.evaluation),
        reference.markdown(evaluated.bundle.extra.get("reference", {}), evaluated.findings),
        _sets(split.fit, split.calibration, split.test),
        f"Configuration `{config.name}`, target: {split.cohort.target}.",
        f"Bundle `{registration.bundle_sha256[:16]}`, code `{evaluated.bundle.spec.info.git_revision[:12]}`, "
        f"data `{split.cohort.data_fingerprint[:16]}`.",
    ]
    return "\n\n".join(part for part in parts if part)


def _verdict(gate: GateReport, registration: Registration) -> str:
    model = f"`{registration.model_name}` version {registration.model_version}"
    if gate.passed:
        return f"**Gate passed**: {model} is champion ({len(gate.checks)} checks)."
    failures = "".join(f"\n- {check.why}" for check in gate.failures)
    return f"**Gate not passed**: {model} is not promoted.\n{failures}"


def _in_short(evaluated: EvaluatedModel) -> str:
    metrics = evaluated.evaluation.metrics
    return f"AUC {metrics['auc']:.4f}, KS {metrics['ks']:.4f} on the test set."


def _metrics(evaluated: EvaluatedModel) -> str:
    evaluation, tuned = evaluated.evaluation, evaluated.trained.tuned
    metrics, auc, ks = evaluation.metrics, evaluation.intervals["auc"], evaluation.intervals["ks"]
    compared = ", ".join(f"{row.name} {row.auc:.4f}" for row in evaluated.comparison.rows)
    rows = [
        "| test set | value |",
        "|---|---|",
        f"| AUC (95 % interval) | {metrics['auc']:.4f} ({auc.low:.4f} to {auc.high:.4f}) |",
        f"| KS (95 % interval) | {metrics['ks']:.4f} ({ks.low:.4f} to {ks.high:.4f}) |",
        f"| calibration slope, ECE | {metrics['calibration_slope']:.3f}, {metrics['ece']:.2%} |",
        f"| AUC of compared models | {compared} |",
        f"| best of {len(tuned.trials)} trials, validation | {tuned.value:.4f} |",
    ]
    warning = "" if evaluated.validation is None else evaluated.validation.warning
    return "\n".join(rows) + (f"\n\n**Warning**: {warning}." if warning else "")


def _reasons(findings: Sequence[Finding]) -> str:
    tested = [finding for finding in findings if finding.gate is not None]
    passed = sum(finding.passed for finding in tested)
    failures = ", ".join(f"`{finding.name}`" for finding in tested if not finding.passed)
    return f"Reasons: {passed} of {len(tested)} fidelity tests passed" + (
        f"; not passed: {failures}." if failures else "."
    )


def _sets(fit: Cohort, calibration: Cohort | None, test: Cohort) -> str:
    sets = {"fit": fit, "calibration": calibration, "test": test}
    rows = [
        f"| {name} | {rows.n:,} | {rows.n_accounts:,} | {rows.bad.mean():.2%} |"
        for name, rows in sets.items()
        if rows is not None
    ]
    return "\n".join(["| set | rows | accounts | bad rate |", "|---|---:|---:|---:|", *rows])
