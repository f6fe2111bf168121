"""`make consent-report`: what never linking a source costs and withdrawing it gains, by the model alone."""

import argparse
import time
from collections.abc import Mapping

import lightgbm as lgb
import numpy as np
from rich.console import Console
from rich.table import Table

from experiments.fidelity.champion import Champion, rebuild
from features import paths
from features.arrays import Floats
from features.cli import run
from serving.decision.policy import packaged, scale_for
from serving.decision.policy.tiers import TierScale
from serving.model.scorer import Scorer
from training.config.files import load_config
from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.evaluation.consent import LogOdds, NeverLinked, Withdrawn, keys, never_linked, price, withdrawn
from training.evaluation.consent_refits import Training
from training.model.dropout import linked_sources
from training.model.fit import FittedModel
from training.reporting import report
from training.reporting.console import Bar, Stages
from training.reporting.result import Value
from training.reporting.tracking.store import append, run_of

Found = Mapping[str, tuple[NeverLinked, Withdrawn | None]]
"""What was found, by source."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="compare the champion with models of fewer sources")
    parser.add_argument("--config", default="portfolio", help="configuration whose champion is compared")
    started, stages = time.perf_counter(), Stages(Console())
    config = load_config(parser.parse_args().config)
    champion = rebuild(config, stages)
    config = champion.data.config
    if not linked_sources(champion.bundle.spec.catalogue):
        stages.console.print(f"the champion of {config.name!r} reads no linked source: nothing to compare")
        return
    with stages.stage("consent", "models of fewer sources") as bar:
        found, figures = compare(champion, config, bar)
    seconds = {"wall_seconds": time.perf_counter() - started}
    flat: dict[str, Value] = {"config": config.name, "bundle_sha256": champion.sha256, **figures, **seconds}
    written = report.write_to(paths.reports() / f"consent-{config.name}.json", flat)
    run_id = run_of(config.name, champion.sha256)
    if run_id is not None:
        append(run_id, figures, [written])
    stages.console.print(table_of(found), f"report: {written}", sep="\n", soft_wrap=True)
    stages.console.print(
        f"source dropout of {config.model.source_dropout:g}, one seed, test set: AUC "
        f"{figures['consent_price_auc_with_dropout']:.4f} with it, "
        f"{figures['consent_price_auc_without_dropout']:.4f} without; log-loss "
        f"{figures['consent_price_logloss_with_dropout']:.4f}, "
        f"{figures['consent_price_logloss_without_dropout']:.4f}"
    )


def compare(champion: Champion, config: TrainConfig, bar: Bar) -> tuple[Found, dict[str, float]]:
    """The champion against refits of one seed: one without each source, one without source dropout."""
    bundle, data = champion.bundle, champion.data
    training = Training(data.split, data.early, champion.tuned, config).one_seed()
    model, test = champion_log_odds(champion), data.split.test
    sources = linked_sources(bundle.spec.catalogue)
    total, found, figures = len(sources) + 2, {}, {}
    for done, source in enumerate(sources):
        bar(done, total, source)
        other, scale = selected(training.without([source]).fit()), tiers_of(champion, config)
        never = never_linked((model, other), test, source, scale, bundle.spec.scaling)
        gone = withdrawn(model, test, source, scale, bundle.spec.scaling)
        found[source] = never, gone
        figures.update(keys(source, never, gone))
    bar(total - 2, total, "source dropout")
    sides = selected(training.fit()), selected(training.without_dropout().fit())
    return found, figures | {f"consent_price_{name}": v for name, v in price(*sides, test).items()}


def champion_log_odds(champion: Champion) -> LogOdds:
    """The champion as it is served, without its reasons."""
    spec, booster = champion.bundle.spec, lgb.Booster(model_str=champion.bundle.booster_text)
    return FittedModel(booster, spec.encoder, spec.calibration, spec.catalogue, np.empty(0)).log_odds


def selected(model: FittedModel) -> LogOdds:
    """A model on rows that have more features than it reads."""

    def of(rows: Cohort) -> Floats:
        return model.log_odds(rows.select(model.catalogue.names))

    return of


def tiers_of(champion: Champion, config: TrainConfig) -> TierScale:
    """The tiers of the packaged policy for the champion's book."""
    return scale_for(packaged().policy, config.name, Scorer(champion.bundle).worst_reference_pd())


def table_of(found: Found) -> Table:
    """The end table."""
    table = Table(title="Consent, by the model alone, test set", title_justify="left", title_style="bold")
    headings = (
        "source", "never linked: points", "… of those without it", "refused", "passed", "AUC", "AUC without",
        "predicted / observed", "withdrawn: safer", "better tier", "passing", "points",
    )  # fmt: skip
    for name in headings:
        table.add_column(name, justify="left" if name == "source" else "right", overflow="fold")
    for source, (never, gone) in found.items():
        table.add_row(source, *_never(never), *_gone(gone))
    return table


def _never(never: NeverLinked) -> tuple[str, ...]:
    points = (f"{value:+.2f}" for value in (never.mean_points, never.mean_points_of_absent))
    shares = (f"{value:.2%}" for value in (never.refused_by_silence, never.passed_by_silence))
    aucs = (f"{value:.3f}" for value in (never.auc, never.auc_without))
    return *points, *shares, *aucs, f"{never.predicted_over_observed:.2f}"


def _gone(gone: Withdrawn | None) -> tuple[str, ...]:
    if gone is None:
        return ("–",) * 4
    shares = (f"{value:.1%}" for value in (gone.safer, gone.better_tier, gone.passing))
    return *shares, f"{gone.mean_points:+.2f}"


if __name__ == "__main__":
    run(main)
