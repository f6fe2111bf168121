"""`make train`: trains, tunes, explains, gates and registers a model, and says how it went."""

import argparse
import time
from collections.abc import Mapping

from rich.console import Console

from features.cli import run
from training import report
from training.config import TrainConfig
from training.configfile import load_config
from training.console import Stages, table
from training.pipeline import train
from training.result import Value


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="train, tune, explain, gate and register a model")
    parser.add_argument("--config", default="portfolio", help="a shipped configuration, or a path to a TOML file")
    parser.add_argument("--fresh", action="store_true", help="forget trials of an earlier, identical run")
    arguments = parser.parse_args()
    started = time.perf_counter()
    config = load_config(arguments.config)
    stages = Stages(Console())
    prepare(config, stages)
    result = train(config, stages, fresh=arguments.fresh)
    flat = dict(result.report) | {"wall_seconds": time.perf_counter() - started}
    finish(config, flat, stages)


def prepare(config: TrainConfig, stages: Stages) -> None:
    """Makes the simulated portfolio when it is asked for and missing."""


def finish(config: TrainConfig, flat: Mapping[str, Value], stages: Stages) -> None:
    """Writes the report and shows the end table."""
    path = report.write(config.name, flat)
    stages.console.print(table(f"Trained {config.name}", report.shown(flat)))
    stages.console.print(f"report: {path}   plots: {path.parent / config.name / 'plots'}   compare runs: make ui")


if __name__ == "__main__":
    run(main)
