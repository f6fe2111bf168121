"""A training from data to a registered model, in nine stages."""

from collections.abc import Sequence

from serving.model.bundle import BundleStore, ModelBundle
from serving.model.scorer import probability
from training.bundling.assembly import assemble
from training.bundling.publication import complete, promote, publish
from training.config.cutoff import with_cutoff
from training.config.schema import TrainConfig
from training.data.cohort_split import CohortSplit
from training.data.prepare import TrainingData, prepare
from training.data.splits import tuning_folds
from training.evaluation.champion_comparison import compare_with_champion
from training.evaluation.evaluate import Evaluation, evaluate
from training.evaluation.gate import GateReport, apply_gate
from training.evaluation.model_comparison import compare_models
from training.evaluation.monotonicity import count_violations
from training.evaluation.validation_comparison import compare_validation
from training.fidelity.evaluation import checks, evaluate_reasons
from training.fidelity.finding import Finding
from training.fidelity.inputs import ExtraTest, inputs_of
from training.fidelity.noise_level import with_noise_level
from training.model.cross_fitting import codes, fold_rows
from training.model.directions import tree_directions
from training.model.dropout import with_dropout
from training.model.fit import fit, fit_settings
from training.model.trained import TrainedModel
from training.model.tune import TrialListener, delete_study, tune
from training.model.tuning_result import TuningResult, study_key
from training.reporting import report
from training.reporting.console import Bar, Stages
from training.reporting.recording import record
from training.reporting.result import EvaluatedModel, TrainResult
from training.reporting.summary import summarise
from training.reporting.tracking.run import Run


def train(
    config: TrainConfig,
    stages: Stages,
    run: Run,
    *,
    fresh: bool = False,
    extra_tests: Sequence[ExtraTest] = (),
) -> TrainResult:
    """Trains, evaluates and registers a model; promotes it when it passes the gate.

    Args:
        config: the settings.
        stages: shows progress.
        run: the training's run in MLflow, which each stage logs its results to.
        fresh: whether to delete an earlier study of the same configuration and data.
        extra_tests: fidelity tests that need more than the model, such as a known truth.
    """
    store = BundleStore()
    with stages.stage("features", "features and outcomes") as bar:
        data = prepare(config, bar)
        config, split = data.config, data.split
        run.log_data(data)
    stages.print_notes((*data.warnings, *_of_defaults(data)))
    with stages.stage("tuning", "tuning") as bar:
        tuned = search(config, split, bar, fresh=fresh, on_trial=run.log_trial)
    with stages.stage("fit", "final fit and calibration"):
        model = fit(split, tuned, config, data.early)
        config = with_cutoff(config, probability(model.calibration.log_odds(model.unseen)))
        trained = TrainedModel(config, split, tuned, model)
    with stages.stage("bundle", "reference set and reason tables"):
        bundle = with_noise_level(assemble(trained), config, split, tuned)
    with stages.stage("evaluation", "evaluation through the scorer"):
        evaluation = evaluate(bundle, split.test, config.gate)
        run.log_metrics(report.evaluation_keys(evaluation))
        validation = compare_validation(config, split, tuned, evaluation)
    if validation is not None and validation.warning:
        stages.print_notes([validation.warning])
    with stages.stage("model_comparison", "scorecard and model comparison"):
        comparison = compare_models(split, tuned, config, evaluation.scored.pd)
        run.log_metrics(report.comparison_keys(comparison))
    with stages.stage("fidelity", "fidelity tests of the reasons") as bar:
        findings = fidelity_findings(trained, bundle, bar, extra_tests)
        run.log_metrics(report.fidelity_metrics(findings))
    with stages.stage("gate", "gate"):
        gate = decide(trained, evaluation, findings, store)
        whole = complete(bundle, evaluation.metrics, gate, comparison)
        evaluated = EvaluatedModel(trained, whole, evaluation, comparison, findings, gate, validation)
        run.log_gate(gate)
    with stages.stage("record", "plots, record and promotion"):
        sha256 = publish(whole, store)
        registration = record(evaluated, store.folder / sha256, run)
        promote(config.name, sha256, registration.model_version, gate, store)
    figures = summarise(evaluated, registration, stages.seconds)
    defaults = "; ".join(default.text for default in data.defaults)
    return TrainResult(evaluated, registration, {**figures, "defaults": defaults})


def _of_defaults(data: TrainingData) -> list[str]:
    if not data.defaults:
        return []
    return [
        f"{len(data.defaults)} open settings follow from the size of the data; the report lists them with "
        "their reasons (defaults)"
    ]


def search(
    config: TrainConfig,
    split: CohortSplit,
    bar: Bar,
    *,
    fresh: bool = False,
    on_trial: TrialListener = lambda _: None,
) -> TuningResult:
    """Tunes on the fit set; the study's name is a hash of the settings and of the data themselves."""
    rows = split.fit
    sampled = config.tuning.model_dump(exclude={"trials", "storage", "threads"})
    name = study_key(
        config.name, sampled, config.model.model_dump(), config.split.model_dump(), rows.content_hash
    )
    if fresh:
        delete_study(name, config.tuning)
    masked = with_dropout(rows, config.model)
    folds = fold_rows(masked, tuning_folds(rows, config), config.model.seed)

    def progress(done: int, total: int, best: float | None) -> None:
        bar(done, total, "" if best is None else f"best {config.tuning.metric} {best:.4f}")

    settings = fit_settings(rows, config)
    return tune(settings, folds, study_name=name, progress=progress, on_trial=on_trial)


def fidelity_findings(
    trained: TrainedModel, bundle: ModelBundle, bar: Bar, extra_tests: Sequence[ExtraTest]
) -> tuple[Finding, ...]:
    """Findings of all fidelity tests of the reasons."""
    inputs = inputs_of(trained.config, trained.split, trained.tuned, bundle)
    return evaluate_reasons(inputs, bar, extra_tests)


def decide(
    trained: TrainedModel, evaluation: Evaluation, findings: Sequence[Finding], store: BundleStore
) -> GateReport:
    """Applies the gate to the metrics, the monotonicity, the reasons and the difference to the champion."""
    config, model, fingerprint = trained.config, trained.model, trained.split.cohort.data_fingerprint
    directions = tree_directions(model.catalogue) if config.model.monotone else ()
    violations = count_violations(model.booster, codes(evaluation.cohort, model.encoder), directions)
    champion = compare_with_champion(store, config.name, evaluation, fingerprint, config.gate)
    return apply_gate(
        config.gate,
        evaluation.metrics,
        evaluation.additivity_error,
        violations,
        champion,
        reasons=checks(findings),
    )
