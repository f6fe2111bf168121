"""Tuning history."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.model.tuning_result import TrialRecord
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
