"""Calibration plot, and stability by as-of month."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter
from scipy.stats import beta

from features.arrays import Bools, Floats
from training.evaluation.metrics import calibration_bins
from training.reporting.plots.style import BLUE, GREY, RED, figure, legend

TICKS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


def calibration(path: Path, bad: Bools, pd: Floats, slope: float, ece: float) -> None:
    """Bad rate against mean predicted pd in bins of equal count, with 95 % Clopper-Pearson bars."""
    means, rates, counts = calibration_bins(bad, pd, 10 if len(bad) < 5000 else 20)
    hits = rates * counts
    low = np.nan_to_num(beta.ppf(0.025, hits, counts - hits + 1))
    high = np.nan_to_num(beta.ppf(0.975, hits + 1, counts - hits), nan=1.0)
    floor = max(min(means.min(), rates[rates > 0].min()) * 0.6, 1e-4)
    top = min(1.0, max(means.max(), high.max()) * 1.3)
    drawn = np.maximum(rates, floor)
    with figure(path, width=6.4, height=5.8) as axes:
        axes.plot([floor, top], [floor, top], "--", color=GREY, lw=1, label="perfect calibration")
        axes.errorbar(
            means, drawn, [drawn - np.maximum(low, floor), high - drawn], fmt="o", color=BLUE, ms=5, lw=1.3,
            label=f"slope {slope:.3f}, ECE {ece:.2%}",
        )  # fmt: skip
        axes.set(xscale="log", yscale="log", xlim=(floor, top), ylim=(floor, top))
        axes.set(xlabel="predicted probability of bad", ylabel="observed bad rate")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(FixedLocator([t for t in TICKS if floor <= t <= top]))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:g}%"))
            axis.set_minor_locator(NullLocator())
        axes.set_title("Calibration, test set")
        legend(axes, loc="upper left")


def by_month(path: Path, months: Sequence[str], rate: Floats, predicted: Floats, aucs: Floats) -> None:
    """Observed and predicted bad rate by as-of month, with the AUC of each written above."""
    x = np.arange(len(months))
    with figure(path, width=max(7.0, 2.0 + 1.5 * len(months))) as axes:
        axes.bar(x - 0.19, rate, 0.38, color=RED, alpha=0.85, label="observed bad rate")
        axes.bar(x + 0.19, predicted, 0.38, color=BLUE, alpha=0.85, label="mean predicted")
        top = float(max(rate.max(), predicted.max()))
        for i, area in enumerate(aucs):
            axes.text(i, max(rate[i], predicted[i]) + top * 0.02, f"AUC {area:.3f}", ha="center", fontsize=9)
        axes.set_xticks(x, months)
        axes.set(ylim=(0, top * 1.32), xlim=(-0.8, len(months) - 0.2), ylabel="bad rate")
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=1))
        axes.grid(visible=False, axis="x")
        axes.set_title("Stability by as-of month, test set")
        legend(axes, loc="upper right", ncols=2)
