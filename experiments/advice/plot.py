"""Success in the world by kind of path, and expected against found."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from experiments.advice.figures import wilson
from experiments.advice.path_outcomes import Followed, kind_of
from training.reporting.plots.style import BLUE, GREY, INK, RED, figure

FEWEST = 5
TARGET = 0.95


def success_plot(own: Sequence[Followed], met: Sequence[Followed], path: Path) -> Path:
    """Share of paths that came out better, by kind, with its 95 % interval and the target."""
    groups = {"all paths": list(own)}
    for kind, count in Counter(kind_of(f.path.levers) for f in own).most_common():
        if count >= FEWEST:
            groups[kind] = [f for f in own if kind_of(f.path.levers) == kind]
    groups["source linked, condition true"] = list(met)
    with figure(path, width=8.6, height=0.5 * len(groups) + 1.6) as axes:
        for y, mine in enumerate(reversed(groups.values())):
            hits, n = sum(f.better for f in mine), len(mine)
            low, high = wilson(hits, n)
            axes.plot([low, high], [y, y], color=GREY, linewidth=3, solid_capstyle="round")
            if n:
                axes.plot(hits / n, y, "o", color=BLUE if hits / n >= TARGET else RED, markersize=8)
            axes.text(1.015, y, f"{hits} of {n}", va="center", color=INK)
        axes.axvline(TARGET, color=INK, linewidth=1, linestyle="--")
        axes.set_yticks(range(len(groups)), list(reversed(groups)))
        axes.set_xlim(0.6, 1.008)
        axes.set_xlabel("share of paths that led to a higher limit in the world")
        axes.set_title("Advice followed: how often it came true")
    return path


def confidence_plot(own: Sequence[Followed], path: Path, bins: int = 6) -> Path:
    """Expected against found, in bins of equal counts of the stated confidence."""
    stated = np.array([f.path.confidence for f in own])
    better = np.array([f.better for f in own], float)
    order = np.argsort(stated, kind="stable")
    with figure(path) as axes:
        axes.plot([0.9, 1.0], [0.9, 1.0], color=GREY, linewidth=1, linestyle="--")
        for part in np.array_split(order, bins):
            if len(part):
                low, high = wilson(int(better[part].sum()), len(part))
                x = float(stated[part].mean())
                axes.plot([x, x], [low, high], color=GREY, linewidth=3, solid_capstyle="round")
                axes.plot(x, better[part].mean(), "o", color=BLUE, markersize=8)
        axes.set_xlabel("confidence stated with the path")
        axes.set_ylabel("share that came true")
        axes.set_title("Is the stated confidence right?")
    return path
