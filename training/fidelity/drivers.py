"""Ground truth: in the simulated world the causes are known, so stated reasons can be right or wrong."""

import numpy as np

from training.fidelity.result import Finding
from training.fidelity.subject import Floats, Subject, stated


def against_truth(subject: Subject, rows: Floats, truth: Floats, *, least: float = 0.05) -> list[Finding]:
    """Precision at 4 and recall at 1 of the stated themes against the simulator's own drivers.

    Args:
        subject: the model.
        rows: (n, f) declined accounts.
        truth: (n, t) contribution of each theme to the true log-odds against a good-average account.
        least: a theme counts as a true driver when it adds at least this much to the true log-odds.

    Precision@4: share of stated themes that are true drivers. Recall@1: share of accounts whose largest true
    driver is among the stated themes.
    """
    reasons = stated(subject.explain(rows).values)
    real = truth >= least
    valid = reasons >= 0
    right = np.take_along_axis(real, np.maximum(reasons, 0), axis=1) & valid
    largest = truth.argmax(axis=1)
    found = (reasons == largest[:, None]).any(axis=1)
    return [
        Finding(
            "drivers_precision_at_4", float(right.sum() / max(valid.sum(), 1)), "min", 0.85, len(rows), "true"
        ),
        Finding(
            "drivers_recall_at_1", float(found.mean()), "min", 0.80, len(rows), "the main cause is stated"
        ),
    ]
