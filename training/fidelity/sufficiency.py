"""Faithfulness by ablation: replacing the stated themes must flip the decision, and in the stated order.

The vocabulary is that of DeYoung et al. 2020, "ERASER": what is removed here is the stated reasons, so the
first measure is their *comprehensiveness*; the report's keys say *sufficiency*, because changing what was
stated suffices to flip the decision (a counterfactual: Mothilal et al. 2021, "Towards unifying feature
attribution and counterfactual explanations").
"""

import numpy as np

from features.arrays import Floats, Positions
from serving.decision.principal import MAX_REASONS
from training.fidelity.finding import Finding
from training.fidelity.model_under_test import ModelUnderTest, replace_themes, sample

TIE = 0.95
"""Two themes are tied, and their order claims nothing, where the second takes more than this share of the
first one's points."""


def sufficiency(
    tested: ModelUnderTest, rng: np.random.Generator, accounts: int = 500, draws: int = 30
) -> list[Finding]:
    """Share of declines that flip when the stated themes take reference values, and a random-theme control.

    A decline counts as flipped when the margin averaged over the reference draws comes to the cut-off, and
    the control replaces as many themes chosen at random among those not stated.
    """
    chosen = sample(tested.declined, accounts, rng)
    reasons = tested.principal(tested.rows[chosen]).themes
    flips = np.zeros((len(chosen), 2))
    for i, (row, themes) in enumerate(zip(chosen, reasons, strict=True)):
        donors = tested.reference[rng.integers(len(tested.reference), size=draws)]
        for arm, replaced in enumerate((themes, control(themes, len(tested.themes), rng))):
            mixed = replace_themes(tested, tested.rows[row], replaced, donors)
            flips[i, arm] = tested.margin(mixed).mean() <= tested.bar
    share = flips.mean(axis=0)
    return [
        Finding(
            "sufficiency_flip_share", float(share[0]), "min", 0.80, len(chosen), "stated themes replaced"
        ),
        Finding(
            "sufficiency_control_share", float(share[1]), "max", 0.25, len(chosen), "random themes replaced"
        ),
    ]


def control(themes: Positions, n_themes: int, rng: np.random.Generator) -> Positions:
    """As many themes as were stated, drawn from the others."""
    others = np.setdiff1d(np.arange(n_themes), themes)
    return rng.choice(others, size=min(int((themes >= 0).sum()), len(others)), replace=False)


def necessity_order(
    tested: ModelUnderTest, rng: np.random.Generator, accounts: int = 300, draws: int = 100
) -> Finding:
    """Share of pairs of stated themes whose ablation, one at a time, lowers the margin in the stated order.

    Pairs that are tied by `TIE` are not counted.
    """
    chosen = sample(tested.declined, accounts, rng)
    found = tested.principal(tested.rows[chosen])
    right = pairs = 0
    for row, taken, themes in zip(chosen, -found.points, found.themes, strict=True):
        donors = tested.reference[rng.integers(len(tested.reference), size=draws)]
        drops = [drop(tested, row, theme, donors) for theme in themes[themes >= 0]]
        for first in range(len(drops)):
            for second in range(first + 1, len(drops)):
                if taken[themes[second]] <= TIE * taken[themes[first]]:
                    pairs += 1
                    right += drops[first] >= drops[second]
    return Finding(
        "necessity_order_share", right / max(pairs, 1), "min", 0.90, pairs, f"pairs of up to {MAX_REASONS}"
    )


def drop(tested: ModelUnderTest, row: np.intp, theme: np.intp, donors: Floats) -> float:
    """How far the mean margin falls when one theme takes reference values."""
    own = tested.rows[row]
    mixed = replace_themes(tested, own, np.array([theme]), donors)
    return float(tested.margin(own[None, :])[0] - tested.margin(mixed).mean())
