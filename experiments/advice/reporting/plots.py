"""Share of paths realised by plan, and the reliability diagram of the confidence."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from experiments.advice.outcomes.path_outcomes import PathOutcome
from experiments.advice.reporting.intervals import wilson
from serving.advice.levers.registry import label
from training.reporting.plots.style import BLUE, GREY, INK, RED, figure

MIN_PATHS = 5
TARGET = 0.95


def success_plot(own: Sequence[PathOutcome], met: Sequence[PathOutcome], path: Path) -> Path:
    """Share of paths whose decision came out better, by plan, with its 95 % interval and the target."""
    groups = {"all paths": list(own)}
    for name, count in Counter(label(o.path.plan) for o in own).most_common():
        if count >= MIN_PATHS:
            groups[name] = [o for o in own if label(o.path.plan) == name]
    groups["source linked, condition met"] = list(met)
    with figure(path, width=8.6, height=0.5 * len(groups) + 1.6) as axes:
        for y, mine in enumerate(reversed(groups.values())):
            hits, n = sum(o.better for o in mine), len(mine)
            low, high = wilson(hits, n)
            axes.plot([low, high], [y, y], color=GREY, linewidth=3, solid_capstyle="round")
            if n:
                axes.plot(hits / n, y, "o", color=BLUE if hits / n >= TARGET else RED, markersize=8)
            axes.text(1.015, y, f"{hits} of {n}", va="center", color=INK)
        axes.axvline(TARGET, color=INK, linewidth=1, linestyle="--")
        axes.set_yticks(range(len(groups)), list(reversed(groups)))
        axes.set_xlim(0.6, 1.008)
        axes.set_xlabel("share of simulated paths that led to a higher limit (95 % interval)")
        axes.set_title("Paths realised in the simulation")
    return path


def confidence_plot(own: Sequence[PathOutcome], path: Path, bins: int = 6) -> Path:
    """Reliability diagram: stated confidence against realised share, in bins of equal counts."""
    stated = np.array([o.path.confidence for o in own])
    better = np.array([o.better for o in own], float)
    order = np.argsort(stated, kind="stable")
    with figure(path) as axes:
        axes.plot([0.9, 1.0], [0.9, 1.0], color=GREY, linewidth=1, linestyle="--")
        for part in np.array_split(order, bins):
            if len(part):
                low, high = wilson(int(better[part].sum()), len(part))
                x = float(stated[part].mean())
                axes.plot([x, x], [low, high], color=GREY, linewidth=3, solid_capstyle="round")
                axes.plot(x, better[part].mean(), "o", color=BLUE, markersize=8)
        axes.set_xlabel("confidence stated with the path, mean of the bin")
        axes.set_ylabel("share realised in the simulation")
        axes.set_title("Reliability diagram of the confidence")
    return path
