"""Findings against their gates, and what they mean for a promotion."""

from dataclasses import replace

import pytest

from features.errors import ConfigError
from training.config.schema import FidelityConfig, FidelityGate
from training.fidelity.evaluation import checks, one_sided_decisions, set_gates
from training.fidelity.finding import Finding
from training.fidelity.model_under_test import ModelUnderTest


def test_a_finding_passes_on_its_own_side_of_the_gate() -> None:
    assert Finding("a", 0.9, "min", 0.8, 1, "").passed
    assert not Finding("a", 0.7, "min", 0.8, 1, "").passed
    assert not Finding("a", 0.9, "max", 0.8, 1, "").passed
    assert Finding("a", 9.9, "max", None, 1, "").passed


def test_a_finding_measured_on_nothing_does_not_pass() -> None:
    assert not Finding("a", 0.0, "max", 1.0, 0, "").passed


WHY = "1,000 cases are too few for more than this"


def test_a_gate_set_on_purpose_keeps_the_usual_one_and_says_why() -> None:
    config = FidelityConfig(gates={"a": FidelityGate(limit=0.3, why=WHY)})
    (found,) = set_gates([Finding("a", 0.2, "max", 0.15, 3, "")], config)
    assert found.passed
    assert (found.gate, found.usual) == (0.3, 0.15)
    assert found.limit == f"≤ 0.3 (usually 0.15: {WHY})"


def test_a_gate_that_no_test_has_is_refused() -> None:
    config = FidelityConfig(gates={"b": FidelityGate(limit=0.3, why=WHY)})
    with pytest.raises(ConfigError, match=r"fidelity.gates\] b: no such gate"):
        set_gates([Finding("a", 0.2, "max", 0.15, 3, "")], config)


def test_findings_with_a_gate_are_checks_of_the_promotion_and_others_are_not() -> None:
    made = checks([Finding("a", 0.2, "max", 0.15, 3, "m"), Finding("b", 0.2, "max", None, 3, "m")])
    assert [(check.name, check.passed) for check in made] == [("reasons_a", False)]
    assert "a 0.2, limit ≤ 0.15: m (3 cases)" in made[0].why


def test_a_bar_that_everybody_passes_leaves_nothing_to_test_and_no_promotion(
    tested: ModelUnderTest,
) -> None:
    found = one_sided_decisions(replace(tested, bar=99.0))
    assert not found.passed
    assert "0 test accounts are declined and 2000 pass" in found.meaning
