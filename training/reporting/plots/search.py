"""How the model was found, and what the constraints cost."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.evaluation.metrics import Interval
from training.model.tune import TrialRecord
from training.reporting.plots.style import BLUE, GREY, RED, figure, legend


def history(path: Path, trials: Sequence[TrialRecord], metric: str) -> None:
    """Validation metric by trial, and the best so far."""
    done = [trial for trial in trials if trial.state == "complete" and trial.value is not None]
    values = np.array([trial.value for trial in done], dtype=float)
    pick = np.maximum if metric == "auc" else np.minimum
    pruned = [trial.number for trial in trials if trial.state == "pruned"]
    with figure(path) as axes:
        axes.scatter([t.number for t in done], values, color=BLUE, s=26, label=f"finished: {len(done)}")
        axes.step(
            [t.number for t in done],
            pick.accumulate(values),
            where="post",
            color=RED,
            lw=1.8,
            label="best so far",
        )
        low, high = float(values.min()), float(values.max())
        pad = (high - low) * 0.08 + 1e-6
        if pruned:
            axes.scatter(
                pruned,
                [low - pad] * len(pruned),
                marker="x",
                color=GREY,
                s=28,
                label=f"pruned: {len(pruned)}",
            )
        axes.set(xlabel="trial", ylabel=f"validation {metric}", ylim=(low - 2 * pad, high + pad))
        axes.set_title(f"Tuning history: best {metric} {pick.reduce(values):.4f}")
        legend(axes, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3)


def price(path: Path, names: Sequence[str], aucs: Sequence[float], intervals: Sequence[Interval]) -> None:
    """Test AUC of the free booster, the monotone booster and the scorecard, with intervals."""
    y = np.arange(len(names))[::-1]
    low = [a - i.low for a, i in zip(aucs, intervals, strict=True)]
    high = [i.high - a for a, i in zip(aucs, intervals, strict=True)]
    with figure(path, height=0.8 * len(names) + 1.8) as axes:
        axes.errorbar(aucs, y, xerr=[low, high], fmt="o", color=BLUE, ms=8, lw=2, capsize=4)
        for at, area in zip(y, aucs, strict=True):
            axes.text(area, at + 0.16, f"{area:.4f}", ha="center", fontsize=10)
        axes.set_yticks(y, names)
        axes.set(xlabel="test AUC with its 95 % interval", ylim=(-0.6, len(names) - 0.3))
        axes.grid(visible=False, axis="y")
        axes.set_title("The price of being explainable")
