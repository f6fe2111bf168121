"""A trained model with everything that the evaluation of its reasons needs."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from scipy.special import logit

from features.arrays import Floats, Positions
from features.errors import DataError
from serving.decision.engine import DecisionEngine
from serving.decision.policy import packaged
from serving.decision.types import Prediction
from serving.model.bundle import ModelBundle
from serving.model.reasons.sources import LinkedSources
from serving.model.scorer import Scorer
from training.bundling.assembly import reference_of
from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.data.cohort_split import CohortSplit
from training.fidelity.finding import Finding
from training.fidelity.model_under_test import ALTERNATIVES, Alternative, ModelUnderTest
from training.fidelity.retrain import Recipe
from training.model.cross_fitting import codes, training_codes
from training.model.directions import tree_directions
from training.model.dropout import with_dropout
from training.model.fit import fit_settings
from training.model.tuning_result import TuningResult


@dataclass(frozen=True)
class FidelityInputs:
    """A model, its data and its recipe.

    Attributes:
        config: the training configuration.
        bundle: the model as it would be served.
        split: the cohort and its fit, calibration and test sets.
        tested: the model as the tests see it.
        recipe: how it was fitted.
    """

    config: TrainConfig
    bundle: ModelBundle
    split: CohortSplit
    tested: ModelUnderTest
    recipe: Recipe

    @property
    def cohort(self) -> Cohort:
        """All labelled observations."""
        return self.split.cohort

    @property
    def test(self) -> Cohort:
        """The test accounts, in the order of the tested model's rows."""
        return self.split.test

    def answers(self, rows: Positions) -> tuple[Prediction, ...]:
        """Serving's own answers for test accounts at these positions, under the packaged policy."""
        engine = DecisionEngine(Scorer(self.bundle), "", packaged())
        frame = self.test.matrix.frame[rows].drop("account_id", "as_of")
        return engine.predict(frame.to_dicts())


ExtraTest = Callable[[FidelityInputs], Sequence[Finding]]
"""A test that needs more than the model, such as the truth of a simulated portfolio."""


def inputs_of(
    config: TrainConfig, split: CohortSplit, tuned: TuningResult, bundle: ModelBundle
) -> FidelityInputs:
    """The inputs of the evaluation of one training."""
    tested = model_under_test_of(config, split, bundle)
    recipe = recipe_of(config, split.fit, tuned)
    return FidelityInputs(config, bundle, split, tested, recipe)


def model_under_test_of(config: TrainConfig, split: CohortSplit, bundle: ModelBundle) -> ModelUnderTest:
    """The model of a training with its test accounts; the cut-off is the reference's, as a margin."""
    spec = bundle.spec
    directions = tree_directions(spec.catalogue)
    log_odds = float(logit(config.reasons.cutoff_pd))
    return ModelUnderTest(
        name=config.name,
        booster_text=bundle.booster_text,
        themes=spec.catalogue.themes,
        groups=spec.catalogue.theme_index,
        directions=directions if config.model.monotone else (0,) * len(directions),
        names=spec.catalogue.names,
        reference=bundle.reference,
        rows=codes(split.test, spec.encoder),
        bar=(log_odds - spec.calibration.intercept) / spec.calibration.slope,
        calibration=spec.calibration,
        scaling=spec.scaling,
        sources=LinkedSources.of(spec.catalogue),
        least_points=spec.least_points,
        alternatives=alternatives_of(config, split, bundle),
    )


def alternatives_of(
    config: TrainConfig, split: CohortSplit, bundle: ModelBundle
) -> Mapping[Alternative, Floats]:
    """Other references for the same model; one that too few accounts would make up is left out."""
    booster, found = lgb.Booster(model_str=bundle.booster_text), {}
    for population in ALTERNATIVES:
        reasons = config.reasons.model_copy(update={"population": population})
        with suppress(DataError):
            found[population] = reference_of(split.candidates, booster, bundle.spec, reasons).rows
    return found


def recipe_of(config: TrainConfig, rows: Cohort, tuned: TuningResult) -> Recipe:
    """How the model was fitted: the same rows, sources dropped out, the same parameters and rounds."""
    rounds = max(1, round(tuned.rounds * config.model.rounds_factor))
    fixed = fit_settings(rows, config)
    learnt = training_codes(with_dropout(rows, config.model), config.model.seed)
    dropped = (
        LinkedSources.of(rows.matrix.catalogue) if config.model.source_dropout else LinkedSources({}, {})
    )
    return Recipe(learnt, np.asarray(rows.bad), fixed, tuned.params, rounds, dropped)
