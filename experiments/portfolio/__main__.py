"""Command line: `simulate` writes the portfolio, `report` validates it."""

import argparse
from pathlib import Path

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.dataset import simulate
from experiments.portfolio.measure import measured
from experiments.portfolio.report.main import report
from features import cli, paths
from features.errors import ConfigError
from features.tables import TableStore


def main() -> None:
    """Reads the command and runs it."""
    parser = argparse.ArgumentParser(prog="experiments.portfolio", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    home = paths.dataset("simulated")
    make = commands.add_parser("simulate", help="write the tables and the ground truth")
    make.add_argument("--accounts", type=int, default=20_000)
    make.add_argument("--months", type=int, default=48)
    make.add_argument("--seed", type=int, default=2026)
    make.add_argument("--buckets", type=int, default=16)
    make.add_argument("--workers", type=int, default=2)
    make.add_argument(
        "--delay",
        action="append",
        default=[],
        metavar="TABLE=HOURS",
        help="hours from the event to the arrival of a table's rows, in place of [feeds]; may be repeated",
    )
    make.add_argument("--out", type=Path, default=home, help="folder of the tables")
    check = commands.add_parser(
        "report", help="compare with published figures, and the randomised test with the ground truth"
    )
    check.add_argument("--data", type=Path, default=home, help="folder of the tables")
    args = parser.parse_args()
    if args.command == "simulate":
        _simulate(args)
    else:
        report(TableStore(args.data))


def _simulate(args: argparse.Namespace) -> None:
    config = SimulationConfig(
        n_accounts=args.accounts,
        n_months=args.months,
        seed=args.seed,
        n_buckets=args.buckets,
        workers=args.workers,
    )
    config = config.with_delays(_delays(args.delay))
    measured("simulate", lambda: simulate(config, args.out).info, config)


def _delays(given: list[str]) -> dict[str, float]:
    """Hours by table, from `TABLE=HOURS`.

    Raises:
        ConfigError: one of them has another form.
    """
    try:
        return {table: float(hours) for table, hours in (one.split("=") for one in given)}
    except ValueError as error:
        raise ConfigError(f"--delay {given}: give TABLE=HOURS, such as delinquency=72") from error


if __name__ == "__main__":
    cli.run(main)
