"""Would the person be told the same again, under noise, other references, another training seed?"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from serving.model.reasons.explain import explain
from training.fidelity.finding import Finding
from training.fidelity.tested_model import TestedModel, sample, stated


def jaccard(first: NDArray[np.intp], second: NDArray[np.intp]) -> float:
    """Mean overlap of stated themes, row by row: shared over either; two empty statements agree."""
    scores = []
    for a, b in zip(first, second, strict=True):
        left, right = set(a[a >= 0].tolist()), set(b[b >= 0].tolist())
        scores.append(len(left & right) / len(left | right) if left | right else 1.0)
    return float(np.mean(scores))


def measurement_noise(subject: TestedModel, rng: np.random.Generator, accounts: int = 2000) -> Finding:
    """Overlap of the stated themes before and after 1 % noise on every measured amount.

    Values are multiplied by `1 + 0.01 ε`; counts below 20, zeros and absent values stay as they are.
    """
    rows = subject.rows[sample(subject.declined, accounts, rng)]
    noisy = rows * (1 + 0.01 * rng.normal(size=rows.shape))
    whole = (np.round(rows) == rows) & (np.abs(rows) < 20)
    noisy = np.where(whole, rows, noisy)
    overlap = jaccard(stated(subject.told(rows)), stated(subject.told(noisy)))
    return Finding("stability_noise_jaccard4", overlap, "min", 0.85, len(rows), "1 % measurement noise")


def reference_draws(
    subject: TestedModel, rng: np.random.Generator, draws: int = 20, accounts: int = 1000
) -> Finding:
    """Overlap of the stated themes over bootstrap draws of the reference population."""
    rows = subject.rows[sample(subject.declined, accounts, rng)]
    usual = stated(subject.told(rows))
    overlaps = []
    for _ in range(draws):
        drawn = subject.reference[rng.integers(len(subject.reference), size=len(subject.reference))]
        overlaps.append(jaccard(usual, stated(subject.told(rows, subject.compile(drawn)))))
    return Finding(
        "stability_reference_jaccard4", float(np.mean(overlaps)), "min", 0.90, draws, "bootstrap draws"
    )


def applicants(subject: TestedModel, rng: np.random.Generator, accounts: int = 2000) -> list[Finding]:
    """Agreement with the reasons against all applicants instead of those at the bar; reported only.

    The two answer different questions: short of the bar, or short of everybody.
    """
    if not len(subject.applicants):
        return []
    rows = subject.rows[sample(subject.declined, accounts, rng)]
    usual, other = stated(subject.told(rows)), stated(subject.told(rows, subject.compile(subject.applicants)))
    top = float((usual[:, 0] == other[:, 0]).mean())
    against = "against all applicants instead"
    return [
        Finding("applicants_reference_jaccard4", jaccard(usual, other), "min", None, len(rows), against),
        Finding("applicants_reference_top1_share", top, "min", None, len(rows), f"first reason, {against}"),
    ]


def other_seeds(subject: TestedModel, others: Iterable[TestedModel], rng: np.random.Generator) -> Finding:
    """Share of declines common to both models whose first reason differs after retraining."""
    changed: list[float] = []
    for other in others:
        common = np.intersect1d(subject.declined, other.declined)
        rows = subject.rows[sample(common, 2000, rng)]
        first = stated(subject.told(rows))[:, 0]
        changed.append(float((first != stated(other.told(rows))[:, 0]).mean()))
    return Finding(
        "retraining_top1_change_share", float(np.mean(changed)), "max", 0.15, len(changed), "other seeds"
    )


def sign_violations(subject: TestedModel, rng: np.random.Generator, accounts: int = 200) -> Finding:
    """Features no worse than in every reference account that count against the person: none may exist.

    Each feature with a direction, a player of its own, is set to the best value that any reference account
    has, so that it is no worse than all of them. A feature that some reference account lacks has no best.
    """
    directed = np.flatnonzero(
        (np.asarray(subject.directions) != 0) & ~np.isnan(subject.reference).any(axis=0)
    )
    singles = subject.compile(subject.reference, tuple(range(len(subject.groups))))
    rows = subject.rows[sample(np.arange(len(subject.rows)), accounts, rng)]
    violations = 0
    for feature in directed:
        column = subject.reference[:, feature]
        better = rows.copy()
        better[:, feature] = column.min() if subject.directions[feature] > 0 else column.max()
        violations += int((explain(singles, better).values[:, feature] > 1e-9).sum())
    cases = len(directed) * len(rows)
    gate = 0 if cases else None
    return Finding(
        "monotone_sign_violations", violations, "max", gate, cases, f"{len(directed)} directed features"
    )
