"""`make advice`: paths to the next limit increase for declined accounts, simulated and decided anew."""

import argparse
import time

import numpy as np
from rich.console import Console

from experiments.advice import calibration
from experiments.advice.evaluation import MONTHS_BEFORE_END, evaluate
from experiments.advice.outcomes.scenario_outcomes import scenario_outcomes
from experiments.advice.reporting.examples import write_examples
from experiments.advice.reporting.intervals import Metric
from experiments.advice.reporting.metrics import flat
from experiments.advice.reporting.plots import confidence_plot, success_plot
from experiments.advice.reporting.tables import errors_table, metrics_table, plans_table, thresholds_table
from experiments.advice.sampling import declined, moments
from experiments.advice.setup import EvaluationSetup, load_setup
from features import paths
from features.cli import run
from features.provenance import git_revision, peak_rss_mb
from features.tables import TableStore
from serving.advice.settings_file import packaged
from training.reporting import report as reports
from training.reporting.console import Stages

SEED = 2026


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="experiments.advice", description=__doc__)
    parser.add_argument("--config", default="portfolio", help="configuration whose champion decides")
    parser.add_argument(
        "--accounts", type=int, default=700, help="declined accounts to advise at each moment"
    )
    parser.add_argument(
        "--measure-confidence", action="store_true", help="fit [confidence] of the settings instead"
    )
    arguments = parser.parse_args()
    setup = load_setup(arguments.config, TableStore(paths.dataset("simulated")))
    stages = Stages(Console())
    if arguments.measure_confidence:
        measure_confidence(setup, arguments.accounts, stages)
    else:
        evaluate_advice(arguments.config, setup, arguments.accounts, stages)


def evaluate_advice(config: str, setup: EvaluationSetup, n: int, stages: Stages) -> None:
    """Advises and simulates, prints tables, and writes the report, the plots and the examples."""
    started = time.perf_counter()
    with stages.stage("advice", "advice") as progress:
        found = evaluate(setup, n, packaged(), progress)
    met = [o for o in found.conditional if o.condition_met]
    folder = paths.reports() / config / "advice"
    written = [
        success_plot(found.own, met, folder / "success.png"),
        confidence_plot(found.own, folder / "confidence.png"),
        write_examples(found, folder / "advice.md", seed=SEED),
    ]
    metrics = {
        **origin(config, setup),
        **flat(found),
        "wall_seconds": time.perf_counter() - started,
        "peak_rss_mb": peak_rss_mb(),
    }
    written.append(reports.write_to(paths.reports() / "advice.json", metrics))
    stages.console.print(metrics_table(metrics), plans_table(found))
    stages.print_notes(str(path) for path in written)


def measure_confidence(setup: EvaluationSetup, n: int, stages: Stages) -> None:
    """Fits the weights and the threshold, prints them as they stand in `advice.toml`, writes a report."""
    when = moments(setup.config, calibration.MONTHS_BEFORE_END)
    with stages.stage("accounts", "sampling accounts"):
        sample = declined(setup, when, n, calibration=True)
    with stages.stage("scenarios", "evaluating and simulating plans"):
        outcomes = [
            one
            for one in scenario_outcomes(setup, sample.accounts, packaged())
            if np.isfinite(one.scenario.slack) and not one.withdrew
        ]
    confidence, thresholds = calibration.calibrate(outcomes)
    stages.console.print(errors_table(outcomes), thresholds_table(thresholds))
    stages.console.print("[confidence]", markup=False)
    for name, value in confidence.model_dump().items():
        stages.console.print(f"{name} = {value:.3f}", highlight=False)
    chosen = next(one for one in thresholds if one.least == confidence.least)
    metrics = {
        "bundle_sha256": setup.engine.bundle_sha256,
        "data_fingerprint": setup.store.fingerprint,
        "git_revision": git_revision(),
        "scenarios": len(outcomes),
        "paths_at_least": chosen.paths,
        "paths_at_least_better_share": chosen.share,
        **{f"confidence_{name}": value for name, value in confidence.model_dump().items()},
    }
    reports.write_to(paths.reports() / "advice-confidence.json", metrics)


def origin(config: str, setup: EvaluationSetup) -> dict[str, Metric]:
    """What the metrics are of."""
    when = moments(setup.config, MONTHS_BEFORE_END)
    return {
        "config": config,
        "moments": ", ".join(moment.date().isoformat() for moment in when),
        "bundle_sha256": setup.engine.bundle_sha256,
        "policy_version": setup.engine.policy.policy.version,
        "data_fingerprint": setup.store.fingerprint,
        "git_revision": git_revision(),
    }


if __name__ == "__main__":
    run(main)
