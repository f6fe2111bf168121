"""From a trained model to the subject of the fidelity tests, and from findings to checks of the gate."""

from collections.abc import Iterable

import numpy as np
from scipy.special import logit

from serving.bundle import ModelBundle
from serving.types import CategoryEncoder
from training.cohort import Cohort
from training.config import TrainConfig
from training.fidelity.result import Finding
from training.fidelity.retrain import Recipe
from training.fidelity.subject import Subject
from training.fit import codes, fixed_for
from training.gate import Check
from training.splits import Split
from training.tune import Tuned


def subject_of(config: TrainConfig, cohort: Cohort, split: Split, bundle: ModelBundle) -> Subject:
    """The model of a training with its test accounts; the bar is the reference's, as a margin."""
    spec = bundle.spec
    directions = spec.catalogue.directions
    log_odds = float(logit(config.reasons.bar_pd))
    return Subject(
        name=config.name,
        booster_text=bundle.booster_text,
        themes=spec.catalogue.themes,
        groups=spec.catalogue.theme_index,
        directions=directions if config.model.monotone else (0,) * len(directions),
        names=spec.catalogue.names,
        reference=bundle.reference,
        rows=codes(cohort.take(split.test), spec.encoder),
        bar=(log_odds - spec.calibration.intercept) / spec.calibration.slope,
    )


def recipe_of(
    config: TrainConfig, cohort: Cohort, split: Split, tuned: Tuned, encoder: CategoryEncoder
) -> Recipe:
    """How the model was fitted: the same rows, parameters and rounds."""
    rows = cohort.take(split.fit)
    rounds = max(1, round(tuned.rounds * config.model.rounds_factor))
    fixed = fixed_for(cohort, config)
    return Recipe(codes(rows, encoder), np.asarray(rows.bad), fixed, tuned.params, rounds)


def checks(findings: Iterable[Finding]) -> tuple[Check, ...]:
    """Findings in the form of the gate's checks; the training does not run them yet, `make fidelity` does."""
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
