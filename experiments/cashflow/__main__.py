"""Command line: `simulate` writes the data set, `report` prints its marginals."""

import argparse
import time
from pathlib import Path

from rich.console import Console

from experiments.cashflow.config import CashflowConfig
from experiments.cashflow.dataset import NAME, simulate
from experiments.cashflow.report import report
from features import cli, paths
from features.tables import TableStore


def main() -> None:
    """Reads the command and runs it."""
    parser = argparse.ArgumentParser(prog="experiments.cashflow", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    home = paths.dataset(NAME)
    make = commands.add_parser("simulate", help="write the tables and the ground truth")
    make.add_argument("--accounts", type=int, default=20_000)
    make.add_argument("--months", type=int, default=48)
    make.add_argument("--seed", type=int, default=2026)
    make.add_argument("--buckets", type=int, default=16)
    make.add_argument("--workers", type=int, default=2)
    make.add_argument("--out", type=Path, default=home, help="folder of the tables")
    check = commands.add_parser("report", help="print marginals of the data set")
    check.add_argument("--data", type=Path, default=home, help="folder of the tables")
    args = parser.parse_args()
    if args.command == "simulate":
        _simulate(args)
    else:
        report(TableStore(args.data))


def _simulate(args: argparse.Namespace) -> None:
    config = CashflowConfig(
        n_accounts=args.accounts,
        n_months=args.months,
        seed=args.seed,
        n_buckets=args.buckets,
        workers=args.workers,
    )
    start = time.perf_counter()
    store = simulate(config, args.out)
    rows = sum(store.info.rows.values())
    Console().print(f"{rows:,} rows at {args.out} in {time.perf_counter() - start:.0f} s", soft_wrap=True)
    report(store)


if __name__ == "__main__":
    cli.run(main)
