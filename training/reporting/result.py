"""Results of a training, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass

from serving.model.bundle import ModelBundle
from training.evaluation.evaluate import Evaluation
from training.evaluation.gate import GateReport
from training.evaluation.model_comparison import ModelComparison
from training.evaluation.validation_comparison import ValidationComparison
from training.fidelity.finding import Finding
from training.model.trained import TrainedModel

Value = str | int | float | bool | None


@dataclass(frozen=True)
class EvaluatedModel:
    """A trained model with its evaluation.

    Attributes:
        trained: the model and its inputs.
        bundle: what would be served, metrics included.
        evaluation: results on the test set.
        comparison: the challengers beside it.
        validation: validation AUC beside test AUC; None where tuning used another metric.
        findings: results of the fidelity tests of its reasons.
        gate: the promotion gate.
    """

    trained: TrainedModel
    bundle: ModelBundle
    evaluation: Evaluation
    comparison: ModelComparison
    findings: tuple[Finding, ...]
    gate: GateReport
    validation: ValidationComparison | None = None


@dataclass(frozen=True)
class Registration:
    """Where a training is on record.

    Attributes:
        run_id: its MLflow run.
        model_name: name in the registry.
        model_version: version in the registry.
        bundle_sha256: the bundle in the bundle store.
    """

    run_id: str
    model_name: str
    model_version: int
    bundle_sha256: str


@dataclass(frozen=True)
class TrainResult:
    """A finished training.

    Attributes:
        evaluated: the model with its evaluation.
        registration: where it is on record.
        report: flat figures, ready to be written.
    """

    evaluated: EvaluatedModel
    registration: Registration
    report: Mapping[str, Value]
