"""From a trained model to the subject of the fidelity tests, and from findings to checks of the gate."""

from collections.abc import Iterable

import numpy as np
from scipy.special import logit

from serving.bundle import ModelBundle
from training.fidelity.result import Finding
from training.fidelity.retrain import Recipe
from training.fidelity.subject import Floats, Subject
from training.fit import codes, fixed_for
from training.gate import Check
from training.result import Trained


def subject_of(trained: Trained, bundle: ModelBundle) -> Subject:
    """The model of this training with its test accounts; the bar is the reference's, as a margin."""
    spec, cohort = bundle.spec, trained.source.cohort
    bar = logit(trained.config.reasons.bar_pd)
    return Subject(
        name=trained.config.name,
        booster_text=bundle.booster_text,
        themes=spec.catalogue.themes,
        groups=spec.catalogue.theme_index,
        directions=spec.catalogue.directions
        if trained.config.model.monotone
        else (0,) * len(spec.catalogue.names),
        names=spec.catalogue.names,
        reference=bundle.reference,
        rows=codes(cohort.take(trained.split.test), spec.encoder),
        bar=float((bar - spec.calibration.intercept) / spec.calibration.slope),
    )


def recipe_of(trained: Trained) -> Recipe:
    """How this model was fitted: the same rows, parameters and rounds."""
    rows, config, tuned = trained.source.cohort.take(trained.split.fit), trained.config, trained.tuned
    encoded: Floats = codes(rows, trained.model.encoder)
    rounds = max(1, round(tuned.rounds * config.model.rounds_factor))
    fixed = fixed_for(trained.source.cohort, config)
    return Recipe(encoded, np.asarray(rows.bad), fixed, tuned.params, rounds)


def checks(findings: Iterable[Finding]) -> tuple[Check, ...]:
    """Findings as checks of the gate, so that a model whose reasons fail does not become champion."""
    return tuple(
        Check(
            name=f"reasons: {found.name}",
            passed=found.passed,
            value=found.value,
            limit=f"{'≥' if found.sense == 'min' else '≤'} {found.gate:g}",
            why=f"{found.meaning} ({found.cases} cases)",
        )
        for found in findings
        if found.gate is not None
    )
