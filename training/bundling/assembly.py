"""From a fitted model to the bundle that is served: reference, compiled reasons, provenance."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from math import isnan
from typing import Any

import lightgbm as lgb
import numpy as np

from features.arrays import Floats
from features.matrix import KEYS
from features.provenance import git_revision, now
from serving.model.bundle import ModelBundle
from serving.model.reasons.compile import compile_tables
from serving.model.reasons.trees import parse
from serving.model.scorer import probability
from serving.model.types import BundleInfo, ModelSpec, Scaling
from training.bundling.reference import ChosenReference, choose_reference
from training.bundling.source_profiles import bundled_profiles
from training.config.schema import ReasonsConfig
from training.data.cohort import Cohort
from training.evaluation.gate import GateReport
from training.evaluation.model_comparison import ModelComparison
from training.model.fit import codes
from training.model.trained import TrainedModel


def assemble(trained: TrainedModel) -> ModelBundle:
    """The bundle without its figures: what the evaluation scores with.

    Raises:
        DataError: hardly anyone passes the bar, so reasons have no reference.
        BundleError: the trees have a shape for which reasons would be wrong.
    """
    model, rows = trained.model, trained.source.cohort.take(trained.split.fit)
    chosen = reference_of(rows, model.booster, spec_of(trained), trained.config.reasons)
    text = model.booster.model_to_string()
    return ModelBundle(
        spec=spec_of(trained),
        booster_text=text,
        reference=chosen.rows,
        reference_keys=chosen.keys,
        reasons=compile_tables(
            parse(text), model.catalogue.theme_index, chosen.rows, len(model.catalogue.themes)
        ),
        extra={
            "data": dict(trained.source.cohort.origin),
            "reference": {**chosen.described(), "donated": donations(chosen, rows)},
            **bundled_profiles(trained.source.cohort, chosen.keys),
        },
    )


def reference_of(
    rows: Cohort, booster: lgb.Booster, spec: ModelSpec, config: ReasonsConfig
) -> ChosenReference:
    """Whom a model's reasons compare with, of the rows that taught it.

    Raises:
        DataError: hardly anyone passes the bar.
    """

    def judged(encoded: Floats) -> Floats:
        margin = np.asarray(booster.predict(encoded, raw_score=True), dtype=np.float64)
        return probability(spec.calibration.log_odds(margin))

    return choose_reference(rows, codes(rows, spec.encoder), judged, config)


def donations(chosen: ChosenReference, rows: Cohort) -> list[dict[str, Any]]:
    """Every block that comes from another account, by its keys, so that the reference can be made again."""
    keys = rows.matrix.frame.select(KEYS)[[gift.row for gift in chosen.donated]]
    return [
        {"place": gift.place, "source": gift.source, "account_id": account, "as_of": as_of.isoformat()}
        for gift, (account, as_of) in zip(chosen.donated, keys.iter_rows(), strict=True)
    ]


def spec_of(trained: TrainedModel) -> ModelSpec:
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
    bundle: ModelBundle, metrics: Mapping[str, float], gate: GateReport, prices: ModelComparison
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
