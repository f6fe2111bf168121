"""Completeness and exactness of the values, and agreement with an independent implementation."""

from itertools import combinations
from math import factorial

import numpy as np
from numpy.random import Generator

from features.arrays import Floats
from serving.model.reasons.explain import explain
from training.evaluation.explain import disagreement
from training.fidelity.finding import Finding
from training.fidelity.model_under_test import ModelUnderTest, sample

PLAYERS = 12
COALITIONS = 256


def completeness(tested: ModelUnderTest, rows: Floats) -> Finding:
    """Base value plus themes against LightGBM's own margin, the worst of all accounts."""
    found = tested.explain(rows)
    gap = np.abs(found.base + found.values.sum(axis=1) - tested.margin(rows))
    return Finding(
        "completeness_max_error",
        float(gap.max()),
        "max",
        1e-6,
        len(rows),
        "base + themes = margin, worst account",
    )


def exactness(tested: ModelUnderTest, rng: Generator, accounts: int = 5, donors: int = 30) -> Finding:
    """Compiled values against Shapley's formula summed over all coalitions of at most 12 players."""
    groups = merged(tested.groups, PLAYERS)
    reference = tested.reference[sample(np.arange(len(tested.reference)), donors, rng)]
    rows = tested.rows[sample(np.arange(len(tested.rows)), accounts, rng)]
    compiled = explain(tested.compile(reference, groups), rows).values
    worst = max(
        float(np.abs(brute_force(tested, row, reference, groups) - values).max())
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


def brute_force(tested: ModelUnderTest, row: Floats, reference: Floats, groups: tuple[int, ...]) -> Floats:
    """Shapley values by definition: `v(S)` is the mean margin of `row` on S and the reference elsewhere."""
    players = max(groups) + 1
    worth = coalition_worths(tested, row, reference, groups)
    values = np.zeros(players)
    for player in range(players):
        others = [p for p in range(players) if p != player]
        for size in range(players):
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            for coalition in combinations(others, size):
                mask = sum(1 << p for p in coalition)
                values[player] += weight * (worth[mask | 1 << player] - worth[mask])
    return values


def coalition_worths(
    tested: ModelUnderTest, row: Floats, reference: Floats, groups: tuple[int, ...]
) -> Floats:
    """(2^players,) worth of every coalition, bit p set when player p is the account's own."""
    member = np.asarray(groups)
    worth = np.empty(1 << (max(groups) + 1))
    masks = np.arange(len(worth))
    for block in np.array_split(masks, max(1, len(masks) // COALITIONS)):
        own = (block[:, None] >> member[None, :]) & 1 == 1
        mixed = np.where(own[:, None, :], row, reference[None, :, :])
        margins = tested.margin(mixed.reshape(-1, len(row)))
        worth[block] = margins.reshape(len(block), len(reference)).mean(axis=1)
    return worth


def shap_agreement(tested: ModelUnderTest, rng: Generator, accounts: int = 50) -> Finding:
    """Each feature its own player, the same 100 reference rows, against the `shap` package."""
    reference = tested.reference[sample(np.arange(len(tested.reference)), 100, rng)]
    rows = tested.rows[sample(np.arange(len(tested.rows)), accounts, rng)]
    singles = tuple(range(len(tested.groups)))
    ours = explain(tested.compile(reference, singles), rows).values
    gap = disagreement(tested.booster, rows, reference, ours)
    return Finding("shap_max_difference", gap, "max", 1e-6, len(rows), "singleton players, the same trees")
