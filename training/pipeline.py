"""A training from data to a registered model, step by step."""

from collections.abc import Sequence

from serving.model.bundle import BundleStore, ModelBundle
from training.bundling.assembly import assemble, with_figures
from training.config.schema import TrainConfig
from training.data.guard import oddities, refuse_leakage
from training.data.sources import Source, load_source, without_constants
from training.data.splits import Split, make_split, tuning_folds
from training.evaluation.champion_comparison import compare_with_champion
from training.evaluation.evaluate import Evaluation, evaluate
from training.evaluation.gate import GateReport, judge
from training.evaluation.model_comparison import price
from training.evaluation.monotonicity import count_breaks
from training.fidelity.evaluation import checks, evaluate_reasons
from training.fidelity.finding import Finding
from training.fidelity.inputs import ExtraTest, inputs_of
from training.model.encoder import fit_encoder
from training.model.fit import codes, fit, fixed_for
from training.model.trained import TrainedModel
from training.model.tune import Tuned, forget, study_key, tune
from training.reporting.console import Bar, Stages
from training.reporting.publication import publish
from training.reporting.result import EvaluatedModel, TrainResult
from training.reporting.summary import summarise


def train(
    config: TrainConfig, stages: Stages, *, fresh: bool = False, examiners: Sequence[ExtraTest] = ()
) -> TrainResult:
    """Runs a whole training.

    Args:
        config: the settings.
        stages: shows what goes on.
        fresh: whether to forget an earlier study of the same configuration and data.
        examiners: tests of the reasons that need more than the model, such as a known truth.
    """
    store = BundleStore()
    with stages.stage("features", "features and outcomes") as bar:
        source = load_source(config, bar)
        split = make_split(source.cohort, config, source.as_ofs)
        refuse_leakage(source, split, config)
        source = without_constants(source, split)
    stages.say(oddities(source, split, config))
    with stages.stage("tuning", "tuning") as bar:
        tuned = search(config, source, split, bar, fresh=fresh)
    with stages.stage("fit", "final fit and calibration"):
        model = fit(source.cohort, split, tuned, config, source.early)
        trained = TrainedModel(config, source, split, tuned, model)
    with stages.stage("bundle", "reference and reason tables"):
        bundle = assemble(trained)
    with stages.stage("evaluation", "evaluation through the scorer"):
        found = evaluate(bundle, source.cohort.take(split.test), config.gate)
    with stages.stage("price", "scorecard and price table"):
        prices = price(source.cohort, split, tuned, config, found.scored.pd)
    with stages.stage("fidelity", "examination of the reasons") as bar:
        findings = examination(trained, bundle, bar, examiners)
    with stages.stage("gate", "gate"):
        gate = decide(trained, found, findings, store)
        whole = with_figures(bundle, found.metrics, gate, prices)
        judged = EvaluatedModel(trained, whole, found, prices, findings, gate)
    with stages.stage("record", "plots, record and promotion"):
        registered = publish(judged, store)
    return TrainResult(judged, registered, summarise(judged, registered, stages.seconds))


def search(config: TrainConfig, source: Source, split: Split, bar: Bar, *, fresh: bool) -> Tuned:
    """Tunes on the fit rows; the study's name holds the settings and the numbers themselves."""
    rows = source.cohort.take(split.fit)
    sampled = config.tuning.model_dump(exclude={"trials", "storage", "threads"})
    name = study_key(
        config.name, sampled, config.model.model_dump(), config.split.model_dump(), rows.content_hash
    )
    if fresh:
        forget(name, config.tuning)
    x = codes(rows, fit_encoder(rows.matrix, rows.bad))
    folds = tuning_folds(source.cohort, split, config)

    def progress(done: int, total: int, best: float | None) -> None:
        bar(done, total, "" if best is None else f"best {config.tuning.metric} {best:.4f}")

    return tune(fixed_for(source.cohort, config), x, rows.bad, folds, study_name=name, progress=progress)


def examination(
    trained: TrainedModel, bundle: ModelBundle, bar: Bar, examiners: Sequence[ExtraTest]
) -> tuple[Finding, ...]:
    """What the tests say of the reasons."""
    cohort, split = trained.source.cohort, trained.split
    inputs = inputs_of(trained.config, cohort, split, trained.tuned, bundle)
    return evaluate_reasons(inputs, bar, examiners)


def decide(
    trained: TrainedModel, found: Evaluation, findings: Sequence[Finding], store: BundleStore
) -> GateReport:
    """Holds the model against its limits, its reasons against theirs, and both against the champion."""
    config, model, fingerprint = trained.config, trained.model, trained.source.cohort.data_fingerprint
    directions = model.catalogue.directions if config.model.monotone else ()
    breaks = count_breaks(model.booster, codes(found.cohort, model.encoder), directions)
    champion = compare_with_champion(store, config.name, found, fingerprint, config.gate)
    return judge(config.gate, found.metrics, found.additivity_gap, breaks, champion, reasons=checks(findings))
