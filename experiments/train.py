"""`make train`: trains, tunes, explains, gates and registers a model, and prints a summary."""

import argparse
import time
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from experiments.fidelity.truth import extra_tests_for
from experiments.portfolio import truth_comparison
from experiments.portfolio.config import SimulationConfig, from_origin
from experiments.portfolio.dataset import simulate
from features import paths
from features.cli import run as run_command
from features.tables import TableStore
from training.config.files import load_config
from training.config.schema import SimulatedData, TrainConfig
from training.pipeline import train
from training.reporting import report
from training.reporting.console import Stages, table
from training.reporting.result import TrainResult, Value
from training.reporting.tracking.lifecycle import run as tracked_run
from training.reporting.tracking.run import Run


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="train, tune, explain, gate and register a model")
    parser.add_argument(
        "--config", default="portfolio", help="a shipped configuration, or a path to a TOML file"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="delete the trials of an earlier, identical training"
    )
    arguments = parser.parse_args()
    run_training(load_config(arguments.config), fresh=arguments.fresh)


def run_training(config: TrainConfig, *, fresh: bool) -> None:
    """One training, its run in MLflow from start to end, its report and its summary."""
    started = time.perf_counter()
    with tracked_run(config, fresh=fresh) as run:
        stages = Stages(Console(), run)
        ensure_portfolio(config, stages)
        result = train(config, stages, run, fresh=fresh, extra_tests=extra_tests_for(config))
        truth = compare_with_truth(result, stages, run) if config.adapter == "simulated" else {}
        figures = {**result.report, **truth, "wall_seconds": time.perf_counter() - started}
        write_and_print(config, figures, stages)


def ensure_portfolio(config: TrainConfig, stages: Stages) -> None:
    """Simulates the portfolio when the configuration needs one and there is none; an existing one is used."""
    if not isinstance(config.data, SimulatedData):
        return
    root, data = paths.dataset("simulated"), config.data
    if (root / "dataset.json").exists():
        stages.print_notes(_difference(from_origin(dict(TableStore(root).info.origin)), data))
        return
    stages.console.print(f"  simulating {data.accounts:,} accounts over {data.months} months")
    simulate(SimulationConfig(n_accounts=data.accounts, n_months=data.months, seed=data.seed), root)


def _difference(world: SimulationConfig, data: SimulatedData) -> list[str]:
    there = (world.n_accounts, world.n_months, world.seed)
    if there == (data.accounts, data.months, data.seed):
        return []
    return [
        f"the portfolio under var/ has {there[0]:,} accounts, {there[1]} months, seed {there[2]}; it is "
        f"used, not the configured {data.accounts:,}, {data.months}, {data.seed} (see `make portfolio`)"
    ]


def compare_with_truth(result: TrainResult, stages: Stages, run: Run) -> dict[str, Value]:
    """Compares with the simulated portfolio's true probabilities: on screen, in the report and in MLflow."""
    with stages.stage("truth", "comparison with the truth"):
        sides = truth_comparison.compare(result.evaluated.evaluation)
        path = paths.reports() / result.evaluated.trained.config.name / "plots" / "truth.png"
        truth_comparison.plot(path, sides)
        flat = truth_comparison.report_figures(sides)
        run.log_metrics(flat)
        run.log_file(path, "plots")
    stages.console.print(_truth_table(sides))
    return {**flat, "seconds_truth": stages.seconds["truth"]}


def _truth_table(sides: tuple[truth_comparison.TruthComparison, ...]) -> Table:
    printed = Table(
        title="Model and true probability of bad, test set", title_justify="left", title_style="bold"
    )
    headings = (
        "month",
        "rows",
        "AUC",
        "AUC of truth",
        "KS",
        "KS of truth",
        "predicted",
        "true",
        "observed",
    )
    for name in headings:
        printed.add_column(name, justify="left" if name == "month" else "right")
    for s in sides:
        shares = (f"{value:.2%}" for value in (s.mean_pd, s.mean_true, s.bad_rate))
        figures = (f"{value:.3f}" for value in (s.auc, s.auc_truth, s.ks, s.ks_truth))
        printed.add_row(s.name, f"{s.n:,}", *figures, *shares)
    return printed


def write_and_print(config: TrainConfig, figures: Mapping[str, Value], stages: Stages) -> None:
    """Writes the report and prints the summary."""
    path = report.write(config.name, figures)
    stages.console.print(table(f"Trained {config.name}", report.summary_rows(figures)))
    stages.console.print(
        f"report {path}", f"plots  {path.parent / config.name / 'plots'}", sep="\n", soft_wrap=True
    )
    suffix = "" if config.name == "portfolio" else f" CONFIG={config.name}"
    stages.console.print(f"compare runs: `make ui`; serve the champion: `make serve{suffix}`", soft_wrap=True)


if __name__ == "__main__":
    run_command(main)
