"""Draws every plot of a training into one folder."""

from pathlib import Path

import numpy as np

from training.evaluation.evaluate import Evaluation
from training.evaluation.explain import MAX_REFERENCE, feature_effects, sample
from training.model.cross_fitting import codes
from training.reporting.plots import calibration, importance, ranking, tuning
from training.reporting.plots.fidelity import findings_plot
from training.reporting.plots.model_comparison import model_comparison
from training.reporting.result import EvaluatedModel

SHAP_ROWS = 1000
"""Test rows in the SHAP summary."""


def draw_all(folder: Path, evaluated: EvaluatedModel) -> list[Path]:
    """Writes the PNG files; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    config, tuned = evaluated.trained.config, evaluated.trained.tuned
    _discrimination(folder, evaluated.evaluation)
    _calibration(folder, evaluated.evaluation)
    _importance(folder, evaluated)
    tuning.history(folder / "tuning.png", tuned.trials, config.tuning.metric)
    if evaluated.findings:
        findings_plot(evaluated.findings, folder / "fidelity.png")
    model_comparison(folder / "model_comparison.png", evaluated.comparison.rows)
    return sorted(folder.glob("*.png"))


def _discrimination(folder: Path, evaluation: Evaluation) -> None:
    test, scored = evaluation.cohort, evaluation.scored
    ranking.roc(folder / "roc_ks.png", test.bad, scored.pd, evaluation.intervals["auc"])
    ranking.gains(folder / "gains.png", test.bad, scored.pd)
    ranking.distribution(folder / "score_distribution.png", test.bad, scored.score.astype(float))


def _calibration(folder: Path, evaluation: Evaluation) -> None:
    metrics, months = evaluation.metrics, evaluation.months
    calibration.calibration(
        folder / "calibration.png",
        evaluation.cohort.bad,
        evaluation.scored.pd,
        metrics["calibration_slope"],
        metrics["ece"],
    )
    calibration.by_month(
        folder / "stability.png",
        [month.month for month in months] if len(months) > 1 else ["all test rows"],
        np.array([month.bad_rate for month in months]),
        np.array([month.mean_pd for month in months]),
        np.array([month.metrics.get("auc", np.nan) for month in months]),
    )


def _importance(folder: Path, evaluated: EvaluatedModel) -> None:
    evaluation, model = evaluated.evaluation, evaluated.trained.model
    seed = evaluated.trained.config.reasons.seed
    names = [theme.en for theme in model.catalogue.themes]
    importance.themes(folder / "themes.png", names, evaluation.scored.theme_points.astype(float))
    rows = sample(codes(evaluation.cohort, model.encoder), SHAP_ROWS, seed)
    reference = sample(evaluated.bundle.reference, MAX_REFERENCE, seed)
    effects = feature_effects(model.booster, rows, reference)
    labels = [meta.en for meta in model.catalogue.features]
    importance.beeswarm(folder / "shap.png", labels, effects.codes, effects.values)
