"""Evaluates the reasons of a model, and turns the findings into checks of the promotion gate."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from features.errors import ConfigError
from training.config.schema import FidelityConfig
from training.evaluation.gate import Check
from training.fidelity.absence import absence_as_behaviour
from training.fidelity.finding import Finding
from training.fidelity.inputs import ExtraTest, FidelityInputs
from training.fidelity.model_under_test import ModelUnderTest
from training.fidelity.statements import statement_findings
from training.fidelity.suite import STEPS, SuiteSize, run_suite
from training.fidelity.withheld import withheld_reasons

Progress = Callable[[int, int, str], None]


def evaluate_reasons(
    inputs: FidelityInputs, progress: Progress, extra_tests: Sequence[ExtraTest] = ()
) -> tuple[Finding, ...]:
    """All findings, with the gates that the configuration sets.

    Args:
        inputs: the model and its data.
        progress: called with steps done, steps in all and the name of the next one.
        extra_tests: further tests that the caller knows of.

    Raises:
        ConfigError: the configuration sets a gate that no test has.
    """
    config, tested, done = inputs.config.fidelity, inputs.tested, 0
    if not (len(tested.declined) and len(tested.passed)):
        return (one_sided_decisions(tested),)
    total = STEPS + 3 + len(extra_tests)

    def step(name: str) -> None:
        nonlocal done
        progress(done, total, name)
        done += 1

    found = list(run_suite(tested, inputs.recipe, seed=config.seed, size=size_of(config), step=step))
    step("absent sources")
    found += absence_as_behaviour(inputs, seed=config.seed)
    step("reasons withheld")
    found += withheld_reasons(tested)
    step("stated figures")
    found += statement_findings(inputs)
    for extra in extra_tests:
        step("further tests")
        found += extra(inputs)
    return set_gates(found, config)


def one_sided_decisions(tested: ModelUnderTest) -> Finding:
    """A bar that everybody or nobody of the test accounts passes leaves no decision to give reasons for."""
    fewest = min(len(tested.declined), len(tested.passed))
    meaning = (
        f"{len(tested.declined)} test accounts are declined and {len(tested.passed)} pass: set "
        "[reasons] cutoff_pd so that there are both"
    )
    return Finding("accounts_on_both_sides_of_the_bar", fewest, "min", 1, len(tested.rows), meaning)


def size_of(config: FidelityConfig) -> SuiteSize:
    """How much the configuration asks for."""
    return SuiteSize(config.accounts, config.declines, config.seeds, config.draws)


def set_gates(findings: Sequence[Finding], config: FidelityConfig) -> tuple[Finding, ...]:
    """Findings with the gates that a configuration sets on purpose; each keeps the usual one and the reason.

    Raises:
        ConfigError: there is no such gate.
    """
    known = {found.name: found for found in findings if found.gate is not None}
    for name in config.gates:
        if name not in known:
            raise ConfigError(f"[fidelity.gates] {name}: no such gate here; there are {sorted(known)}")
    return tuple(
        replace(
            found, gate=config.gates[found.name].limit, usual=found.gate, why=config.gates[found.name].why
        )
        if found.name in config.gates
        else found
        for found in findings
    )


def checks(findings: Iterable[Finding]) -> tuple[Check, ...]:
    """Findings as checks of the gate: a model whose reasons fail does not become champion."""
    return tuple(
        Check(
            name=f"reasons_{found.name}",
            passed=found.passed,
            value=found.value,
            limit=found.limit,
            why=f"{found.name} {found.value:.4g}, limit {found.limit}: {found.meaning} ({found.cases} cases)",
        )
        for found in findings
        if found.gate is not None
    )
