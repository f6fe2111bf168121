"""Stability of the stated themes under measurement noise, other references and another training seed."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.random import Generator

from features.arrays import Positions
from serving.model.reasons.explain import explain
from training.fidelity.finding import Finding
from training.fidelity.model_under_test import Alternative, ModelUnderTest, sample


def jaccard(first: Positions, second: Positions) -> float:
    """Mean overlap of stated themes, row by row: shared over either; two empty sets agree."""
    scores = []
    for a, b in zip(first, second, strict=True):
        left, right = set(a[a >= 0].tolist()), set(b[b >= 0].tolist())
        scores.append(len(left & right) / len(left | right) if left | right else 1.0)
    return float(np.mean(scores))


def measurement_noise(tested: ModelUnderTest, rng: Generator, accounts: int = 2000) -> Finding:
    """Overlap of the stated themes before and after 1 % noise on every measured amount.

    Values are multiplied by `1 + 0.01 ε`; counts below 20, zeros and absent values stay as they are.
    """
    rows = tested.rows[sample(tested.declined, accounts, rng)]
    noisy = rows * (1 + 0.01 * rng.normal(size=rows.shape))
    whole = (np.round(rows) == rows) & (np.abs(rows) < 20)
    noisy = np.where(whole, rows, noisy)
    overlap = jaccard(tested.principal(rows).themes, tested.principal(noisy).themes)
    return Finding("stability_noise_jaccard4", overlap, "min", 0.85, len(rows), "1 % measurement noise")


def reference_draws(tested: ModelUnderTest, rng: Generator, draws: int = 20, accounts: int = 1000) -> Finding:
    """Overlap of the stated themes over bootstrap draws of the reference population."""
    rows = tested.rows[sample(tested.declined, accounts, rng)]
    usual = tested.principal(rows).themes
    overlaps = []
    for _ in range(draws):
        drawn = tested.reference[rng.integers(len(tested.reference), size=len(tested.reference))]
        overlaps.append(jaccard(usual, tested.principal(rows, tested.compile(drawn)).themes))
    return Finding(
        "stability_reference_jaccard4", float(np.mean(overlaps)), "min", 0.90, draws, "bootstrap draws"
    )


AGAINST: Mapping[Alternative, str] = {
    "applicants": "against all applicants instead",
    "raised": "against raised accounts alone",
    "complete": "against accounts that have every source of their own",
}


def other_references(tested: ModelUnderTest, rng: Generator, accounts: int = 2000) -> list[Finding]:
    """Agreement with the reasons against other references; reported only.

    All applicants answer another question: short of everybody, and not short of the cut-off. Raised accounts
    alone and complete accounts alone show what the completion of the reference does to the reasons.
    """
    rows = tested.rows[sample(tested.declined, accounts, rng)]
    usual = tested.principal(rows).themes
    found = []
    for population, reference in tested.alternatives.items():
        other = tested.principal(rows, tested.compile(reference)).themes
        top, meaning = float((usual[:, 0] == other[:, 0]).mean()), AGAINST[population]
        prefix = f"{population}_reference"
        found += [
            Finding(f"{prefix}_jaccard4", jaccard(usual, other), "min", None, len(rows), meaning),
            Finding(f"{prefix}_top1_share", top, "min", None, len(rows), f"same first reason, {meaning}"),
        ]
    return found


def other_seeds(tested: ModelUnderTest, others: Iterable[ModelUnderTest], rng: Generator) -> Finding:
    """Share of declines common to both models whose first reason differs after retraining."""
    changed: list[float] = []
    for other in others:
        common = np.intersect1d(tested.declined, other.declined)
        rows = tested.rows[sample(common, 2000, rng)]
        first = tested.principal(rows).themes[:, 0]
        changed.append(float((first != other.principal(rows).themes[:, 0]).mean()))
    return Finding(
        "retraining_top1_change_share", float(np.mean(changed)), "max", 0.15, len(changed), "other seeds"
    )


def sign_violations(tested: ModelUnderTest, rng: Generator, accounts: int = 200) -> Finding:
    """Features no worse than in every reference account that count against the person: none may exist.

    Each feature with a direction, a player of its own, is set to the best value that any reference account
    has, so that it is no worse than all of them. A feature that some reference account lacks has no best.
    """
    directed = np.flatnonzero((np.asarray(tested.directions) != 0) & ~np.isnan(tested.reference).any(axis=0))
    singles = tested.compile(tested.reference, tuple(range(len(tested.groups))))
    rows = tested.rows[sample(np.arange(len(tested.rows)), accounts, rng)]
    violations = 0
    for feature in directed:
        column = tested.reference[:, feature]
        better = rows.copy()
        better[:, feature] = column.min() if tested.directions[feature] > 0 else column.max()
        violations += int((explain(singles, better).values[:, feature] > 1e-9).sum())
    cases = len(directed) * len(rows)
    gate = 0 if cases else None
    return Finding(
        "monotone_sign_violations", violations, "max", gate, cases, f"{len(directed)} directed features"
    )
