"""All findings about one model's reasons, in the order a reader asks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from training.fidelity import exactness, planted, stability, sufficiency
from training.fidelity.finding import Finding
from training.fidelity.retrain import Recipe, with_noise, with_seed
from training.fidelity.tested_model import TestedModel

ACCOUNTS = 100_000
Step = Callable[[str], None]


@dataclass(frozen=True)
class SuiteSize:
    """How much to examine.

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
"""How many steps `examine` takes."""


def examine(
    subject: TestedModel, recipe: Recipe, *, seed: int, effort: SuiteSize, step: Step = lambda _: None
) -> tuple[Finding, ...]:
    """Runs every test that needs nothing but the model and its training rows."""
    rng = np.random.default_rng(seed)
    found: list[Finding] = []
    for name, work in _works(subject, recipe, effort, rng, seed):
        step(name)
        result = work()
        found.extend(result if isinstance(result, list) else [result])
    return tuple(found)


Work = Callable[[], Finding | list[Finding]]


def _works(
    subject: TestedModel, recipe: Recipe, effort: SuiteSize, rng: np.random.Generator, seed: int
) -> Iterator[tuple[str, Work]]:
    many = subject.rows[rng.integers(len(subject.rows), size=effort.accounts)]
    yield "completeness", lambda: exactness.completeness(subject, many)
    yield "exactness", lambda: exactness.exactness(subject, rng)
    yield "agreement with shap", lambda: exactness.shap_agreement(subject, rng)
    yield "sufficiency", lambda: sufficiency.sufficiency(subject, rng, effort.declines)
    yield "necessity", lambda: sufficiency.necessity_order(subject, rng, effort.declines // 2)
    yield "planted harm", lambda: planted.planted_harm(subject, rng)
    yield "noise feature", lambda: planted.noise_feature(with_noise(subject, recipe, rng))
    yield "clone", lambda: planted.clone_keeps_ranks(subject, rng)
    yield "monotone sign", lambda: stability.sign_violations(subject, rng)
    yield "measurement noise", lambda: stability.measurement_noise(subject, rng)
    yield "reference draws", lambda: stability.reference_draws(subject, rng, effort.draws)
    yield "other populations", lambda: stability.applicants(subject, rng)
    others = (with_seed(subject, recipe, seed + 1000 * (i + 1)) for i in range(effort.seeds))
    yield "retraining", lambda: stability.other_seeds(subject, others, rng)
