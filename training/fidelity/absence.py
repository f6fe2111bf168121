"""Reasons about what is absent: absence is one fact, never stated as a figure or as behaviour."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.random import Generator

from features.arrays import Floats, Positions
from features.sources.registry import LINKED
from serving.decision.types import Reason
from serving.model.reasons.explain import explain
from training.fidelity.file_columns import FileColumns
from training.fidelity.finding import Finding
from training.fidelity.inputs import FidelityInputs
from training.fidelity.model_under_test import ModelUnderTest, sample


def absence_as_behaviour(inputs: FidelityInputs, *, seed: int, accounts: int = 2000) -> list[Finding]:
    """Reasons about something absent that hold a figure or another code, or are stated twice.

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
    meaning = f"of {about} reasons about what is absent"
    found = [Finding("absent_told_as_behaviour", wrong, "max", 0, len(chosen), meaning)]
    return [*found, joined_player_gap(tested, seed=seed)] if tested.sources.names else found


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
    """The code that absence must have, by theme or source that this (f,) row has nothing of.

    A theme of a source that is absent as a whole has none: it may not be stated. Columns in `explaining` say
    why others are absent: they state nothing themselves.
    """
    absent = tested.sources.absent(row[None, :])[0]
    away = {source for source, gone in zip(tested.sources.names, absent, strict=True) if gone}
    themes = {
        theme.key: "" if theme.source in away else theme.code + "A"
        for theme, columns in zip(tested.themes, tested.columns, strict=True)
        if np.isnan(row[[column for column in columns.tolist() if column not in explaining]]).all()
    }
    return {**themes, **{source: LINKED[source].code for source in away}}


def joined_player_gap(tested: ModelUnderTest, *, seed: int, accounts: int = 500) -> Finding:
    """The value stated for an absent source against that of the source as one player, in log-odds.

    The sum of its themes' values is stated; were the themes one player from the start (Owen 1977),
    interactions among them would be shared otherwise. Reported only: the difference is one of definition.
    """
    gaps: list[float] = []
    rng = np.random.default_rng(seed)
    for source, themes in tested.sources.themes.items():
        rows = tested.rows[_without(tested, source, accounts, rng)]
        if len(rows) and len(themes) > 1:
            together = tuple(int(themes[0]) if group in themes else group for group in tested.groups)
            joined = explain(tested.compile(tested.reference, together), rows).values
            gaps.extend(np.abs(joined - tested.merged(rows))[:, themes[0]].tolist())
    worst = max(gaps, default=0.0)
    return Finding("absent_source_joined_gap", worst, "max", None, len(gaps), "sum of themes, one player")


def _without(tested: ModelUnderTest, source: str, accounts: int, rng: Generator) -> Positions:
    lacking = tested.sources.absent(tested.rows)[:, tested.sources.names.index(source)]
    return sample(np.flatnonzero(lacking), accounts, rng)
