"""Are the values what they claim to be: complete, exact, and equal to an independent implementation?"""

from itertools import combinations
from math import factorial

import numpy as np

from features.arrays import Floats
from serving.model.reasons.explain import explain
from training.evaluation.explain import disagreement
from training.fidelity.finding import Finding
from training.fidelity.tested_model import TestedModel, sample

PLAYERS = 12
COALITIONS = 256


def completeness(subject: TestedModel, rows: Floats) -> Finding:
    """Base value plus themes against LightGBM's own margin, the worst of all accounts."""
    found = subject.explain(rows)
    gap = np.abs(found.base + found.values.sum(axis=1) - subject.margin(rows))
    return Finding(
        "completeness_max_error",
        float(gap.max()),
        "max",
        1e-6,
        len(rows),
        "base + themes = margin, worst account",
    )


def exactness(subject: TestedModel, rng: np.random.Generator, accounts: int = 5, donors: int = 30) -> Finding:
    """Compiled values against Shapley's formula summed over all coalitions of at most 12 players."""
    groups = merged(subject.groups, PLAYERS)
    reference = subject.reference[sample(np.arange(len(subject.reference)), donors, rng)]
    rows = subject.rows[sample(np.arange(len(subject.rows)), accounts, rng)]
    compiled = explain(subject.compile(reference, groups), rows).values
    worst = max(
        float(np.abs(brute_force(subject, row, reference, groups) - values).max())
        for row, values in zip(rows, compiled, strict=True)
    )
    return Finding(
        "exactness_max_error",
        worst,
        "max",
        1e-6,
        len(rows),
        f"against all coalitions of {max(groups) + 1} players",
    )


def merged(groups: tuple[int, ...], most: int) -> tuple[int, ...]:
    """The same players with the last ones joined, so that at most `most` remain."""
    return tuple(min(group, most - 1) for group in groups)


def brute_force(subject: TestedModel, row: Floats, reference: Floats, groups: tuple[int, ...]) -> Floats:
    """Shapley values by definition: `v(S)` is the mean margin of `row` on S and the reference elsewhere."""
    players = max(groups) + 1
    worth = coalition_worths(subject, row, reference, groups)
    values = np.zeros(players)
    for player in range(players):
        others = [p for p in range(players) if p != player]
        for size in range(players):
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            for coalition in combinations(others, size):
                mask = sum(1 << p for p in coalition)
                values[player] += weight * (worth[mask | 1 << player] - worth[mask])
    return values


def coalition_worths(subject: TestedModel, row: Floats, reference: Floats, groups: tuple[int, ...]) -> Floats:
    """(2^players,) worth of every coalition, bit p set when player p is the account's own."""
    member = np.asarray(groups)
    worth = np.empty(1 << (max(groups) + 1))
    masks = np.arange(len(worth))
    for block in np.array_split(masks, max(1, len(masks) // COALITIONS)):
        own = (block[:, None] >> member[None, :]) & 1 == 1
        mixed = np.where(own[:, None, :], row, reference[None, :, :])
        margins = subject.margin(mixed.reshape(-1, len(row)))
        worth[block] = margins.reshape(len(block), len(reference)).mean(axis=1)
    return worth


def shap_agreement(subject: TestedModel, rng: np.random.Generator, accounts: int = 50) -> Finding:
    """Each feature its own player, the same 100 reference rows, against the `shap` package."""
    reference = subject.reference[sample(np.arange(len(subject.reference)), 100, rng)]
    rows = subject.rows[sample(np.arange(len(subject.rows)), accounts, rng)]
    singles = tuple(range(len(subject.groups)))
    ours = explain(subject.compile(reference, singles), rows).values
    gap = disagreement(subject.booster, rows, reference, ours)
    return Finding("shap_max_difference", gap, "max", 1e-6, len(rows), "singleton players, the same trees")
