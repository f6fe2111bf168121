"""`make bench-reasons`: compiled Shapley values against `shap` and LightGBM's `pred_contrib`, in one run.

The model has the intended size: 300 trees of depth 6 and up to 63 leaves, on the project's own features of a
small simulated portfolio, explained by theme against 1,000 reference accounts. The baselines explain by
feature: `shap`'s interventional explainer, exact like the compiled tables, against the 100 reference rows
beyond which it samples, and `pred_contrib`, which is path-dependent, another quantity, but the usual choice
for batches. All take turns, round after round, so that other load on the machine affects all alike.
"""

import argparse
import json

from rich.console import Console

from experiments.benchmarks.reasons_measure import (
    Figures,
    batch,
    compile_timed,
    describe,
    single,
    targets_met,
)
from experiments.benchmarks.reasons_model import benchmark_model
from features import cli, paths
from training.reporting.console import Stages, table


def main() -> None:
    """Command line of `make bench-reasons`."""
    parser = argparse.ArgumentParser(prog="experiments.benchmarks.reasons", description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    threads = parser.parse_args().threads
    stages = Stages(Console())
    with stages.stage("model", "portfolio, features, 300 trees") as bar:
        given = benchmark_model(bar, threads)
    with stages.stage("compile", "compiling reasons"):
        made = compile_timed(given)
        figures = describe(given, made)
    with stages.stage("one", "one account: tables, shap, predict"):
        figures |= single(given, made.tables)
    with stages.stage("batch", "batch: tables, pred_contrib"):
        figures |= batch(given, made.tables, threads)
    write(figures | targets_met(figures), stages.console)


def write(figures: Figures, console: Console) -> None:
    """Prints the figures and writes `var/reports/bench-reasons.json`."""
    rows = {name: _shown(value) for name, value in figures.items()}
    console.print(table("Exact Shapley reasons: time and throughput", rows))
    paths.reports().mkdir(parents=True, exist_ok=True)
    path = paths.reports() / "bench-reasons.json"
    path.write_text(json.dumps(figures, indent=1) + "\n")
    console.print(f"report {path}", soft_wrap=True)


def _shown(value: float) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if value < 100 else f"{value:,.0f}"


if __name__ == "__main__":
    cli.run(main)
