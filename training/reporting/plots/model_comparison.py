"""Test AUC of the compared models."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.evaluation.model_comparison import ComparedModel
from training.reporting.plots.style import BLUE, figure


def model_comparison(path: Path, models: Sequence[ComparedModel]) -> None:
    """Test AUC of each model with its interval."""
    aucs = [model.auc for model in models]
    y = np.arange(len(models))[::-1]
    low = [model.auc - model.interval.low for model in models]
    high = [model.interval.high - model.auc for model in models]
    with figure(path, height=0.8 * len(models) + 1.8) as axes:
        axes.errorbar(aucs, y, xerr=[low, high], fmt="o", color=BLUE, ms=8, lw=2, capsize=4)
        for at, area in zip(y, aucs, strict=True):
            axes.text(area, at + 0.16, f"{area:.4f}", ha="center", fontsize=10)
        axes.set_yticks(y, [model.name for model in models])
        axes.set(xlabel="test AUC with its 95 % interval", ylim=(-0.6, len(models) - 0.3))
        axes.grid(visible=False, axis="y")
        axes.set_title("Model comparison, test set")
