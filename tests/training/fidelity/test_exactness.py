"""Completeness and exactness of the values, and that wrong values are noticed."""

import numpy as np
import pytest

from training.fidelity import exactness
from training.fidelity.model_under_test import ModelUnderTest


def test_compiled_values_are_complete_exact_and_those_of_shap(
    tested: ModelUnderTest, rng: np.random.Generator
) -> None:
    assert exactness.completeness(tested, tested.rows).passed
    assert exactness.exactness(tested, rng, accounts=2, donors=20).passed
    assert exactness.shap_agreement(tested, rng, accounts=10).passed


def test_exactness_notices_values_against_another_reference(
    tested: ModelUnderTest, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tested.tables
    monkeypatch.setattr(ModelUnderTest, "compile", lambda *_: whole)
    assert not exactness.exactness(tested, rng, accounts=2, donors=20).passed
