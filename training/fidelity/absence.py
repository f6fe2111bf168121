"""Reasons about what is absent: never stated as a figure or as behaviour, and an absent source not at all."""

from collections.abc import Mapping, Sequence

import numpy as np

from features.arrays import Floats
from serving.decision.types import Reason
from training.fidelity.finding import Finding
from training.fidelity.inputs import FidelityInputs
from training.fidelity.model_under_test import ModelUnderTest, sample


def absence_as_behaviour(inputs: FidelityInputs, *, seed: int, accounts: int = 2000) -> list[Finding]:
    """Reasons about something absent that hold a figure or another code, or are stated twice, or have points.

    No finding where no declined account lacks anything.
    """
    tested = inputs.tested
    lacking = tested.declined[np.isnan(tested.rows[tested.declined]).any(axis=1)]
    chosen = sample(lacking, accounts, np.random.default_rng(seed))
    if not len(chosen):
        return []
    wrong = about = 0
    for row, answer in zip(tested.rows[chosen], inputs.answers(chosen), strict=True):
        codes = absence_codes(tested, row)
        stated = [r for r in (*answer.reasons, *answer.why_not_higher) if r.theme in codes]
        about += len(stated)
        wrong += _faults(stated, codes)
        wrong += sum(points != 0 for theme, points in answer.theme_points.items() if codes.get(theme) == "")
    meaning = f"of {about} reasons about what is absent"
    return [Finding("absent_told_as_behaviour", wrong, "max", 0, len(chosen), meaning)]


def _faults(stated: Sequence[Reason], codes: Mapping[str, str]) -> int:
    twice = len(stated) - len({reason.theme for reason in stated})
    figures = sum(any(mark.isdigit() for mark in reason.zh + reason.en) for reason in stated)
    return twice + figures + sum(reason.code != codes[reason.theme] for reason in stated)


def absence_codes(tested: ModelUnderTest, row: Floats) -> Mapping[str, str]:
    """The code that absence must have, by theme that this (f,) row has nothing of.

    A theme of a source that is absent as a whole has none: it may not be stated, and has no points.
    """
    away = tested.absent(row[None, :])[0]
    return {
        theme.key: "" if gone else theme.code + "A"
        for theme, columns, gone in zip(tested.themes, tested.columns, away, strict=True)
        if np.isnan(row[columns]).all()
    }
