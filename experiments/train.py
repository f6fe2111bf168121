"""`make train`: trains, tunes, explains, gates and registers a model, and says how it went."""

import argparse
import time
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from experiments.fidelity.truth import extra_tests_for
from experiments.portfolio import truth_comparison
from experiments.portfolio.config import WorldConfig, from_origin
from experiments.portfolio.dataset import simulate
from features import paths
from features.cli import run
from features.tables import TableStore
from training.config.files import load_config
from training.config.schema import SimulatedData, TrainConfig
from training.pipeline import train
from training.reporting import report
from training.reporting.console import Stages, table
from training.reporting.result import TrainResult, Value
from training.reporting.tracking import append


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="train, tune, explain, gate and register a model")
    parser.add_argument(
        "--config", default="portfolio", help="a shipped configuration, or a path to a TOML file"
    )
    parser.add_argument("--fresh", action="store_true", help="forget trials of an earlier, identical run")
    arguments = parser.parse_args()
    started = time.perf_counter()
    config = load_config(arguments.config)
    stages = Stages(Console())
    prepare(config, stages)
    result = train(config, stages, fresh=arguments.fresh, examiners=extra_tests_for(config))
    truth = beside_truth(result, stages) if config.adapter == "simulated" else {}
    finish(config, {**result.report, **truth, "wall_seconds": time.perf_counter() - started}, stages)


def prepare(config: TrainConfig, stages: Stages) -> None:
    """Makes the simulated portfolio when it is asked for and missing; one that stands is used as it is."""
    if not isinstance(config.data, SimulatedData):
        return
    root, data = paths.dataset("simulated"), config.data
    if (root / "dataset.json").exists():
        stages.say(_difference(from_origin(dict(TableStore(root).info.origin)), data))
        return
    stages.console.print(f"  simulating {data.accounts:,} accounts over {data.months} months")
    simulate(WorldConfig(n_accounts=data.accounts, n_months=data.months, seed=data.seed), root)


def _difference(world: WorldConfig, data: SimulatedData) -> list[str]:
    there = (world.n_accounts, world.n_months, world.seed)
    if there == (data.accounts, data.months, data.seed):
        return []
    return [
        f"the portfolio under var/ has {there[0]:,} accounts, {there[1]} months, seed {there[2]}; it is "
        f"used, not the configured {data.accounts:,}, {data.months}, {data.seed} (see `make portfolio`)"
    ]


def beside_truth(result: TrainResult, stages: Stages) -> dict[str, Value]:
    """Compares with the world's own probabilities, on screen, in the report and in MLflow."""
    with stages.stage("truth", "comparison with the truth"):
        sides = truth_comparison.compare(result.judged.found)
        path = paths.reports() / result.judged.trained.config.name / "plots" / "truth.png"
        truth_comparison.plot(path, sides)
        flat = truth_comparison.report_figures(sides)
        append(
            result.registered.run_id, {k: float(v) for k, v in flat.items() if isinstance(v, float)}, [path]
        )
    stages.console.print(_side_by_side(sides))
    return {**flat, "seconds_truth": stages.seconds["truth"]}


def _side_by_side(sides: tuple[truth_comparison.TruthComparison, ...]) -> Table:
    shown = Table(title="The model beside the truth, test rows", title_justify="left", title_style="bold")
    for name in (
        "month",
        "rows",
        "AUC",
        "AUC of truth",
        "KS",
        "KS of truth",
        "predicted",
        "true",
        "observed",
    ):
        shown.add_column(name, justify="left" if name == "month" else "right")
    for s in sides:
        shares = (f"{value:.2%}" for value in (s.mean_pd, s.mean_true, s.bad_rate))
        figures = (f"{value:.3f}" for value in (s.auc, s.auc_truth, s.ks, s.ks_truth))
        shown.add_row(s.name, f"{s.n:,}", *figures, *shares)
    return shown


def finish(config: TrainConfig, flat: Mapping[str, Value], stages: Stages) -> None:
    """Writes the report and shows the end table."""
    path = report.write(config.name, flat)
    stages.console.print(table(f"TrainedModel {config.name}", report.shown(flat)))
    stages.console.print(
        f"report {path}", f"plots  {path.parent / config.name / 'plots'}", sep="\n", soft_wrap=True
    )
    stages.console.print("compare runs with `make ui`; answer with `make serve`" + _suffix(config))


def _suffix(config: TrainConfig) -> str:
    return "" if config.name == "portfolio" else f" CONFIG={config.name}"


if __name__ == "__main__":
    run(main)
