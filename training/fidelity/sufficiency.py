"""Do the stated themes decide? Changing them must flip the decision, and in the stated order."""

import numpy as np

from features.arrays import Floats, Positions
from training.fidelity.finding import Finding
from training.fidelity.tested_model import STATED, TestedModel, replace_themes, sample, stated


def sufficiency(
    subject: TestedModel, rng: np.random.Generator, accounts: int = 500, draws: int = 30
) -> list[Finding]:
    """Share of declines that flip when the stated themes take reference values, and a random-theme control.

    A decline counts as flipped when the margin averaged over the reference draws comes to the bar, and the
    control replaces as many themes chosen at random among those not stated.
    """
    chosen = sample(subject.declined, accounts, rng)
    reasons = stated(subject.told(subject.rows[chosen]))
    flips = np.zeros((len(chosen), 2))
    for i, (row, themes) in enumerate(zip(chosen, reasons, strict=True)):
        donors = subject.reference[rng.integers(len(subject.reference), size=draws)]
        for arm, replaced in enumerate((themes, control(themes, len(subject.themes), rng))):
            mixed = replace_themes(subject, subject.rows[row], replaced, donors)
            flips[i, arm] = subject.margin(mixed).mean() <= subject.bar
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
    subject: TestedModel, rng: np.random.Generator, accounts: int = 300, draws: int = 100
) -> Finding:
    """Share of pairs of stated themes whose removal, one at a time, lowers the margin in the stated order.

    Pairs whose stated values differ by less than 5 % of the larger are ties and not counted.
    """
    chosen = sample(subject.declined, accounts, rng)
    values = subject.told(subject.rows[chosen])
    reasons = stated(values)
    right = pairs = 0
    for row, value, themes in zip(chosen, values, reasons, strict=True):
        donors = subject.reference[rng.integers(len(subject.reference), size=draws)]
        drops = [drop(subject, row, theme, donors) for theme in themes[themes >= 0]]
        for first in range(len(drops)):
            for second in range(first + 1, len(drops)):
                if value[themes[second]] <= 0.95 * value[themes[first]]:
                    pairs += 1
                    right += drops[first] >= drops[second]
    return Finding(
        "necessity_order_share", right / max(pairs, 1), "min", 0.90, pairs, f"pairs of up to {STATED}"
    )


def drop(subject: TestedModel, row: np.intp, theme: np.intp, donors: Floats) -> float:
    """How far the mean margin falls when one theme takes reference values."""
    own = subject.rows[row]
    mixed = replace_themes(subject, own, np.array([theme]), donors)
    return float(subject.margin(own[None, :])[0] - subject.margin(mixed).mean())
