"""What the tests take as stated is what a decision states, chosen on the same whole points."""

from dataclasses import replace

import numpy as np
import pytest

from serving.decision.engine import DecisionEngine
from serving.decision.policy import packaged
from serving.decision.principal import NONE, Stateable
from serving.model.reasons.sources import LinkedSources
from serving.model.scorer import Scorer
from tests.serving import toy
from training.fidelity.model_under_test import ModelUnderTest


@pytest.fixture(scope="module")
def served() -> ModelUnderTest:
    """The toy bundle as the fidelity suite sees it."""
    bundle = toy.bundle()
    spec = bundle.spec
    return ModelUnderTest(
        name="toy",
        booster_text=bundle.booster_text,
        themes=spec.catalogue.themes,
        groups=spec.catalogue.theme_index,
        directions=spec.catalogue.directions,
        names=spec.catalogue.names,
        reference=bundle.reference,
        rows=toy.codes(toy.frame(400, seed=31)),
        bar=0.0,
        calibration=spec.calibration,
        scaling=spec.scaling,
        sources=LinkedSources.of(spec.catalogue),
    )


def test_the_points_are_those_of_the_scorer(served: ModelUnderTest) -> None:
    scored = Scorer(toy.bundle()).score(served.rows)
    assert np.array_equal(served.points(served.rows), scored.theme_points)
    other = replace(served, calibration=replace(served.calibration, slope=2.0))
    assert not np.array_equal(other.points(served.rows), scored.theme_points)


def test_the_themes_taken_as_stated_are_those_of_the_decision(served: ModelUnderTest) -> None:
    engine = DecisionEngine(Scorer(toy.bundle()), "0" * 64, packaged())
    answers = engine.predict(toy.rows(400, seed=31))
    found = served.principal(served.rows)
    keys = [theme.key for theme in served.themes]
    compared = fifth = 0
    for i, answer in enumerate(answers):
        if answer.eligible or answer.rules:
            continue
        chosen = [int(t) for t in (*found.themes[i], found.inquiries[i]) if t != NONE]
        assert [reason.theme for reason in answer.reasons] == [keys[t] for t in chosen]
        assert [reason.points for reason in answer.reasons] == [int(found.points[i, t]) for t in chosen]
        compared += 1
        fifth += found.inquiries[i] == Stateable.of(served.themes).inquiries
    assert compared > 50
    assert fifth > 0
