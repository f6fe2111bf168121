"""An absent source must be told as absence: one fact, never a figure, never behaviour."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats
from features.sources.registry import LINKED
from serving.decision.types import Reason
from serving.model.reasons.explain import explain
from training.fidelity.finding import Finding
from training.fidelity.inputs import FidelityInputs
from training.fidelity.tested_model import TestedModel, sample


def told_as_behaviour(examined: FidelityInputs, *, seed: int, accounts: int = 2000) -> list[Finding]:
    """Reasons about what an account has nothing of that hold a figure, another code, or stand twice.

    Nothing is found where no declined account lacks anything.
    """
    subject = examined.subject
    lacking = subject.declined[np.isnan(subject.rows[subject.declined]).any(axis=1)]
    chosen = sample(lacking, accounts, np.random.default_rng(seed))
    if not len(chosen):
        return []
    wrong = about = 0
    for row, answer in zip(subject.rows[chosen], examined.answers(chosen), strict=True):
        codes = nothing_of(subject, row)
        told = [r for r in (*answer.reasons, *answer.why_not_higher) if r.theme in codes]
        about += len(told)
        wrong += _untrue(told, codes)
    meaning = f"of {about} reasons about what is absent"
    found = [Finding("absent_told_as_behaviour", wrong, "max", 0, len(chosen), meaning)]
    return [*found, joined_player_gap(subject, seed=seed)] if subject.sources.names else found


def _untrue(told: Sequence[Reason], codes: Mapping[str, str]) -> int:
    twice = len(told) - len({reason.theme for reason in told})
    figures = sum(any(mark.isdigit() for mark in reason.zh + reason.en) for reason in told)
    return twice + figures + sum(reason.code != codes[reason.theme] for reason in told)


def nothing_of(subject: TestedModel, row: Floats) -> Mapping[str, str]:
    """The code that absence must have, by theme or source that this (f,) row has nothing of.

    A theme of a source that is absent as a whole has none: it may not be spoken of.
    """
    gone = subject.sources.absent(row[None, :])[0]
    away = {source for source, absent in zip(subject.sources.names, gone, strict=True) if absent}
    themes = {
        theme.key: "" if theme.source in away else theme.code + "A"
        for theme, columns in zip(subject.themes, subject.columns, strict=True)
        if np.isnan(row[columns]).all()
    }
    return {**themes, **{source: LINKED[source].code for source in away}}


def joined_player_gap(subject: TestedModel, *, seed: int, accounts: int = 500) -> Finding:
    """The value told for an absent source against that of the source as one player, in points of log-odds.

    The sum of its themes' values is told; were the themes one player from the start, interactions among them
    would be shared out otherwise. Reported only: the difference is one of definition.
    """
    gaps: list[float] = []
    rng = np.random.default_rng(seed)
    for source, themes in subject.sources.themes.items():
        rows = subject.rows[_without(subject, source, accounts, rng)]
        if len(rows) and len(themes) > 1:
            together = tuple(int(themes[0]) if group in themes else group for group in subject.groups)
            joined = explain(subject.compile(subject.reference, together), rows).values
            gaps.extend(np.abs(joined - subject.told(rows))[:, themes[0]].tolist())
    worst = max(gaps, default=0.0)
    return Finding("absent_source_joined_gap", worst, "max", None, len(gaps), "sum of themes, one player")


def _without(subject: TestedModel, source: str, accounts: int, rng: np.random.Generator) -> NDArray[np.intp]:
    lacking = subject.sources.absent(subject.rows)[:, subject.sources.names.index(source)]
    return sample(np.flatnonzero(lacking), accounts, rng)
