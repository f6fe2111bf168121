"""The results as a table on screen and in Markdown."""

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from experiments.flat_files.study import Result
from training.reporting.result import Value

COLUMNS: Mapping[str, str] = {
    "auc": "AUC test",
    "auc_validation": "AUC validation",
    "sufficiency_flip_share": "sufficiency",
    "necessity_order_share": "necessity order",
    "noise_feature_named_share": "noise stated",
    "retraining_top1_change_share": "first reason changes",
    "absent_told_as_behaviour": "absence as behaviour",
}
"""Keys of a training's report, with the headings of their columns."""
SHARES = frozenset(
    ["noise_feature_named_share", "retraining_top1_change_share"],
)
COUNTS = frozenset(["absent_told_as_behaviour"])


def headings() -> tuple[str, ...]:
    """The heading of every column."""
    return ("file", "champion", *COLUMNS.values(), "s", "what stands in the way")


def cells(result: Result) -> tuple[str, ...]:
    """One row."""
    figures = (_shown(key, result.report.get(key)) for key in COLUMNS)
    why = result.stopped or str(result.report.get("gate_failures") or "")
    return (
        f"{result.kind.name}: {result.kind.what}",
        "yes" if result.champion else "no",
        *figures,
        f"{result.seconds:.0f}",
        why,
    )


def on_screen(results: Sequence[Result]) -> Table:
    """The table for a console."""
    printed = Table(title="From the raw file to the gate", title_justify="left", title_style="bold")
    for heading in headings():
        printed.add_column(heading, overflow="fold")
    for result in results:
        printed.add_row(*map(escape, cells(result)))
    return printed


def in_markdown(results: Sequence[Result]) -> str:
    """The table as Markdown."""
    rows = [headings(), ("---",) * len(headings()), *map(cells, results)]
    return "".join(f"| {' | '.join(cell.replace('|', ' ') for cell in row)} |\n" for row in rows)


def _shown(key: str, value: Value) -> str:
    if not isinstance(value, int | float):
        return "–"
    if key in COUNTS:
        return f"{value:.0f}"
    return f"{value:.1%}" if key in SHARES else f"{value:.3f}"
