"""Assembles the model bundle: model, reference set, compiled reason tables, provenance."""

from typing import Any

import lightgbm as lgb
import numpy as np

from features.arrays import Floats
from features.matrix import KEYS
from features.provenance import git_revision, now
from serving.model.bundle import ModelBundle
from serving.model.encoder import encode
from serving.model.reasons.compile import compile_tables
from serving.model.reasons.trees import parse
from serving.model.scorer import probability
from serving.model.types import BundleInfo, ModelSpec, Scaling
from training.bundling.reference import ReferenceSet, choose_reference
from training.bundling.source_profiles import bundled_profiles
from training.config.schema import ReasonsConfig
from training.data.candidates import Candidates
from training.model.trained import TrainedModel


def assemble(trained: TrainedModel) -> ModelBundle:
    """The bundle without its metrics: what the evaluation scores with.

    Raises:
        DataError: too few accounts pass the cut-off for a reference set.
        BundleError: the trees have a shape for which reasons would be wrong.
    """
    model, split = trained.model, trained.split
    spec = spec_of(trained)
    reference = reference_of(split.candidates, model.booster, spec, trained.config.reasons)
    text = model.booster.model_to_string()
    return ModelBundle(
        spec=spec,
        booster_text=text,
        reference=reference.rows,
        reference_keys=reference.keys,
        reasons=compile_tables(
            parse(text), model.catalogue.theme_index, reference.rows, len(model.catalogue.themes)
        ),
        extra={
            "data": dict(split.cohort.origin),
            "reference": {
                **reference.described(),
                "reference_cutoff_pd": trained.config.reasons.cutoff_pd,
                "imputed": imputed_blocks(reference, split.candidates),
            },
            **bundled_profiles(split.cohort, reference.keys),
        },
    )


def reference_of(
    candidates: Candidates, booster: lgb.Booster, spec: ModelSpec, config: ReasonsConfig
) -> ReferenceSet:
    """The reference set of a model, out of these candidates.

    Raises:
        DataError: too few accounts pass the cut-off.
    """

    def calibrated(encoded: Floats) -> Floats:
        margin = np.asarray(booster.predict(encoded, raw_score=True), dtype=np.float64)
        return probability(spec.calibration.log_odds(margin))

    encoded = encode(candidates.matrix.frame, spec.catalogue, spec.encoder)
    return choose_reference(candidates, encoded, calibrated, config)


def imputed_blocks(reference: ReferenceSet, candidates: Candidates) -> list[dict[str, Any]]:
    """Every imputed block with the keys of its donor, so that the reference set can be reproduced."""
    keys = candidates.matrix.frame.select(KEYS)[[block.row for block in reference.imputed]]
    return [
        {"place": block.place, "source": block.source, "account_id": account, "as_of": as_of.isoformat()}
        for block, (account, as_of) in zip(reference.imputed, keys.iter_rows(), strict=True)
    ]


def spec_of(trained: TrainedModel) -> ModelSpec:
    """Everything of the model but trees and tables."""
    config, cohort = trained.config, trained.split.cohort
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
