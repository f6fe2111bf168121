"""Draws every plot of a training into one folder."""

from pathlib import Path

import numpy as np

from training.evaluation.evaluate import Evaluation
from training.evaluation.explain import MAX_REFERENCE, feature_effects, sample
from training.model.fit import codes
from training.reporting.plots import drivers, ranking, search, truth
from training.reporting.plots.fidelity import findings_plot
from training.reporting.result import EvaluatedModel

SHOWN_ROWS = 1000


def draw_all(folder: Path, judged: EvaluatedModel) -> list[Path]:
    """Writes the PNG files; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    config, found, tuned = judged.trained.config, judged.found, judged.trained.tuned
    test, pd = found.cohort, found.scored.pd
    ranking.roc(folder / "roc_ks.png", test.bad, pd, found.intervals["auc"])
    ranking.gains(folder / "gains.png", test.bad, pd)
    ranking.distribution(folder / "score_distribution.png", test.bad, found.scored.score.astype(float))
    slope, ece = found.metrics["calibration_slope"], found.metrics["ece"]
    truth.calibration(folder / "calibration.png", test.bad, pd, slope, ece)
    _months(folder / "stability.png", found)
    _drivers(folder, judged)
    search.history(folder / "tuning.png", tuned.trials, config.tuning.metric)
    if judged.findings:
        findings_plot(judged.findings, folder / "fidelity.png")
    rows = judged.prices.rows
    search.price(
        folder / "price.png", [r.name for r in rows], [r.auc for r in rows], [r.interval for r in rows]
    )
    return sorted(folder.glob("*.png"))


def _months(path: Path, found: Evaluation) -> None:
    months = found.months
    truth.by_month(
        path,
        [month.month for month in months] if len(months) > 1 else ["all test rows"],
        np.array([month.bad_rate for month in months]),
        np.array([month.mean_pd for month in months]),
        np.array([month.metrics.get("auc", np.nan) for month in months]),
    )


def _drivers(folder: Path, judged: EvaluatedModel) -> None:
    found, model, seed = judged.found, judged.trained.model, judged.trained.config.reasons.seed
    names = [theme.en for theme in model.catalogue.themes]
    drivers.themes(folder / "themes.png", names, found.scored.theme_points.astype(float))
    shown = sample(codes(found.cohort, model.encoder), SHOWN_ROWS, seed)
    reference = sample(judged.bundle.reference, MAX_REFERENCE, seed)
    effects = feature_effects(model.booster, shown, reference)
    labels = [meta.en for meta in model.catalogue.features]
    drivers.beeswarm(folder / "shap.png", labels, effects.codes, effects.values)
