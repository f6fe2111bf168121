"""`make advice`: paths to the next raise for held accounts, lived in the simulated world and decided anew."""

import argparse
import time

from rich.console import Console

from experiments.advice.calibration import measure
from experiments.advice.figures import Figure, flat
from experiments.advice.page import write_page
from experiments.advice.plot import confidence_plot, success_plot
from experiments.advice.report import MONTHS_BEFORE_END, report_advice
from experiments.advice.sample import AdvisedAccount, moments, subject_of
from experiments.advice.tables import figures_table, kinds_table
from features import paths
from features.cli import run
from features.provenance import git_revision, peak_rss_mb
from features.tables import TableStore
from serving.advice.settings import packaged
from training.reporting import report as reports
from training.reporting.console import Stages

SEED = 2026


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="experiments.advice", description=__doc__)
    parser.add_argument("--config", default="portfolio", help="whose champion decides")
    parser.add_argument("--accounts", type=int, default=700, help="held accounts to advise at each moment")
    parser.add_argument(
        "--measure-confidence", action="store_true", help="measure the settings of [confidence] instead"
    )
    arguments = parser.parse_args()
    subject = subject_of(arguments.config, TableStore(paths.dataset("simulated")))
    stages = Stages(Console())
    if arguments.measure_confidence:
        measure(subject, arguments.accounts, packaged(), stages)
    else:
        prove(arguments.config, subject, arguments.accounts, stages)


def prove(config: str, subject: AdvisedAccount, n: int, stages: Stages) -> None:
    """Advises, enacts, prints, and writes the report, the plots and the page."""
    started = time.perf_counter()
    with stages.stage("advice", "advice") as bar:
        found = report_advice(subject, n, packaged(), bar)
    met = [f for f in found.conditional if f.condition_met]
    folder = paths.reports() / config / "advice"
    written = [
        success_plot(found.own, met, folder / "success.png"),
        confidence_plot(found.own, folder / "confidence.png"),
        write_page(found, folder / "advice.md", seed=SEED),
    ]
    figures = {
        **origin(config, subject),
        **flat(found),
        "wall_seconds": time.perf_counter() - started,
        "peak_rss_mb": peak_rss_mb(),
    }
    written.append(reports.write_to(paths.reports() / "advice.json", figures))
    stages.console.print(figures_table(figures), kinds_table(found))
    stages.print_notes(str(path) for path in written)


def origin(config: str, subject: AdvisedAccount) -> dict[str, Figure]:
    """What the figures are of."""
    when = moments(subject.config, MONTHS_BEFORE_END)
    return {
        "config": config,
        "moments": ", ".join(moment.date().isoformat() for moment in when),
        "bundle_sha256": subject.judge.bundle_sha256,
        "policy_version": subject.judge.policy.policy.version,
        "data_fingerprint": subject.store.fingerprint,
        "git_revision": git_revision(),
    }


if __name__ == "__main__":
    run(main)
