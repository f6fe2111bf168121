"""What a training has in hand, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass

from serving.model.bundle import ModelBundle
from training.evaluation.evaluate import Evaluation
from training.evaluation.gate import GateReport
from training.evaluation.model_comparison import ModelComparison
from training.fidelity.finding import Finding
from training.model.trained import TrainedModel

Value = str | int | float | bool | None


@dataclass(frozen=True)
class EvaluatedModel:
    """A model with its figures.

    Attributes:
        trained: the model.
        bundle: what would be served, figures included.
        found: the test set's answer.
        prices: the models beside it.
        findings: what the examination of its reasons found.
        gate: the checks.
    """

    trained: TrainedModel
    bundle: ModelBundle
    found: Evaluation
    prices: ModelComparison
    findings: tuple[Finding, ...]
    gate: GateReport


@dataclass(frozen=True)
class Registration:
    """Where a training is on record.

    Attributes:
        run_id: the parent run.
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
        judged: the model with its figures.
        registered: where it is on record.
        report: flat figures, ready to be written.
    """

    judged: EvaluatedModel
    registered: Registration
    report: Mapping[str, Value]
