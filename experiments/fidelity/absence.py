"""An absent source must be told as absence: never a figure, never behaviour."""

import numpy as np

from experiments.fidelity.examined import Examined
from experiments.fidelity.reading import predictions
from training.fidelity.result import Finding
from training.fidelity.subject import sample


def told_as_behaviour(examined: Examined, *, seed: int, accounts: int = 2000) -> Finding:
    """Reasons about a theme the account has nothing of, that hold a figure or another code than absence."""
    subject = examined.subject
    chosen = sample(subject.declined, accounts, np.random.default_rng(seed))
    test = examined.cohort.take(examined.split.test)
    position = {theme.key: i for i, theme in enumerate(subject.themes)}
    wrong = cases = 0
    for row, answer in zip(subject.rows[chosen], predictions(examined, test, chosen), strict=True):
        for reason in answer.reasons:
            if reason.theme and np.isnan(row[subject.columns[position[reason.theme]]]).all():
                cases += 1
                figure = any(mark.isdigit() for mark in reason.zh + reason.en)
                wrong += figure or not reason.code.endswith("A")
    return Finding(
        "absent_told_as_behaviour", wrong, "max", 0, cases, "reasons about sources that are absent"
    )
