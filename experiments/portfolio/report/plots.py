"""Plots of the portfolio report, PNG files under `var/reports`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from experiments.portfolio.report.delinquency import STATES, bad_by_month, roll_rates, vintages
from experiments.portfolio.report.effects import EffectEstimate
from experiments.portfolio.report.panel import Panel
from training.reporting.plots.style import BLUE, GREY, INK, RC, RED, figure, legend

LIMIT_EDGES = (0, 5_000, 8_000, 12_000, 16_000, 20_000, 1e9)
LIMIT_NAMES = ("≤5k", "–8k", "–12k", "–16k", "–20k", ">20k")
EFFECT_LABELS = {
    "balance_cny": ("Effect of the limit on the mean bill", "CNY for each +100 % of limit, 95 % interval"),
    "bad": ("Effect of the limit on default", "probability of bad for each +100 % of limit, 95 % interval"),
}
EFFECT_ROWS = (
    ("naive", "naive comparison", RED),
    ("randomised", "randomised test", BLUE),
    ("truth", "true effect", INK),
)


@contextmanager
def pair(path: Path, *, width: float, height: float) -> Iterator[tuple[Axes, Axes]]:
    """Two axes side by side in the style of the project; the PNG is written when the block ends."""
    with mpl.rc_context(RC):
        fig = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(fig)
        left, right = fig.subplots(1, 2)
        yield left, right
        path.parent.mkdir(parents=True, exist_ok=True)
        fig.savefig(path)


def plot_curves(panel: Panel, path: Path) -> None:
    """Vintage curves, and the bad rate by month of observation."""
    curves, rates = vintages(panel), bad_by_month(panel)
    with pair(path, width=12.5, height=4.8) as (left, right):
        for number, (half, curve) in enumerate(curves.items()):
            shade = 0.25 + 0.75 * number / max(1, len(curves) - 1)
            label = f"opened in months {6 * half} to {6 * half + 5}"
            left.plot(100 * curve, color=BLUE, alpha=shade, label=label)
        left.set(
            title="Vintage curves: ever 60+ days past due", xlabel="months on book", ylabel="% of accounts"
        )
        legend(left, fontsize=8)
        right.plot(np.arange(1, len(rates) + 1), 100 * rates, color=BLUE)
        right.set(title="Bad rate: 60+ days past due within 12 months", xlabel="month of observation")
        right.set(ylabel="% of accounts")
        right.set_ylim(bottom=0)


def plot_rolls(panel: Panel, path: Path) -> None:
    """Roll rates between month-end states."""
    rates, at = roll_rates(panel), range(len(STATES))
    with figure(path, width=7.2, height=5.6) as axes:
        axes.imshow(rates, cmap="Blues", vmin=0, vmax=1)
        for i, j in np.ndindex(*rates.shape):
            colour = "white" if rates[i, j] > 0.6 else "black"
            axes.text(j, i, f"{100 * rates[i, j]:.1f}", ha="center", va="center", color=colour, fontsize=9)
        axes.set_xticks(at, STATES, fontsize=9)
        axes.set_yticks(at, STATES, fontsize=9)
        axes.grid(visible=False)
        axes.set(title="Roll rates: monthly transition probabilities, %")
        axes.set(xlabel="days past due next month", ylabel="days past due this month")


def plot_use(panel: Panel, path: Path) -> None:
    """Utilisation by limit."""
    limit, use = panel.limit.ravel(), (panel.balance / np.maximum(panel.limit, 1.0)).ravel()
    known = ~np.isnan(use) & ~np.isnan(limit)
    band = np.searchsorted(LIMIT_EDGES, limit[known], side="left") - 1
    groups = [use[known][band == k] for k in range(len(LIMIT_NAMES))]
    with figure(path, width=7.6, height=4.8) as axes:
        axes.boxplot(groups, showfliers=False, whis=(5, 95), tick_labels=list(LIMIT_NAMES))
        axes.set(title="Utilisation by limit (box: quartiles, whiskers: 5 to 95 %)")
        axes.set(xlabel="limit, CNY", ylabel="bill / limit")


def plot_response(estimates: Mapping[str, Mapping[str, EffectEstimate]], path: Path) -> None:
    """The three estimates of each effect with their 95 % intervals."""
    with pair(path, width=12.5, height=3.6) as panels:
        for axes, (outcome, (title, label)) in zip(panels, EFFECT_LABELS.items(), strict=True):
            for row, (name, _, colour) in enumerate(EFFECT_ROWS):
                effect = estimates[name][outcome]
                axes.plot([effect.low, effect.high], [row, row], color=colour, lw=2)
                axes.plot(effect.value, row, "o", color=colour)
            axes.axvline(estimates["truth"][outcome].value, color=GREY, lw=1, zorder=0)
            axes.set_yticks(range(len(EFFECT_ROWS)), [text for _, text, _ in EFFECT_ROWS])
            axes.set(title=title, xlabel=label, ylim=(-0.6, 2.6))


def plot_sources(shares: Mapping[str, tuple[float, float]], path: Path) -> None:
    """By source: share of accounts that consented, and that have rows."""
    at = np.arange(len(shares))
    with figure(path, width=7.6, height=4.4) as axes:
        axes.bar(at - 0.2, [100 * s[0] for s in shares.values()], 0.4, color=GREY, label="consented")
        axes.bar(at + 0.2, [100 * s[1] for s in shares.values()], 0.4, color=BLUE, label="with rows")
        axes.set_xticks(at, [name.replace("_", " ") for name in shares])
        axes.set(title="Consent and rows by source", ylabel="% of accounts")
        legend(axes)
