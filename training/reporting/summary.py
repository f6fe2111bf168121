"""Puts the flat report of a training together."""

import time

from features.provenance import git_revision, peak_rss_mb
from training.config.files import config_hash
from training.reporting import report
from training.reporting.result import EvaluatedModel, Registration, Value


def summarise(
    judged: EvaluatedModel, registered: Registration, seconds: dict[str, float]
) -> dict[str, Value]:
    """All figures of a training under flat keys, units in the names."""
    wall = {f"seconds_{name}": value for name, value in seconds.items()}
    return {
        **identity(judged, registered),
        **sizes(judged),
        **report.evaluation_keys(judged.found),
        **report.price_keys(judged.prices),
        **report.fidelity_keys(judged.findings),
        **report.gate_keys(judged.gate),
        **trained_reference(judged),
        **wall,
        "cpu_seconds": time.process_time(),
        "peak_rss_mb": peak_rss_mb(),
    }


def identity(judged: EvaluatedModel, registered: Registration) -> dict[str, Value]:
    """What was trained, from what, and where it is on record."""
    trained = judged.trained
    return {
        "config": trained.config.name,
        "config_sha256": config_hash(trained.config),
        "run_id": registered.run_id,
        "bundle_sha256": registered.bundle_sha256,
        "model_name": registered.model_name,
        "model_version": registered.model_version,
        "git_revision": git_revision(),
        "data_fingerprint": trained.source.cohort.data_fingerprint,
        "target": trained.source.cohort.target,
        "study": trained.tuned.study,
    }


def trained_reference(judged: EvaluatedModel) -> dict[str, Value]:
    """Whom the reasons compare with."""
    described = judged.bundle.extra.get("reference", {})
    return {name: value for name, value in described.items() if isinstance(value, float | int)}


def sizes(judged: EvaluatedModel) -> dict[str, Value]:
    """How much of everything there was."""
    trained = judged.trained
    cohort, split, tuned = trained.source.cohort, trained.split, trained.tuned
    left_out = {f"left_out_{reason.replace(' ', '_')}": n for reason, n in cohort.left_out.items()}
    return {
        "n_rows": cohort.n,
        "n_accounts": cohort.n_accounts,
        "n_train": len(split.fit),
        "n_calibration": len(split.calibration),
        "n_test": len(split.test),
        "n_bad_test": int(cohort.bad[split.test].sum()),
        "bad_rate": float(cohort.bad.mean()),
        "bad_rate_train": float(cohort.bad[split.fit].mean()),
        "bad_rate_test": float(cohort.bad[split.test].mean()),
        **left_out,
        "left_out": ", ".join(f"{reason} {n}" for reason, n in cohort.left_out.items() if n),
        "n_features": len(cohort.matrix.catalogue.names),
        "n_themes": len(cohort.matrix.catalogue.themes),
        "trials": len(tuned.trials),
        "trials_pruned": sum(trial.state == "pruned" for trial in tuned.trials),
        "trials_resumed": tuned.resumed,
        "validation_metric": trained.config.tuning.metric,
        "validation_value": tuned.value,
        "rounds": tuned.rounds,
        "n_trees": trained.model.booster.num_trees(),
        "calibration_line_slope": trained.model.calibration.slope,
        "calibration_line_intercept": trained.model.calibration.intercept,
    }
