"""Fidelity findings against their limits."""

from collections.abc import Sequence
from pathlib import Path

from training.fidelity.finding import Finding
from training.reporting.plots.style import BLUE, GREY, INK, RED, figure


def findings_plot(findings: Sequence[Finding], path: Path) -> Path:
    """Shares from 0 to 1 as bars, coloured by whether the limit holds, the limit as a tick."""
    shares = [
        (finding, finding.gate)
        for finding in findings
        if finding.gate is not None and 0.004 < finding.gate <= 1
    ]
    with figure(path, width=8.6, height=0.42 * len(shares) + 1.6) as axes:
        for y, (finding, gate) in enumerate(reversed(shares)):
            axes.barh(y, finding.value, color=BLUE if finding.passed else RED, height=0.62)
            axes.plot([gate, gate], [y - 0.42, y + 0.42], color=INK, linewidth=2)
            axes.text(1.02, y, f"{finding.value:.3f}", va="center", color=INK if finding.passed else RED)
            arrow = "≥" if finding.sense == "min" else "≤"
            axes.text(1.14, y, f"{arrow} {gate:g}", va="center", color=GREY)
        axes.set_yticks(
            range(len(shares)), [finding.name.replace("_", " ") for finding, _ in reversed(shares)]
        )
        axes.set_xlim(0, 1)
        axes.set_title("Fidelity of reasons: findings and limits")
    return path
