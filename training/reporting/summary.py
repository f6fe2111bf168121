"""Assembles the flat report of a training."""

import time

from features.provenance import git_revision, peak_rss_mb
from training.config.cutoff import in_words
from training.config.files import config_hash
from training.reporting import report
from training.reporting.result import EvaluatedModel, Registration, Value


def summarise(
    evaluated: EvaluatedModel, registration: Registration, seconds: dict[str, float]
) -> dict[str, Value]:
    """All figures of a training under flat keys, units in the names."""
    wall = {f"seconds_{name}": value for name, value in seconds.items()}
    return {
        **identity(evaluated, registration),
        **sizes(evaluated),
        **report.evaluation_keys(evaluated.evaluation),
        **report.validation_keys(evaluated.validation),
        **report.comparison_keys(evaluated.comparison),
        **report.fidelity_keys(evaluated.findings),
        **report.gate_keys(evaluated.gate),
        **reference_figures(evaluated),
        **wall,
        "cpu_seconds": time.process_time(),
        "peak_rss_mb": peak_rss_mb(),
    }


def identity(evaluated: EvaluatedModel, registration: Registration) -> dict[str, Value]:
    """Configuration, data, code, and where the model is on record."""
    trained = evaluated.trained
    return {
        "config": trained.config.name,
        "config_sha256": config_hash(trained.config),
        "run_id": registration.run_id,
        "bundle_sha256": registration.bundle_sha256,
        "model_name": registration.model_name,
        "model_version": registration.model_version,
        "git_revision": git_revision(),
        "data_fingerprint": trained.split.cohort.data_fingerprint,
        "target": trained.split.cohort.target,
        "study": trained.tuned.study,
        "cutoff": in_words(trained.config),
    }


def reference_figures(evaluated: EvaluatedModel) -> dict[str, Value]:
    """Figures of the reference set."""
    described = evaluated.bundle.extra.get("reference", {})
    return {name: value for name, value in described.items() if isinstance(value, float | int)}


def sizes(evaluated: EvaluatedModel) -> dict[str, Value]:
    """Numbers of rows, accounts, features, trials and trees."""
    trained = evaluated.trained
    split, tuned, cohort = trained.split, trained.tuned, trained.split.cohort
    left_out = {f"left_out_{reason.replace(' ', '_')}": n for reason, n in cohort.left_out.items()}
    return {
        "n_rows": cohort.n,
        "n_accounts": cohort.n_accounts,
        "n_train": split.fit.n,
        "n_calibration": 0 if split.calibration is None else split.calibration.n,
        "n_test": split.test.n,
        "n_bad_test": int(split.test.bad.sum()),
        "bad_rate": float(cohort.bad.mean()),
        "bad_rate_train": float(split.fit.bad.mean()),
        "bad_rate_test": float(split.test.bad.mean()),
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
