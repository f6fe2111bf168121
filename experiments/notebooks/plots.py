"""Plots for a notebook: each writes a PNG file and returns a picture that the notebook shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.ticker import PercentFormatter

from experiments.notebooks.champion import OpenedChampion
from experiments.notebooks.sensitivity import PartialDependence
from features.spec import FeatureMeta
from features.themes import Theme
from serving.decision.types import Prediction
from training.reporting.plots import importance, ranking
from training.reporting.plots.style import BLUE, GREY, INK, RED, figure, legend


@dataclass(frozen=True)
class Picture:
    """A PNG file; as the last value of a cell, Jupyter shows it."""

    path: Path

    def _repr_png_(self) -> bytes:
        return self.path.read_bytes()


def score_distribution(opened: OpenedChampion) -> Picture:
    """Scores of the test set by outcome."""
    path = opened.folder / "score_distribution.png"
    ranking.distribution(path, opened.test.bad, opened.scored.score.astype(np.float64))
    return Picture(path)


def theme_importance(opened: OpenedChampion) -> Picture:
    """Mean absolute points of every theme over the test set."""
    path = opened.folder / "theme_importance.png"
    names = [theme.en for theme in opened.bundle.spec.catalogue.themes]
    importance.themes(path, names, opened.scored.theme_points.astype(np.float64))
    return Picture(path)


def waterfall(opened: OpenedChampion, prediction: Prediction) -> Picture:
    """From the base points to the score of one account, theme by theme, the largest first."""
    themes = [t for t in opened.bundle.spec.catalogue.themes if prediction.theme_points[t.key]]
    themes.sort(key=lambda theme: -abs(prediction.theme_points[theme.key]))
    points = np.array([prediction.theme_points[theme.key] for theme in themes], dtype=np.int64)
    path = opened.folder / f"waterfall_{prediction.score}.png"
    _draw_waterfall(path, themes, prediction, points.tolist())
    return Picture(path)


def _draw_waterfall(path: Path, themes: Sequence[Theme], one: Prediction, points: Sequence[int]) -> None:
    starts = one.base_points + np.cumsum([0, *points])
    rows = np.arange(len(themes))[::-1]
    with figure(path, width=8.6, height=0.36 * len(themes) + 1.8) as axes:
        axes.barh(rows, points, left=starts[:-1], color=[BLUE if p > 0 else RED for p in points], height=0.7)
        for row, end, value in zip(rows, np.maximum(starts[:-1], starts[1:]), points, strict=True):
            axes.text(end, row, f" {value:+d}", va="center", fontsize=9)
        axes.axvline(one.base_points, color=GREY, lw=1, ls="--", label=f"base points {one.base_points}")
        axes.axvline(one.score, color=INK, lw=1.4, label=f"score {one.score}")
        axes.set_yticks(rows, [theme.en for theme in themes])
        axes.grid(visible=False, axis="y")
        room = 0.12 * float(np.ptp(starts)) + 2.0
        axes.set(xlabel="points", xlim=(starts.min() - room, starts.max() + room))
        axes.set_title(f"Points of one account: pd {one.pd:.2%}, tier {one.tier}")
        legend(axes)


def dependence(opened: OpenedChampion, found: PartialDependence, marked: float | None = None) -> Picture:
    """Partial dependence with the individual curves behind it; `marked` draws a vertical line."""
    meta = _meta(opened, found.feature)
    path = opened.folder / f"dependence_{found.feature}.png"
    with figure(path) as axes:
        axes.plot(found.grid, found.curves.T, color=GREY, lw=0.6, alpha=0.5)
        axes.plot(found.grid, found.mean, color=RED, lw=2.4, label=f"mean of {len(found.curves)} accounts")
        if marked is not None:
            axes.axvline(marked, color=BLUE, lw=1.4, ls="--", label="median of the reference")
        axes.set(xlabel=f"{meta.en} ({meta.unit or 'no unit'})", ylabel="probability of bad", yscale="log")
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=1))
        axes.set_title(f"Partial dependence on {found.feature}")
        legend(axes)
    return Picture(path)


def _meta(opened: OpenedChampion, feature: str) -> FeatureMeta:
    return next(meta for meta in opened.bundle.spec.catalogue.features if meta.name == feature)
