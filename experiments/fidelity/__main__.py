"""`make fidelity`: proves the champion's reasons, writes the report, and withdraws nothing in silence."""

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from experiments.fidelity.absence import told_as_behaviour
from experiments.fidelity.examined import Examined, load_champion
from experiments.fidelity.plot import findings_plot
from experiments.fidelity.reading import write_page
from experiments.fidelity.truth import driver_findings
from features import paths
from features.cli import run
from training import report
from training.configfile import load_config
from training.console import Stages
from training.fidelity.result import Finding
from training.fidelity.suite import FULL, examine
from training.provenance import git_revision
from training.result import Value
from training.track import append, run_of

SEED = 2026


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="put the champion's reasons to every test")
    parser.add_argument("--config", default="portfolio", help="configuration whose champion is examined")
    started, stages = time.perf_counter(), Stages(Console())
    config = load_config(parser.parse_args().config)
    examined = load_champion(config, stages)
    findings = collect(examined, stages)
    folder = paths.reports() / config.name / "fidelity"
    page = write_page(examined, folder / "decisions.md", seed=SEED)
    plot = findings_plot(findings, folder / "fidelity.png")
    figures = {**flat(examined, findings), "wall_seconds": time.perf_counter() - started}
    written = report.write_to(report_path(config.name), figures)
    record(examined, findings, [plot, page, written])
    stages.console.print(shown(findings))
    stages.console.print(f"report: {written}   twenty decisions: {page}")
    if not all(found.passed for found in findings):
        raise SystemExit(1)


def report_path(config_name: str) -> Path:
    """`fidelity.json` for the portfolio, `fidelity-<config>.json` for others."""
    name = "fidelity" if config_name == "portfolio" else f"fidelity-{config_name}"
    return paths.reports() / f"{name}.json"


def record(examined: Examined, findings: Sequence[Finding], files: Sequence[Path]) -> None:
    """Adds the findings to the champion's own run."""
    run_id = run_of(examined.config.name, examined.sha256)
    if run_id is not None:
        metrics = {f"fidelity_{found.name}": found.value for found in findings if found.value == found.value}
        append(run_id, metrics, files)


def collect(examined: Examined, stages: Stages) -> Sequence[Finding]:
    """All findings; those against the truth only where the truth is known."""
    done = 0
    with stages.stage("fidelity", "examining the reasons") as bar:

        def step(name: str) -> None:
            nonlocal done
            bar(done, 14, name)
            done += 1

        found = list(examine(examined.subject, examined.recipe, seed=SEED, effort=FULL, step=step))
        step("absent sources")
        found.append(told_as_behaviour(examined, seed=SEED))
        if examined.config.adapter == "simulated":
            step("drivers of the simulated world")
            found.extend(driver_findings(examined, seed=SEED))
    return found


def flat(examined: Examined, findings: Sequence[Finding]) -> Mapping[str, Value]:
    """Flat figures of the report."""
    values: dict[str, Value] = {found.name: found.value for found in findings}
    cases: dict[str, Value] = {f"{found.name}_cases": found.cases for found in findings}
    passed: dict[str, Value] = {f"{found.name}_passed": found.passed for found in findings}
    return {
        "config": examined.config.name,
        "bundle_sha256": examined.sha256,
        "data_fingerprint": examined.cohort.data_fingerprint,
        "git_revision": git_revision(),
        "n_reference": len(examined.subject.reference),
        "n_declined": len(examined.subject.declined),
        "gate_passed": all(found.passed for found in findings),
        **values,
        **cases,
        **passed,
    }


def shown(findings: Sequence[Finding]) -> Table:
    """The end table."""
    table = Table(title="Fidelity of the reasons", title_justify="left", title_style="bold")
    for name in ("finding", "value", "gate", "cases", "", "meaning"):
        table.add_column(name, justify="right" if name in ("value", "cases") else "left")
    for found in findings:
        gate = "" if found.gate is None else f"{'≥' if found.sense == 'min' else '≤'} {found.gate:g}"
        verdict = "[green]holds[/]" if found.passed else "[red]FAILS[/]"
        table.add_row(found.name, f"{found.value:.4g}", gate, f"{found.cases:,}", verdict, found.meaning)
    return table


if __name__ == "__main__":
    run(main)
