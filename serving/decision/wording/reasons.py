"""Which reasons are told, and in which order."""

from collections.abc import Sequence

import numpy as np

from features.arrays import Floats
from serving.decision.policy.limits import Cap
from serving.decision.policy.rules import Binding
from serving.decision.types import Reason
from serving.decision.wording import sentences
from serving.decision.wording.carrier import FigureSelector
from serving.model.reasons.sources import LinkedSources
from serving.model.scorer import Scorer

MOST = 4
INQUIRIES = "inquiries"
PRINCIPAL = 0.1
"""A theme is stated against a person when it takes at least this share of all points that themes take from
them: Reg B (12 CFR 1002.9) asks for principal reasons, and a theme that hardly counted is none."""
Points = Sequence[int]
Linked = frozenset[str]
"""Sources that a person is known to have consented to."""


class ReasonWriter:
    """Tells the reasons of one model's decisions.

    Reg B (12 CFR 1002.9) asks for specific, principal reasons and calls more than four unhelpful; the FCRA
    adds inquiries as a fifth where they count against the person. A source that is absent as a whole is one
    reason, with all its points, in the place of its themes.
    """

    def __init__(self, scorer: Scorer) -> None:
        catalogue = scorer.bundle.spec.catalogue
        self._carriers = FigureSelector(scorer)
        self._sources = LinkedSources.of(catalogue)
        self._themes = catalogue.themes

    def hold(
        self,
        row: Floats,
        points: Points,
        bound: Sequence[Binding],
        cap: Cap | None,
        linked: Linked = frozenset(),
    ) -> tuple[Reason, ...]:
        """Why a limit does not rise.

        Hard rules come first, or else the cap that leaves no room; then themes by points; then the budget
        of the tier, where that is what decided.

        Args:
            row: (f,) encoded values.
            points: (t,) whole points by theme.
            bound: hard rules that bind.
            cap: the cap that leaves no room, if that is what decided.
            linked: sources that the person has consented to, as far as known.
        """
        first = [sentences.of_rule(binding) for binding in bound[:MOST]]
        last: list[Reason] = []
        if cap is not None and not bound:
            (last if cap.is_budget else first).append(sentences.of_cap(cap))
        joined = self._joined(points, row)
        chosen = self._against(joined)[: MOST - len(first) - len(last)]
        fifth = [i for i in self._inquiries(joined, row) if i not in chosen]
        return (
            *first,
            *self._tell(row, joined, chosen, -1, linked),
            *last,
            *self._tell(row, joined, fifth, -1),
        )

    def rise(self, row: Floats, points: Points) -> tuple[Reason, ...]:
        """What earned a rise. Absence is never told as merit."""
        absent = self._carriers.absent(row)
        earned = [i for i in reversed(_order(points)) if points[i] > 0 and i not in absent]
        return tuple(self._tell(row, points, earned[:MOST], 1))

    def not_higher(
        self, row: Floats, points: Points, cap: Cap | None, linked: Linked = frozenset()
    ) -> tuple[Reason, ...]:
        """Why a rise is not larger, or a good score not better.

        The cap that decided comes first, then what still counts against the person.
        """
        first = [] if cap is None else [sentences.of_cap(cap)]
        joined = self._joined(points, row)
        return (*first, *self._tell(row, joined, self._against(joined)[: MOST - len(first)], -1, linked))

    def _joined(self, points: Points, row: Floats) -> list[int]:
        found: list[int] = self._sources.joined(np.array([points]), row[None, :])[0].tolist()
        return found

    def _against(self, points: Points) -> list[int]:
        """Principal themes against the person, the most points first."""
        against = [i for i in _order(points) if points[i] < 0]
        least = PRINCIPAL * sum(points[i] for i in against)
        return [i for i in against if points[i] <= least]

    def _inquiries(self, points: Points, row: Floats) -> list[int]:
        """The theme of inquiries, where it counts against the person and there is a report to say so."""
        keys = enumerate(theme.key for theme in self._themes)
        return [i for i, k in keys if k == INQUIRIES and points[i] < 0 and i not in self._absent_leads(row)]

    def _tell(
        self, row: Floats, points: Points, themes: Sequence[int], sign: int, linked: Linked = frozenset()
    ) -> list[Reason]:
        told = self._carriers.tell(row, themes, sign) if themes else {}
        absent = self._absent_leads(row)
        reasons = []
        for i in themes:
            carrier = told[i]
            if i in absent:
                is_linked = absent[i] in linked
                reasons.append(sentences.of_absent_source(absent[i], points[i], linked=is_linked))
            elif carrier is None:
                reasons.append(sentences.of_absence(self._themes[i], points[i]))
            else:
                reasons.append(sentences.of_theme(self._themes[i], points[i], carrier))
        return reasons

    def _absent_leads(self, row: Floats) -> dict[int, str]:
        gone = self._sources.absent(row[None, :])[0]
        lead = {source: place for place, source in self._sources.leads.items()}
        return {lead[s]: s for s, away in zip(self._sources.names, gone, strict=True) if away}


def _order(points: Points) -> list[int]:
    """Themes from the fewest points up; ties in the catalogue's order."""
    return sorted(range(len(points)), key=lambda i: points[i])
