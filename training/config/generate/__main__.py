"""`make config`: looks at a raw file and writes the configuration that trains on it."""

import argparse

from rich.console import Console

from features.cli import run as run_command
from training.config.generate.command import generate


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="look at a raw file and write its training configuration")
    parser.add_argument("--file", required=True, help="CSV or Parquet, one row a case")
    parser.add_argument("--target", required=True, help="column with the outcome, by name or position")
    parser.add_argument("--out", default="", help="the TOML file to write")
    parser.add_argument("--bad", default="", help="values of the target that mean bad, separated by commas")
    parser.add_argument("--good", default="", help="values that mean good, separated by commas")
    given = parser.parse_args()
    console = Console()
    path = generate(
        given.file, given.target, given.out, bad=_listed(given.bad), good=_listed(given.good), console=console
    )
    console.print(f"written {path}; review it, then: `make train CONFIG={path}`", soft_wrap=True)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


if __name__ == "__main__":
    run_command(main)
