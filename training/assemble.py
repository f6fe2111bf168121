"""From a fitted model to the bundle that is served: reference, compiled reasons, provenance."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from math import isnan
from typing import Any

from serving.bundle import ModelBundle
from serving.reasons.compile import compile_tables
from serving.reasons.trees import parse
from serving.scorer import probability
from serving.types import BundleInfo, ModelSpec, Scaling
from training.fit import codes
from training.gate import GateReport
from training.price import PriceTable
from training.profiles import bundled_profiles
from training.provenance import git_revision, now
from training.reference import choose_reference
from training.result import Trained


def assemble(trained: Trained) -> ModelBundle:
    """The bundle without its figures: what the evaluation scores with.

    Raises:
        DataError: hardly anyone passes the bar, so reasons have no reference.
        BundleError: the trees have a shape for which reasons would be wrong.
    """
    rows = trained.source.cohort.take(trained.split.fit)
    model = trained.model
    chosen = choose_reference(rows, probability(model.log_odds(rows)), trained.config.reasons)
    reference = rows.take(chosen)
    encoded = codes(reference, model.encoder)
    text = model.booster.model_to_string()
    return ModelBundle(
        spec=spec_of(trained),
        booster_text=text,
        reference=encoded,
        reference_keys=ModelBundle.keys_of(reference.matrix.frame),
        reasons=compile_tables(
            parse(text), model.catalogue.theme_index, encoded, len(model.catalogue.themes)
        ),
        extra={
            "data": dict(trained.source.cohort.origin),
            **bundled_profiles(trained.source.cohort, reference.matrix.frame),
        },
    )


def spec_of(trained: Trained) -> ModelSpec:
    """Everything of the model but trees and tables."""
    config, cohort = trained.config, trained.source.cohort
    info = BundleInfo(
        config=config.name,
        trained_at=now(),
        git_revision=git_revision(),
        data_fingerprint=cohort.data_fingerprint,
        target=cohort.target,
        metrics={},
    )
    model = trained.model
    scaling = Scaling(**config.scaling.model_dump())
    return ModelSpec(model.catalogue, model.encoder, model.calibration, scaling, info)


def with_figures(
    bundle: ModelBundle, metrics: Mapping[str, float], gate: GateReport, prices: PriceTable
) -> ModelBundle:
    """The same model with what the test set said of it, hashed along."""
    info = replace(bundle.spec.info, metrics=dict(metrics))
    judged = {"passed": gate.passed, "checks": [_plain(c) for c in gate.checks]}
    extra: dict[str, Any] = {**bundle.extra, "gate": judged}
    if prices.scorecard is not None:
        extra["scorecard"] = prices.scorecard.table.to_dicts()
    return replace(bundle, spec=replace(bundle.spec, info=info), extra=extra)


def _unknown(value: Any) -> bool:
    return isinstance(value, float) and isnan(value)


def _plain(check: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(check).items() if not _unknown(value)}
