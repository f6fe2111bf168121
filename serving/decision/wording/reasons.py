"""Writes the reasons of a decision, in order: rules or caps, principal themes, the budget, inquiries."""

from collections.abc import Sequence

from features.arrays import Floats, Ints
from serving.decision.policy.limits import Cap
from serving.decision.policy.rules import Binding
from serving.decision.principal import (
    INQUIRIES,
    MAX_REASONS,
    NONE,
    PrincipalReasons,
    favourable_themes,
    position_of,
    principal_reasons,
)
from serving.decision.types import Reason
from serving.decision.wording import sentences
from serving.decision.wording.absence import AbsentFeature, of_absent_feature
from serving.decision.wording.representative import RepresentativeFeatures, Shown
from serving.model.reasons.sources import LinkedSources
from serving.model.scorer import Scorer

Linked = frozenset[str]
"""Sources that a person is known to have consented to."""


class ReasonWriter:
    """Writes the reasons of one model's decisions; `serving.decision.principal` chooses the themes.

    A source that is absent as a whole is one reason, with all its points, in the place of its themes.
    """

    def __init__(self, scorer: Scorer) -> None:
        catalogue = scorer.bundle.spec.catalogue
        self._representatives = RepresentativeFeatures(scorer)
        self._sources = LinkedSources.of(catalogue)
        self._themes = catalogue.themes
        self._inquiries = position_of(INQUIRIES, catalogue.themes)
        self._lead = {source: place for place, source in self._sources.leads.items()}

    def hold(
        self,
        row: Floats,
        points: Ints,
        bound: Sequence[Binding],
        cap: Cap | None,
        linked: Linked = frozenset(),
    ) -> tuple[Reason, ...]:
        """Why a limit does not rise.

        Hard rules come first, or else the cap that leaves no room; then themes by points; then the budget
        of the tier, where that is what decided; then inquiries, where they count and are not among
        the themes.

        Args:
            row: (f,) encoded values.
            points: (t,) whole points by theme.
            bound: hard rules that bind.
            cap: the cap that leaves no room, if that is what decided.
            linked: sources that the person has consented to, as far as known.
        """
        first = [sentences.of_rule(binding) for binding in bound[:MAX_REASONS]]
        last: list[Reason] = []
        if cap is not None and not bound:
            (last if cap.is_budget else first).append(sentences.of_cap(cap))
        found = self._principal(row, points, MAX_REASONS - len(first) - len(last))
        return (
            *first,
            *self._against(row, found, found.themes[0].tolist(), linked),
            *last,
            *self._against(row, found, found.inquiries.tolist(), linked),
        )

    def rise(self, row: Floats, points: Ints) -> tuple[Reason, ...]:
        """What earned a rise. Absence is never stated as a merit."""
        absent = self._representatives.absent_themes(row)
        themes = _stated(favourable_themes(points[None, :], absent[None, :])[0].tolist())
        figures = self._representatives.figures(row, themes, 1) if themes else {}
        return tuple(self._reason(i, int(points[i]), figures[i]) for i in themes)

    def not_higher(
        self, row: Floats, points: Ints, cap: Cap | None, linked: Linked = frozenset()
    ) -> tuple[Reason, ...]:
        """Why a rise is not larger, or a good score not better.

        The cap that decided comes first, then what still counts against the person.
        """
        first = [] if cap is None else [sentences.of_cap(cap)]
        found = self._principal(row, points, MAX_REASONS - len(first))
        return (*first, *self._against(row, found, found.themes[0].tolist(), linked))

    def _principal(self, row: Floats, points: Ints, room: int) -> PrincipalReasons:
        return principal_reasons(points[None, :], row[None, :], self._sources, self._inquiries, room)

    def _against(
        self, row: Floats, found: PrincipalReasons, themes: Sequence[int], linked: Linked
    ) -> list[Reason]:
        """Reasons against the person, in this order; −1 states none."""
        stated = _stated(themes)
        figures = self._representatives.figures(row, stated, -1) if stated else {}
        absent = self._absent_sources(row) if stated else {}
        points = found.points[0]
        return [
            sentences.of_absent_source(absent[i], int(points[i]), linked=absent[i] in linked)
            if i in absent
            else self._reason(i, int(points[i]), figures[i])
            for i in stated
        ]

    def _reason(self, theme: int, points: int, figure: Shown) -> Reason:
        if figure is None:
            return sentences.of_absence(self._themes[theme], points)
        if isinstance(figure, AbsentFeature):
            return of_absent_feature(self._themes[theme], points, figure)
        return sentences.of_theme(self._themes[theme], points, figure)

    def _absent_sources(self, row: Floats) -> dict[int, str]:
        """The sources of which the row has nothing, by the theme in whose place they stand."""
        absent = self._sources.absent(row[None, :])[0]
        return {self._lead[s]: s for s, gone in zip(self._sources.names, absent, strict=True) if gone}


def _stated(themes: Sequence[int]) -> list[int]:
    return [theme for theme in themes if theme != NONE]
