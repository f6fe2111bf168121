"""What a person would look at: who borrows, how much, and what tells."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.ticker import PercentFormatter

from experiments.demand.model import Predicted
from features.arrays import Floats
from training.evaluation.metrics import Interval, Ranking
from training.reporting.plots.style import BLUE, GREY, RED, figure, legend

SHOWN = 18


def roc(path: Path, predicted: Predicted, log_amount: Floats, interval: Interval) -> None:
    """ROC of any loan next month."""
    ranking = Ranking.of(log_amount > 0, predicted.any_loan)
    others, borrowers = ranking.curves()
    area, _ = ranking.auc_ks()
    label = f"AUC {area:.3f} ({interval.low:.3f}–{interval.high:.3f})"
    with figure(path, width=6.2, height=5.8) as axes:
        axes.plot([0, 1], [0, 1], "--", color=GREY, lw=1)
        axes.plot(1 - others, 1 - borrowers, color=BLUE, lw=2.2, label=label)
        axes.set(
            xlabel="share of the others reached",
            ylabel="share of borrowers reached",
            xlim=(0, 1),
            ylim=(0, 1.005),
        )
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.set_title("Who borrows in November, said at the end of October")
        legend(axes, loc="lower right")


def level(path: Path, predicted: Predicted, log_amount: Floats, groups: int = 20) -> None:
    """Predicted against actual demand, in groups of equal size."""
    order = np.array_split(np.argsort(predicted.log_amount, kind="stable"), groups)
    said = [float(predicted.log_amount[rows].mean()) for rows in order]
    was = [float(log_amount[rows].mean()) for rows in order]
    top = max(*said, *was) * 1.05
    with figure(path, width=6.2, height=5.8) as axes:
        axes.plot([0, top], [0, top], "--", color=GREY, lw=1, label="as predicted")
        axes.plot(said, was, "o-", color=RED, ms=5, lw=1.4, label=f"{groups} groups of users")
        axes.set(xlabel="predicted log5(yuan + 1), mean", ylabel="actual, mean", xlim=(0, top), ylim=(0, top))
        means = f"{log_amount.mean():.2f} on average, {predicted.log_amount.mean():.2f} predicted"
        axes.set_title(f"November's demand: {means}")
        legend(axes, loc="upper left")


def drivers(path: Path, names: Sequence[str], gain: Floats) -> None:
    """The features that save most loss."""
    top = np.argsort(-gain)[:SHOWN][::-1]
    with figure(path, width=7.6, height=6.4) as axes:
        axes.barh([names[i] for i in top], gain[top], color=BLUE, height=0.72)
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set(xlabel="share of the loss saved in training")
        axes.grid(visible=False, axis="y")
        axes.set_title("What tells next month's demand")
