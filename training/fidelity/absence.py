"""Reasons about what is absent: never stated as a figure or as behaviour, an absent source not at all."""

from collections.abc import Mapping, Sequence

import numpy as np

from features.arrays import Floats
from serving.decision.types import Reason
from training.fidelity.file_columns import FileColumns
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
    columns = FileColumns.of(tested, inputs.bundle.spec.catalogue)
    for row, answer in zip(tested.rows[chosen], inputs.answers(chosen), strict=True):
        codes = {**absence_codes(tested, row, columns.explaining), **columns.mostly_absent(row)}
        stated = [r for r in (*answer.reasons, *answer.why_not_higher) if r.theme in codes and r.points < 0]
        about += len(stated)
        wrong += _faults(stated, codes, columns.names)
        wrong += sum(points != 0 for theme, points in answer.theme_points.items() if codes.get(theme) == "")
    meaning = f"of {about} reasons about what is absent"
    return [Finding("absent_told_as_behaviour", wrong, "max", 0, len(chosen), meaning)]


def _faults(stated: Sequence[Reason], codes: Mapping[str, str], names: Sequence[str]) -> int:
    twice = len(stated) - len({reason.theme for reason in stated})
    figures = sum(_has_figure(reason, names) for reason in stated)
    return twice + figures + sum(reason.code != codes[reason.theme] for reason in stated)


def _has_figure(reason: Reason, names: Sequence[str]) -> bool:
    """Whether a digit stands in the texts outside the names, which may hold digits themselves."""
    text = f"{reason.zh}\n{reason.en}".casefold()
    for name in names:
        text = text.replace(name.casefold(), "")
    return any(mark.isdigit() for mark in text)


def absence_codes(
    tested: ModelUnderTest, row: Floats, explaining: frozenset[int] = frozenset()
) -> Mapping[str, str]:
    """The code that absence must have, by theme that this (f,) row has nothing of.

    A theme of a source that is absent as a whole has none: it may not be stated, and has no points. Columns
    in `explaining` say why others are absent: they state nothing themselves.
    """
    away = tested.absent(row[None, :])[0]
    return {
        theme.key: "" if gone else theme.code + "A"
        for theme, columns, gone in zip(tested.themes, tested.columns, away, strict=True)
        if np.isnan(row[[column for column in columns.tolist() if column not in explaining]]).all()
    }
