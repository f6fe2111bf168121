"""Ground truth: the simulator knows the causes, so stated themes can be compared with true drivers."""

import numpy as np

from features.arrays import Bools, Floats, Positions
from serving.decision.principal import PrincipalReasons
from training.fidelity.finding import Finding
from training.fidelity.model_under_test import ModelUnderTest

NOTABLE = 0.05
"""True log-odds that a driver must add to count in the stricter figure."""


def against_truth(tested: ModelUnderTest, rows: Floats, truth: Floats, seen: Bools) -> list[Finding]:
    """Precision at 4 and recall at 1 of the stated themes against the simulator's own drivers.

    Args:
        tested: the model.
        rows: (n, f) declined accounts.
        truth: (n, t) what each theme adds to the true log-odds against a good average account.
        seen: (n, t) whether the lender has anything of the theme; a theme it has nothing of is stated as
            absence, not as a cause, and stands on neither side of the count.

    Precision@4: share of stated themes that truly raise the risk; a stricter figure, without a gate, asks
    that they raise it by `NOTABLE`. Recall@1: share of accounts whose largest true driver, of those that the
    lender could see, is stated; inquiries are stated beside the four wherever they count against a person
    (`serving.decision.principal`), so they count here; without that fifth reason it is reported too.
    """
    reasons = tested.principal(rows)
    themes = np.maximum(reasons.themes, 0)
    counted = (reasons.themes >= 0) & np.take_along_axis(seen, themes, axis=1)
    true = np.take_along_axis(truth, themes, axis=1)[counted]
    largest = np.where(seen, truth, -np.inf).argmax(axis=1)
    in_four, stated = _recall(reasons, largest)
    right, notable = ((true > bar).sum() / max(len(true), 1) for bar in (0.0, NOTABLE))
    meaning = f"… and raise the log-odds by {NOTABLE} or more"
    return [
        Finding("drivers_precision_at_4", float(right), "min", 0.85, len(true), "stated causes are true"),
        Finding("drivers_precision_at_4_notable", float(notable), "min", None, len(true), meaning),
        Finding(
            "drivers_recall_at_1",
            stated,
            "min",
            0.80,
            len(rows),
            "the main cause is among the four or inquiries",
        ),
        Finding("drivers_recall_at_1_of_four", in_four, "min", None, len(rows), "… among the four"),
    ]


def _recall(reasons: PrincipalReasons, theme: Positions) -> tuple[float, float]:
    """Share of accounts of which this theme is stated among the four, and among the four or as the fifth."""
    four = (reasons.themes == theme[:, None]).any(axis=1)
    return float(four.mean()), float((four | (reasons.inquiries == theme)).mean())
