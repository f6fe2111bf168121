"""`make flat-files`: from six raw files to their gates, with nothing edited in between."""

import argparse

from rich.console import Console

from experiments.flat_files import table
from experiments.flat_files.kinds import KINDS
from experiments.flat_files.study import Result, run
from features import paths
from features.cli import run as run_command
from training.reporting import report


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="describe and train six raw files without editing")
    parser.add_argument("--seed", type=int, default=2026, help="of the files")
    parser.add_argument("--only", default="", help="first letters of the files, such as af; all when empty")
    given = parser.parse_args()
    console = Console()
    results = [
        run(kind, number, given.seed, console)
        for number, kind in enumerate(KINDS)
        if kind.name[0] in (given.only or kind.name)
    ]
    write(results)
    console.print(table.on_screen(results), f"report: {paths.reports() / 'flat-files.json'}")


def write(results: list[Result]) -> None:
    """Writes the report and its table."""
    path = paths.reports() / "flat-files.json"
    report.write_to(path, dict(pair for result in results for pair in result.flat()))
    path.with_suffix(".md").write_text(table.in_markdown(results), encoding="utf-8")


if __name__ == "__main__":
    run_command(main)
