"""How the reference is reported: its age, how much of it is raised and complete, what others would state."""

from collections.abc import Iterable, Mapping
from typing import Any

from training.fidelity.finding import Finding
from training.reporting.result import Value

OTHERS = {"raised": "raised accounts", "complete": "accounts that have every source of their own"}
"""Other references whose first reasons are compared, by population."""


def summary_rows(report: Mapping[str, Value]) -> dict[str, str]:
    """The row of the end table."""
    if "reference_complete_share" not in report:
        return {}
    raised, own = report["reference_raised_share"], report["reference_complete_share"]
    age = f"{report['reference_age_days_median']:.0f} days"
    return {"reference: age / raised / complete": f"{age} / {raised:.0%} / {own:.0%}"}


def markdown(figures: Mapping[str, Any], findings: Iterable[Finding]) -> str:
    """Of the figures that a bundle holds of its reference; empty where it holds none."""
    if "reference_complete_share" not in figures:
        return ""
    median, highest = figures["reference_age_days_median"], figures["reference_age_days_highest"]
    raised, own = figures["reference_raised_share"], figures["reference_complete_share"]
    text = (
        f"Reference: {figures['reference_accounts']} accounts, {median:.0f} days old (median; at most "
        f"{highest:.0f}), {raised:.0%} raised since, {own:.0%} with every source of their own."
    )
    same = {finding.name: finding.value for finding in findings}
    for population, words in OTHERS.items():
        name = f"{population}_reference_top1_share"
        if name in same:
            text += f" Against {words} alone the first reason differs for {1 - same[name]:.0%} of declines."
    return text
