"""Compares a stated figure, as a value and as it stands in the text, with its recomputation."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from serving.audit.account_rows import KnownRows
from serving.audit.figures import FIGURES
from serving.audit.shown import stands_in
from serving.decision.types import Decision, Reason, StatedFigure

RELATIVE = 1e-5
"""The engine cuts an average limit off at the fen, which is this little of a limit of CNY 1,000."""


class Outcome(StrEnum):
    """What the recomputation says of a stated figure."""

    TRUE = "true"
    FALSE = "false"
    UNCHECKED = "unchecked"
    """No recomputation of this figure is written."""


@dataclass(frozen=True)
class Finding:
    """A stated figure that was checked.

    Attributes:
        reason: the sentence in both languages.
        figure: what it states.
        outcome: whether it holds.
        recomputed: the figure as the rows have it, None where they support none.
    """

    reason: Reason
    figure: StatedFigure
    outcome: Outcome
    recomputed: float | None


def check(reasons: Sequence[Reason], known: KnownRows) -> list[Finding]:
    """Recomputes every figure of some reasons, and looks for each in both texts."""
    return [_checked(reason, figure, known) for reason in reasons for figure in reason.figures]


def stated(decision: Decision) -> tuple[Reason, ...]:
    """All reasons of a decision."""
    return (*decision.reasons, *decision.why_not_higher)


def contradicted(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Codes of the reasons with a false figure, each once."""
    return tuple(dict.fromkeys(f.reason.code for f in findings if f.outcome is Outcome.FALSE))


def _checked(reason: Reason, figure: StatedFigure, known: KnownRows) -> Finding:
    plain = FIGURES.get(figure.name)
    if plain is None or isinstance(figure.value, str):
        return Finding(reason, figure, Outcome.UNCHECKED, None)
    recomputed = plain(known)
    true = recomputed is not None and _same(reason, figure.value, figure.unit, recomputed)
    return Finding(reason, figure, Outcome.TRUE if true else Outcome.FALSE, recomputed)


def _same(reason: Reason, value: float, unit: str, recomputed: float) -> bool:
    if abs(value - recomputed) > RELATIVE * max(1.0, abs(recomputed)):
        return False
    return stands_in(reason.zh, "zh", unit, recomputed) and stands_in(reason.en, "en", unit, recomputed)
