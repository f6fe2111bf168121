"""Discrimination plots: ROC curve with KS, gains by decile, score distribution by outcome."""

from pathlib import Path

import numpy as np
from matplotlib.ticker import PercentFormatter

from features.arrays import Bools, Floats
from training.evaluation.metrics import Interval, Ranking
from training.reporting.plots.style import BLUE, GREY, INK, RED, figure, legend


def roc(path: Path, bad: Bools, pd: Floats, interval: Interval) -> None:
    """ROC curve; the vertical line is the KS distance."""
    goods, bads = Ranking.of(bad, pd).curves()
    area, ks = Ranking.of(bad, pd).auc_ks()
    at = int(np.argmax(goods - bads))
    false, true = 1 - goods, 1 - bads
    with figure(path, width=6.2, height=5.8) as axes:
        axes.plot([0, 1], [0, 1], "--", color=GREY, lw=1)
        axes.fill_between(false, true, color=BLUE, alpha=0.08, lw=0)
        axes.plot(
            false, true, color=BLUE, lw=2.2, label=f"AUC {area:.3f} ({interval.low:.3f}–{interval.high:.3f})"
        )
        axes.plot([false[at]] * 2, [false[at], true[at]], color=RED, lw=2, label=f"KS {ks:.3f}")
        axes.set(
            xlabel="false positive rate (goods above the cut-off)",
            ylabel="true positive rate (bads above the cut-off)",
            xlim=(0, 1),
            ylim=(0, 1.005),
        )
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.set_title("ROC curve and KS distance, test set")
        legend(axes, loc="lower right")


def gains(path: Path, bad: Bools, pd: Floats) -> None:
    """Bad rate by decile of predicted risk, and the cumulative share of bads (gains)."""
    order = np.argsort(-pd, kind="stable")
    parts = np.array_split(bad[order], 10)
    rates = np.array([part.mean() for part in parts])
    captured = np.cumsum([part.sum() for part in parts]) / bad.sum()
    x = np.arange(1, 11)
    with figure(path) as axes:
        bars = axes.bar(x, rates, color=BLUE, width=0.72)
        axes.bar_label(bars, [f"{rate:.1%}" for rate in rates], fontsize=8.5, padding=2)
        axes.axhline(float(bad.mean()), color=GREY, ls="--", lw=1)
        axes.text(10.5, bad.mean(), f"all: {bad.mean():.1%}", va="bottom", ha="right", fontsize=9, color=INK)
        axes.set(
            xlabel="decile of predicted risk, riskiest first", ylabel="bad rate", xticks=x, xlim=(0.4, 10.6)
        )
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.set_ylim(0, float(rates.max()) * 1.15)
        twin = axes.twinx()
        twin.plot(x, captured, "o-", color=RED, ms=4, lw=1.6)
        twin.set_ylim(0, 1.05)
        twin.grid(visible=False)
        twin.spines["right"].set_visible(True)
        twin.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        twin.set_ylabel("cumulative share of bads", color=RED)
        axes.set_title(
            f"Gains: {captured[0]:.0%} of bads in the first decile, {captured[2]:.0%} in the first three"
        )


def distribution(path: Path, bad: Bools, score: Floats) -> None:
    """Score distribution of goods and of bads."""
    low, high = np.percentile(score, [0.2, 99.8])
    edges = np.linspace(low, high, 46).tolist()
    with figure(path) as axes:
        for mask, colour, name in ((~bad, BLUE, "good"), (bad, RED, "bad")):
            label = f"{name}: {int(mask.sum()):,}, median {np.median(score[mask]):.0f}"
            axes.hist(score[mask], edges, density=True, color=colour, alpha=0.5, label=label)
            axes.axvline(float(np.median(score[mask])), color=colour, lw=1.4, ls="--")
        axes.set(xlabel="score, higher = lower risk", ylabel="density", yticks=[])
        axes.grid(visible=False)
        axes.set_title("Score distribution by outcome, test set")
        legend(axes)
