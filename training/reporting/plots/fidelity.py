"""Findings against their gates, for the MLflow run and the report folder."""

from collections.abc import Sequence
from pathlib import Path

from training.fidelity.finding import Finding
from training.reporting.plots.style import BLUE, GREY, INK, RED, figure


def findings_plot(findings: Sequence[Finding], path: Path) -> Path:
    """Shares from 0 to 1 as bars, coloured by whether the gate holds, the gate as a tick."""
    shares = [(found, found.gate) for found in findings if found.gate is not None and 0.004 < found.gate <= 1]
    with figure(path, width=8.6, height=0.42 * len(shares) + 1.6) as axes:
        for y, (found, gate) in enumerate(reversed(shares)):
            axes.barh(y, found.value, color=BLUE if found.passed else RED, height=0.62)
            axes.plot([gate, gate], [y - 0.42, y + 0.42], color=INK, linewidth=2)
            axes.text(1.02, y, f"{found.value:.3f}", va="center", color=INK if found.passed else RED)
            arrow = "≥" if found.sense == "min" else "≤"
            axes.text(1.14, y, f"{arrow} {gate:g}", va="center", color=GREY)
        axes.set_yticks(range(len(shares)), [found.name.replace("_", " ") for found, _ in reversed(shares)])
        axes.set_xlim(0, 1)
        axes.set_title("Reasons: what was found against its gate")
    return path
