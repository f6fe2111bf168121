"""Importance of themes, and SHAP summary of features."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from features.arrays import Floats
from training.reporting.plots.style import BLUE, GOLD, RED, figure

COLD_HOT = LinearSegmentedColormap.from_list("cold_hot", [BLUE, "#8d6aa5", RED])
MISSING = "#c9ced3"


def themes(path: Path, names: Sequence[str], points: Floats) -> None:
    """Mean absolute points of each theme; points is (n, t)."""
    weight = np.abs(points).mean(axis=0)
    order = np.argsort(weight)
    with figure(path, height=0.36 * len(names) + 1.6) as axes:
        bars = axes.barh([names[i] for i in order], weight[order], color=GOLD, height=0.7)
        axes.bar_label(bars, [f"{w:.1f}" for w in weight[order]], padding=4, fontsize=9)
        axes.set(xlabel="mean absolute points in the score, test set", xlim=(0, float(weight.max()) * 1.12))
        axes.grid(visible=False, axis="y")
        axes.set_title("Importance of themes")


def beeswarm(path: Path, names: Sequence[str], values: Floats, contributions: Floats, top: int = 16) -> None:
    """SHAP values (n, f) of the most important features; colour = feature value, grey = missing."""
    order = np.argsort(-np.abs(contributions).mean(axis=0))[:top][::-1]
    rng = np.random.default_rng(0)
    with figure(path, height=0.4 * len(order) + 1.8, width=8.6) as axes:
        for row, feature in enumerate(order):
            x, colour = contributions[:, feature], values[:, feature]
            y = row + _spread(x, rng)
            missing = np.isnan(colour)
            axes.scatter(x[missing], y[missing], s=7, color=MISSING, lw=0)
            axes.scatter(
                x[~missing], y[~missing], s=7, c=_ranks(colour[~missing]), cmap=COLD_HOT, vmin=0, vmax=1, lw=0
            )
        axes.axvline(0, color="#666", lw=0.8)
        axes.set_yticks(range(len(order)), [names[i] for i in order], fontsize=9)
        axes.set(
            xlabel="SHAP value, log-odds of bad\n(blue = low feature value, red = high, grey = missing)",
            ylim=(-0.7, len(order) - 0.3),
        )
        axes.grid(visible=False, axis="x")
        axes.set_title("SHAP summary")


def _ranks(values: Floats) -> Floats:
    if not len(values):
        return values
    distinct, inverse = np.unique(values, return_inverse=True)
    return np.asarray(inverse / max(1, len(distinct) - 1), dtype=np.float64)


def _spread(x: Floats, rng: np.random.Generator) -> Floats:
    """(n,) vertical jitter in proportion to the density of values."""
    edges = np.linspace(x.min(), x.max() + 1e-9, 41)
    place = np.clip(np.digitize(x, edges) - 1, 0, 39)
    density = np.bincount(place, minlength=40)[place]
    spread: Floats = rng.uniform(-0.38, 0.38, len(x)) * np.sqrt(density / density.max())
    return spread
