"""The tests that need nothing but the model and its training rows, in order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from training.fidelity import exactness, sanity_checks, stability, sufficiency
from training.fidelity.finding import Finding
from training.fidelity.model_under_test import ModelUnderTest
from training.fidelity.retrain import Recipe, with_noise, with_seed

ACCOUNTS = 100_000
Step = Callable[[str], None]


@dataclass(frozen=True)
class SuiteSize:
    """How many cases the tests run on.

    Attributes:
        accounts: accounts for completeness.
        declines: declined accounts for sufficiency and necessity.
        seeds: retrainings with another seed.
        draws: bootstrap draws of the reference.
    """

    accounts: int = ACCOUNTS
    declines: int = 500
    seeds: int = 3
    draws: int = 20


STEPS = 13
"""How many steps `run_suite` takes."""


def run_suite(
    tested: ModelUnderTest, recipe: Recipe, *, seed: int, size: SuiteSize, step: Step = lambda _: None
) -> tuple[Finding, ...]:
    """Runs every test that needs nothing but the model and its training rows."""
    rng = np.random.default_rng(seed)
    found: list[Finding] = []
    for name, test in _tests(tested, recipe, size, rng, seed):
        step(name)
        result = test()
        found.extend(result if isinstance(result, list) else [result])
    return tuple(found)


Test = Callable[[], Finding | list[Finding]]


def _tests(
    tested: ModelUnderTest, recipe: Recipe, size: SuiteSize, rng: np.random.Generator, seed: int
) -> Iterator[tuple[str, Test]]:
    many = tested.rows[rng.integers(len(tested.rows), size=size.accounts)]
    yield "completeness", lambda: exactness.completeness(tested, many)
    yield "exactness", lambda: exactness.exactness(tested, rng)
    yield "agreement with shap", lambda: exactness.shap_agreement(tested, rng)
    yield "sufficiency", lambda: sufficiency.sufficiency(tested, rng, size.declines)
    yield "necessity", lambda: sufficiency.necessity_order(tested, rng, size.declines // 2)
    yield "injected harm", lambda: sanity_checks.injected_harm(tested, rng)
    yield "noise feature", lambda: sanity_checks.noise_feature(with_noise(tested, recipe, rng))
    yield "duplicated feature", lambda: sanity_checks.duplicated_feature(tested, rng)
    yield "monotone sign", lambda: stability.sign_violations(tested, rng)
    yield "measurement noise", lambda: stability.measurement_noise(tested, rng)
    yield "reference draws", lambda: stability.reference_draws(tested, rng, size.draws)
    yield "other populations", lambda: stability.other_references(tested, rng)
    others = (with_seed(tested, recipe, seed + 1000 * (i + 1)) for i in range(size.seeds))
    yield "retraining", lambda: stability.other_seeds(tested, others, rng)
