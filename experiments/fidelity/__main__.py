"""`make fidelity`: all fidelity tests of the champion's reasons, as a report; an error where a gate fails."""

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from experiments.fidelity.champion import load_champion
from experiments.fidelity.decision_page import write_page
from experiments.fidelity.truth import extra_tests_for
from features import paths
from features.cli import run
from features.provenance import git_revision
from training.config.files import load_config
from training.fidelity.evaluation import evaluate_reasons
from training.fidelity.finding import Finding
from training.fidelity.inputs import FidelityInputs
from training.reporting import report
from training.reporting.console import Stages
from training.reporting.plots.fidelity import findings_plot
from training.reporting.result import Value
from training.reporting.tracking.store import append, run_of


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="run all fidelity tests of the champion's reasons")
    parser.add_argument("--config", default="portfolio", help="configuration whose champion is tested")
    started, stages = time.perf_counter(), Stages(Console())
    config = load_config(parser.parse_args().config)
    sha256, inputs = load_champion(config, stages)
    with stages.stage("fidelity", "fidelity tests of the reasons") as bar:
        findings = evaluate_reasons(inputs, bar, extra_tests_for(config))
    folder = paths.reports() / config.name / "fidelity"
    page = write_page(inputs, folder / "decisions.md", seed=config.fidelity.seed)
    plot = findings_plot(findings, folder / "fidelity.png")
    figures = {**flat(sha256, inputs, findings), "wall_seconds": time.perf_counter() - started}
    written = report.write_to(report_path(config.name), figures)
    record(config.name, sha256, findings, [plot, page, written])
    stages.console.print(table_of(findings))
    stages.console.print(f"report: {written}", f"twenty decisions: {page}", sep="\n", soft_wrap=True)
    if not all(found.passed for found in findings):
        raise SystemExit(1)


def report_path(config_name: str) -> Path:
    """`fidelity.json` for the portfolio, `fidelity-<config>.json` for others."""
    name = "fidelity" if config_name == "portfolio" else f"fidelity-{config_name}"
    return paths.reports() / f"{name}.json"


def record(config_name: str, sha256: str, findings: Sequence[Finding], files: Sequence[Path]) -> None:
    """Adds the findings to the champion's own run."""
    run_id = run_of(config_name, sha256)
    if run_id is not None:
        append(run_id, {f"fidelity_{found.name}": float(found.value) for found in findings}, files)


def flat(sha256: str, inputs: FidelityInputs, findings: Sequence[Finding]) -> Mapping[str, Value]:
    """Flat figures of the report."""
    return {
        "config": inputs.config.name,
        "bundle_sha256": sha256,
        "data_fingerprint": inputs.cohort.data_fingerprint,
        "git_revision": git_revision(),
        "n_reference": len(inputs.tested.reference),
        "n_declined": len(inputs.tested.declined),
        "gate_passed": all(found.passed for found in findings),
        **report.fidelity_keys(findings),
    }


def table_of(findings: Sequence[Finding]) -> Table:
    """The end table."""
    table = Table(title="Fidelity of the reasons", title_justify="left", title_style="bold")
    for name in ("finding", "value", "gate", "cases", "", "meaning"):
        table.add_column(name, justify="right" if name in ("value", "cases") else "left", overflow="fold")
    for found in findings:
        verdict = "" if found.gate is None else "[green]holds[/]" if found.passed else "[red]FAILS[/]"
        table.add_row(
            found.name, f"{found.value:.4g}", found.limit, f"{found.cases:,}", verdict, found.meaning
        )
    return table


if __name__ == "__main__":
    run(main)
