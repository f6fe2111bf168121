"""What `make advice` prints."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.table import Table

from experiments.advice.figures import Figure, share, wilson
from experiments.advice.path_outcomes import Followed, kind_of
from experiments.advice.report import AdviceReport


def figures_table(figures: Mapping[str, Figure]) -> Table:
    """All flat figures."""
    table = Table("figure", "value", title="Advice", title_justify="left", title_style="bold")
    for name, value in figures.items():
        told = "–" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
        table.add_row(name, told)
    return table


def kinds_table(report: AdviceReport) -> Table:
    """Each kind of path, how it fared in the world, and what it takes."""
    columns = ("path", "given", "better in the world", "95 % interval", "better anyway", "months", "CNY")
    table = Table(*columns, title="Paths by kind", title_justify="left", title_style="bold")
    for kind, _ in Counter(kind_of(f.path.levers) for f in report.own).most_common():
        table.add_row(kind, *_row([f for f in report.own if kind_of(f.path.levers) == kind]))
    table.add_section()
    table.add_row("all", *_row(report.own))
    met = [f for f in report.conditional if f.condition_met]
    table.add_row("linking a source, all", *_row(report.conditional))
    table.add_row("… where the condition came true", *_row(met))
    table.add_row("partly raised today", *_row(report.partly_followed))
    return table


def _row(followed: Sequence[Followed]) -> list[str]:
    better = sum(f.better for f in followed)
    low, high = wilson(better, len(followed))
    return [
        str(len(followed)),
        _percent(share([f.better for f in followed])),
        f"{low:.1%} to {high:.1%}" if followed else "–",
        _percent(share([f.better_anyway for f in followed])),
        _middle([float(f.path.months) for f in followed]),
        _middle([f.path.extra_cny for f in followed]),
    ]


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _middle(values: Sequence[float]) -> str:
    return f"{sorted(values)[len(values) // 2]:,.0f}" if values else "–"
