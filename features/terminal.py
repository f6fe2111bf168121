"""What a person sees of a job that moves tables: a bar while it runs, a table at its end."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

Step = Callable[[int, int], None]
"""Told how much is done, and of how much."""


@contextmanager
def bar(label: str) -> Iterator[Step]:
    """A progress bar; what is yielded moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def counts_table(
    title: str,
    rows: Mapping[str, int],
    broken: Mapping[tuple[str, str], int],
    figures: Mapping[str, str],
    *,
    file: Console | None = None,
) -> None:
    """Prints rows by table, rows set aside by table and rule, then single figures."""
    shown = Table(title=title, title_justify="left", title_style="bold")
    shown.add_column("table")
    shown.add_column("rows", justify="right")
    shown.add_column("set aside", justify="right")
    shown.add_column("rule")
    for table in dict.fromkeys([*rows, *(table for table, _ in broken)]):
        mine = [(rule, n) for (owner, rule), n in broken.items() if owner == table]
        rule, n = mine[0] if mine else ("", 0)
        shown.add_row(table, f"{rows.get(table, 0):,}", f"{n:,}", rule)
        for rule, n in mine[1:]:
            shown.add_row("", "", f"{n:,}", rule)
    shown.add_section()
    for name, value in figures.items():
        shown.add_row(name, value, "", "")
    (file or Console()).print(shown)
