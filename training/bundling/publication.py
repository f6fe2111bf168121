"""Publication of a bundle: completes it with its evaluation, stores it, promotes it when the gate passed."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from math import isnan
from typing import Any

from serving.model.bundle import BundleStore, ModelBundle
from training.evaluation.gate import Check, GateReport
from training.evaluation.model_comparison import ModelComparison


def complete(
    bundle: ModelBundle, metrics: Mapping[str, float], gate: GateReport, comparison: ModelComparison
) -> ModelBundle:
    """The same model with its test metrics, gate report and challenger scorecard, hashed with the rest."""
    info = replace(bundle.spec.info, metrics=dict(metrics))
    report = {"passed": gate.passed, "checks": [_without_nan(check) for check in gate.checks]}
    extra: dict[str, Any] = {**bundle.extra, "gate": report}
    if comparison.scorecard is not None:
        extra["scorecard"] = comparison.scorecard.table.to_dicts()
    return replace(bundle, spec=replace(bundle.spec, info=info), extra=extra)


def publish(bundle: ModelBundle, store: BundleStore) -> str:
    """Puts the bundle into the store; returns its SHA-256."""
    return store.publish(bundle)


def promote(config_name: str, sha256: str, version: int, gate: GateReport, store: BundleStore) -> bool:
    """Makes a published bundle the champion when its gate passed; returns whether it did.

    Raises:
        BundleError: no intact bundle of that hash is published.
    """
    if gate.passed:
        store.promote(config_name, sha256, version)
    return gate.passed


def _without_nan(check: Check) -> dict[str, Any]:
    return {
        name: value
        for name, value in asdict(check).items()
        if not (isinstance(value, float) and isnan(value))
    }
