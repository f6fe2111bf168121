"""Plots of the portfolio report, PNG files under `var/reports`."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.portfolio.report.marginals import STATES, bad_by_month, roll_rates, vintages
from experiments.portfolio.report.panel import Panel
from experiments.portfolio.report.response import Slope

BLUE, GREY, RED = "#2b6cb0", "#a0aec0", "#c53030"


def plot_curves(panel: Panel, path: Path) -> None:
    """Vintage curves, and the bad rate by month of observation."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.5))
    curves = vintages(panel)
    for number, (half, curve) in enumerate(curves.items()):
        shade = 0.25 + 0.75 * number / max(1, len(curves) - 1)
        left.plot(100 * curve, color=BLUE, alpha=shade, label=f"opened in months {6 * half}–{6 * half + 5}")
    _titled(left, "Vintages: ever 60+ days past due", "months on book", "% of accounts")
    left.legend(fontsize=8, frameon=False)
    rates = bad_by_month(panel)
    right.plot(np.arange(1, len(rates) + 1), 100 * rates, color=BLUE)
    right.set_ylim(bottom=0)
    _titled(right, "60+ days within twelve months", "month of observation", "% of accounts")
    _save(figure, path)


def plot_rolls(panel: Panel, path: Path) -> None:
    """Roll rates between month-end states."""
    rates = roll_rates(panel)
    figure, axes = plt.subplots(figsize=(6.5, 5))
    axes.imshow(rates, cmap="Blues", vmin=0, vmax=1)
    for i in range(len(STATES)):
        for j in range(len(STATES)):
            colour = "white" if rates[i, j] > 0.6 else "black"
            axes.text(j, i, f"{100 * rates[i, j]:.1f}", ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(STATES)), STATES, fontsize=8)
    axes.set_yticks(range(len(STATES)), STATES, fontsize=8)
    _titled(axes, "Roll rates, % (row: this month, column: next)", "days past due next month", "this month")
    _save(figure, path)


def plot_use(panel: Panel, path: Path) -> None:
    """Utilisation by limit."""
    limit, use = panel.limit.ravel(), (panel.balance / np.maximum(panel.limit, 1.0)).ravel()
    known = ~np.isnan(use) & ~np.isnan(limit)
    edges = np.array([0, 5_000, 8_000, 12_000, 16_000, 20_000, 1e9])
    band = np.searchsorted(edges, limit[known], side="left") - 1
    groups = [use[known][band == k] for k in range(len(edges) - 1)]
    figure, axes = plt.subplots(figsize=(7, 4.5))
    names = ["≤5k", "–8k", "–12k", "–16k", "–20k", ">20k"]
    axes.boxplot(groups, showfliers=False, whis=(5, 95), tick_labels=names)
    _titled(axes, "Utilisation by limit (box: quartiles, whiskers: 5–95 %)", "limit, CNY", "bill / limit")
    _save(figure, path)


def plot_response(estimates: dict[str, dict[str, Slope]], path: Path) -> None:
    """The three answers with their intervals, an outcome each."""
    labels = {
        "balance_cny": "mean bill, CNY for each +100 % of limit",
        "bad": "chance of bad for each +100 % of limit",
    }
    figure, panels = plt.subplots(1, 2, figsize=(11, 3.2))
    for axes, (outcome, label) in zip(panels, labels.items(), strict=True):
        for row, (name, colour) in enumerate((("naive", RED), ("randomised", BLUE), ("truth", "black"))):
            slope = estimates[name][outcome]
            axes.plot([slope.low, slope.high], [row, row], color=colour, lw=2)
            axes.plot(slope.value, row, "o", color=colour)
        axes.axvline(estimates["truth"][outcome].value, color=GREY, lw=1, zorder=0)
        axes.set_yticks(range(3), ["naive", "randomised", "truth"])
        axes.set_ylim(-0.6, 2.6)
        _titled(axes, "Response to the limit", label, "")
    _save(figure, path)


def plot_sources(shares: dict[str, tuple[float, float]], path: Path) -> None:
    """By source: share of accounts that consented, and that have rows."""
    figure, axes = plt.subplots(figsize=(7, 4))
    at = np.arange(len(shares))
    axes.bar(at - 0.2, [100 * s[0] for s in shares.values()], 0.4, color=GREY, label="consented")
    axes.bar(at + 0.2, [100 * s[1] for s in shares.values()], 0.4, color=BLUE, label="with rows")
    axes.set_xticks(at, list(shares))
    axes.legend(frameon=False)
    _titled(axes, "Sources by consent", "", "% of accounts")
    _save(figure, path)


def _titled(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(title, fontsize=10)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)


def _save(figure: Figure, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
