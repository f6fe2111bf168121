"""Console output of a job: one progress line a stage, then a table."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape
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


class StageListener(Protocol):
    """What is notified of the stages of a job."""

    def stage_started(self, label: str) -> None:
        """Called before a stage."""
        ...

    def stage_ended(self, name: str, seconds: float) -> None:
        """Called after a stage that did not fail, with its wall time."""
        ...


class Stages:
    """Runs stages one after another, shows each with a progress bar and keeps its time.

    Attributes:
        seconds: wall seconds by stage.
        listener: notified of each stage; None when there is none.
    """

    def __init__(self, console: Console | None = None, listener: StageListener | None = None) -> None:
        self.console = console or Console()
        self.seconds: dict[str, float] = {}
        self.listener = listener

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
        if self.listener is not None:
            self.listener.stage_started(label)
        with Progress(*columns, console=self.console, transient=False) as progress:
            bar = Bar(progress, progress.add_task(label, total=1, note=""))
            yield bar
            bar.finish()
        self.seconds[name] = time.perf_counter() - started
        if self.listener is not None:
            self.listener.stage_ended(name, self.seconds[name])

    def print_notes(self, notes: Iterable[str]) -> None:
        """Prints notes, one a line."""
        for note in notes:
            self.console.print(f"  · {note}", style="yellow", highlight=False, markup=False)


class Bar:
    """The progress bar of one stage."""

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
    """A table of two columns, names left, values right."""
    printed = Table(title=title, show_header=False, title_justify="left", title_style="bold")
    printed.add_column(style="cyan")
    printed.add_column(justify="right")
    for name, value in rows.items():
        printed.add_row(name, escape(value))
    return printed
