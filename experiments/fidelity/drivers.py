"""Ground truth: in the simulated world the causes are known, so stated reasons can be right or wrong."""

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats
from serving.decision.wording.reasons import INQUIRIES
from training.fidelity.finding import Finding
from training.fidelity.tested_model import TestedModel, stated

A_POINT = 0.0347
"""Log-odds of one point where 20 double the odds: less may be no whole point, and is then not told."""
NOTABLE = 0.05
"""True log-odds that a driver must add to count in the stricter figure."""


def against_truth(
    subject: TestedModel, rows: Floats, truth: Floats, seen: NDArray[np.bool_]
) -> list[Finding]:
    """Precision at 4 and recall at 1 of the stated themes against the simulator's own drivers.

    Args:
        subject: the model.
        rows: (n, f) declined accounts.
        truth: (n, t) what each theme adds to the true log-odds against a good average account.
        seen: (n, t) whether the lender has anything of the theme; a theme it has nothing of is told as
            absence, not as a cause, and stands on neither side of the count.

    Precision@4: share of stated themes that truly raise the risk; a stricter figure, without a gate, asks
    that they raise it by `NOTABLE`. Recall@1: share of accounts whose largest true driver, of those that the
    lender could see, is stated; recent applications are stated beside the four wherever they count against a
    person (`serving.decision.wording.reasons`), so they count here; without that fifth reason it is
    reported too.
    """
    values = subject.told(rows)
    reasons = stated(values)
    counted = (reasons >= 0) & np.take_along_axis(seen, np.maximum(reasons, 0), axis=1)
    true = np.take_along_axis(truth, np.maximum(reasons, 0), axis=1)[counted]
    largest = np.where(seen, truth, -np.inf).argmax(axis=1)
    four = (reasons == largest[:, None]).any(axis=1)
    told = four | _fifth(subject, values, largest)
    right, notable = ((true > bar).sum() / max(len(true), 1) for bar in (0.0, NOTABLE))
    meaning = f"… and raise the log-odds by {NOTABLE} or more"
    return [
        Finding("drivers_precision_at_4", float(right), "min", 0.85, len(true), "stated causes are true"),
        Finding("drivers_precision_at_4_notable", float(notable), "min", None, len(true), meaning),
        Finding(
            "drivers_recall_at_1",
            float(told.mean()),
            "min",
            0.80,
            len(rows),
            "the main cause is among the four or inquiries",
        ),
        Finding(
            "drivers_recall_at_1_of_four", float(four.mean()), "min", None, len(rows), "… among the four"
        ),
    ]


def _fifth(subject: TestedModel, values: Floats, theme: NDArray[np.intp]) -> NDArray[np.bool_]:
    """(n,) whether this theme of each account is recent applications, and they take a point or more."""
    is_inquiries = np.array([known.key == INQUIRIES for known in subject.themes])
    harm: NDArray[np.bool_] = np.take_along_axis(values, theme[:, None], axis=1)[:, 0] >= A_POINT
    return is_inquiries[theme] & harm
