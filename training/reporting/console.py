"""What a person sees while a training runs: one line a stage with a bar, then a table."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table


class Stages:
    """Runs stages one after another, shows each with a bar and keeps its time.

    Attributes:
        seconds: wall seconds by stage.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, label: str) -> Iterator["Bar"]:
        """A stage; the yielded bar may be moved."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description:<34}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
        )
        started = time.perf_counter()
        with Progress(*columns, console=self.console, transient=False) as progress:
            bar = Bar(progress, progress.add_task(label, total=1, note=""))
            yield bar
            bar.finish()
        self.seconds[name] = time.perf_counter() - started

    def say(self, sentences: Iterable[str]) -> None:
        """Prints sentences, one a line."""
        for sentence in sentences:
            self.console.print(f"  · {sentence}", style="yellow", highlight=False, markup=False)


class Bar:
    """The bar of one stage."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Moves the bar to `done` of `total`."""
        self._progress.update(self._task, completed=done, total=total, note=note)

    def finish(self) -> None:
        """Fills the bar."""
        total = self._progress.tasks[0].total or 1
        self._progress.update(self._task, completed=total)


def table(title: str, rows: Mapping[str, str]) -> Table:
    """Two columns, names left, figures right."""
    shown = Table(title=title, show_header=False, title_justify="left", title_style="bold")
    shown.add_column(style="cyan")
    shown.add_column(justify="right")
    for name, value in rows.items():
        shown.add_row(name, value)
    return shown
