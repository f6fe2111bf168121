"""Which reasons are told, and in which order."""

from collections.abc import Sequence

from serving.policy.limits import Cap
from serving.policy.rules import Binding
from serving.scorer import Scorer
from serving.types import Floats, Reason
from serving.wording import sentences
from serving.wording.carrier import Carriers

MOST = 4
INQUIRIES = "inquiries"
PRINCIPAL = 0.1
"""A theme is stated against a person when it takes at least this share of all points that themes take from
them: Reg B (12 CFR 1002.9) asks for principal reasons, and a theme that hardly counted is none."""


class Narrator:
    """Tells the reasons of one model's decisions.

    Reg B (12 CFR 1002.9) asks for specific, principal reasons and calls more than four unhelpful; the FCRA
    adds inquiries as a fifth where they count against the person.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._carriers = Carriers(scorer)
        self._themes = scorer.bundle.spec.catalogue.themes

    def hold(
        self, row: Floats, points: Sequence[int], bound: Sequence[Binding], cap: Cap | None
    ) -> tuple[Reason, ...]:
        """Why a limit does not rise: hard rules, then the cap that leaves no room, then themes by points.

        Args:
            row: (f,) encoded values.
            points: (t,) whole points by theme.
            bound: hard rules that bind.
            cap: the cap that leaves no room, if that is what decided.
        """
        first = [sentences.of_rule(binding) for binding in bound[:MOST]]
        if cap is not None and not bound:
            first.append(sentences.of_cap(cap))
        against = [i for i in _order(points) if points[i] < 0]
        least = PRINCIPAL * sum(points[i] for i in against)
        chosen = [i for i in against if points[i] <= least][: MOST - len(first)]
        fifth = [i for i in against if self._themes[i].key == INQUIRIES and i not in chosen]
        return (*first, *self._tell(row, points, [*chosen, *fifth], -1))

    def rise(self, row: Floats, points: Sequence[int], cap: Cap | None) -> tuple[Reason, ...]:
        """What earned a rise, and why it is not higher. Absence is never told as merit."""
        absent = self._carriers.absent(row)
        earned = [i for i in reversed(_order(points)) if points[i] > 0 and i not in absent]
        last = [] if cap is None else [sentences.of_cap(cap)]
        return (*self._tell(row, points, earned[: MOST - len(last)], 1), *last)

    def _tell(self, row: Floats, points: Sequence[int], themes: Sequence[int], sign: int) -> list[Reason]:
        told = self._carriers.tell(row, themes, sign) if themes else {}
        reasons = []
        for i in themes:
            theme, carrier = self._themes[i], told[i]
            if carrier is None:
                reasons.append(sentences.of_absence(theme, points[i]))
            else:
                reasons.append(sentences.of_theme(theme, points[i], carrier))
        return reasons


def _order(points: Sequence[int]) -> list[int]:
    """Themes from the fewest points up; ties in the catalogue's order."""
    return sorted(range(len(points)), key=lambda i: points[i])
