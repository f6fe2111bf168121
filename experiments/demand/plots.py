"""Plots of the demand model: discrimination, calibration of the amount, feature importance."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.ticker import PercentFormatter

from experiments.demand.model import DemandPrediction
from features.arrays import Floats
from training.evaluation.metrics import Interval, Ranking
from training.reporting.plots.style import BLUE, GREY, RED, figure, legend

SHOWN = 18


def roc(path: Path, predicted: DemandPrediction, log_amount: Floats, interval: Interval) -> None:
    """ROC curve of any loan next month."""
    ranking = Ranking.of(log_amount > 0, predicted.any_loan)
    others, borrowers = ranking.curves()
    area, _ = ranking.auc_ks()
    label = f"AUC {area:.3f} ({interval.low:.3f}–{interval.high:.3f})"
    with figure(path, width=6.2, height=5.8) as axes:
        axes.plot([0, 1], [0, 1], "--", color=GREY, lw=1)
        axes.plot(1 - others, 1 - borrowers, color=BLUE, lw=2.2, label=label)
        axes.set(
            xlabel="false positive rate (share of the others)",
            ylabel="true positive rate (share of the borrowers)",
            xlim=(0, 1),
            ylim=(0, 1.005),
        )
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.set_title("ROC: any loan in November, predicted on 31 October")
        legend(axes, loc="lower right")


def calibration(path: Path, predicted: DemandPrediction, log_amount: Floats, groups: int = 20) -> None:
    """Calibration: observed against predicted demand, in groups of equal size."""
    order = np.array_split(np.argsort(predicted.log_amount, kind="stable"), groups)
    expected = [float(predicted.log_amount[rows].mean()) for rows in order]
    observed = [float(log_amount[rows].mean()) for rows in order]
    top = max(*expected, *observed) * 1.05
    with figure(path, width=6.2, height=5.8) as axes:
        axes.plot([0, top], [0, top], "--", color=GREY, lw=1, label="perfect calibration")
        axes.plot(expected, observed, "o-", color=RED, ms=5, lw=1.4, label=f"{groups} groups of users")
        axes.set(
            xlabel="predicted log5(yuan + 1), mean",
            ylabel="observed log5(yuan + 1), mean",
            xlim=(0, top),
            ylim=(0, top),
        )
        means = f"mean {log_amount.mean():.2f}, predicted {predicted.log_amount.mean():.2f}"
        axes.set_title(f"Calibration of the amount: {means}")
        legend(axes, loc="upper left")


def importance(path: Path, names: Sequence[str], gain: Floats) -> None:
    """The features of the largest gain."""
    top = np.argsort(-gain)[:SHOWN][::-1]
    with figure(path, width=7.6, height=6.4) as axes:
        axes.barh([names[i] for i in top], gain[top], color=BLUE, height=0.72)
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set(xlabel="share of the total gain (reduction of the training loss)")
        axes.grid(visible=False, axis="y")
        axes.set_title("Feature importance by gain")
