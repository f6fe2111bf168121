"""Writes the reasons of a decision: rules, caps, and themes where the score itself decided."""

from collections.abc import Collection, Sequence

from features.arrays import Floats, Ints
from serving.decision.policy.limits import Cap
from serving.decision.policy.rules import Binding
from serving.decision.principal import (
    MAX_REASONS,
    NONE,
    PrincipalReasons,
    Stateable,
    favourable_themes,
    principal_reasons,
)
from serving.decision.types import Opportunity, Reason
from serving.decision.wording import sentences
from serving.decision.wording.absence import AbsentFeature, of_absent_feature
from serving.decision.wording.opportunities import opportunity
from serving.decision.wording.representative import RepresentativeFeatures, Shown
from serving.model.reasons.sources import LinkedSources
from serving.model.scorer import Scorer


class ReasonWriter:
    """Writes the reasons of one model's decisions; `serving.decision.principal` chooses the themes."""

    def __init__(self, scorer: Scorer) -> None:
        spec = scorer.bundle.spec
        catalogue = spec.catalogue
        self._representatives = RepresentativeFeatures(scorer)
        self._sources = LinkedSources.of(catalogue)
        self._themes = catalogue.themes
        self._stateable = Stateable.of(catalogue.themes, spec.least_points)

    def hold(
        self, row: Floats, points: Ints, bound: Sequence[Binding], cap: Cap | None, *, score_holds: bool
    ) -> tuple[Reason, ...]:
        """Why a limit does not rise: what decided, and nothing else.

        Hard rules come first. Where the tier alone would hold the account, the themes by points follow, and
        inquiries, where they count and are not among them. Where it would not, the cap that leaves no room
        follows, if one does.

        Args:
            row: (f,) encoded values.
            points: (t,) whole points by theme.
            bound: hard rules that bind.
            cap: the cap that leaves no room, if one does.
            score_holds: whether the tier alone would hold the account.
        """
        if not score_holds:
            rules = [sentences.of_rule(binding) for binding in bound[:MAX_REASONS]]
            return tuple((rules + ([] if cap is None else [sentences.of_cap(cap)]))[:MAX_REASONS])
        rules = [sentences.of_rule(binding) for binding in bound[: MAX_REASONS - 1]]
        found = self._principal(points, MAX_REASONS - len(rules))
        themes = self._against(row, found, [*found.themes[0].tolist(), *found.inquiries.tolist()])
        return (*rules, *(themes or [self._of_none(points)]))

    def rise(self, row: Floats, points: Ints) -> tuple[Reason, ...]:
        """What earned a rise. Absence is never stated as a merit."""
        absent = self._representatives.absent_themes(row)
        themes = _stated(favourable_themes(points[None, :], absent[None, :], self._stateable)[0].tolist())
        figures = self._representatives.figures(row, themes, 1) if themes else {}
        return tuple(self._reason(i, int(points[i]), figures[i]) for i in themes)

    def not_higher(self, row: Floats, points: Ints, cap: Cap | None) -> tuple[Reason, ...]:
        """Why a rise is not larger, or a good score not better.

        The cap that decided comes first, then what still counts against the person.
        """
        first = [] if cap is None else [sentences.of_cap(cap)]
        found = self._principal(points, MAX_REASONS - len(first))
        return (*first, *self._against(row, found, found.themes[0].tolist()))

    def opportunities(self, row: Floats, linked: Collection[str]) -> tuple[Opportunity, ...]:
        """The sources of which an account has nothing.

        Args:
            row: (f,) encoded values.
            linked: sources that the person has consented to, as far as known.
        """
        absent = self._sources.absent(row[None, :])[0]
        away = [source for source, gone in zip(self._sources.names, absent, strict=True) if gone]
        return tuple(opportunity(source, linked) for source in away)

    def _of_none(self, points: Ints) -> Reason:
        """Where no theme can be stated against an account whose score holds it."""
        against = (points < 0) & self._stateable.attributable
        return sentences.of_nothing_certain() if against.any() else sentences.of_nothing_adverse()

    def _principal(self, points: Ints, room: int) -> PrincipalReasons:
        return principal_reasons(points[None, :], self._stateable, room)

    def _against(self, row: Floats, found: PrincipalReasons, themes: Sequence[int]) -> list[Reason]:
        """Reasons against the person, in this order; −1 states none."""
        stated = _stated(themes)
        if not stated:
            return []
        figures = self._representatives.figures(row, stated, -1)
        absent = self._representatives.absent_themes(row)
        return [
            sentences.of_absence(self._themes[i], int(found.points[0, i]))
            if absent[i] and figures[i] is None
            else self._reason(i, int(found.points[0, i]), figures[i])
            for i in stated
        ]

    def _reason(self, theme: int, points: int, figure: Shown) -> Reason:
        if figure is None:
            return sentences.of_taken_together(self._themes[theme], points)
        if isinstance(figure, AbsentFeature):
            return of_absent_feature(self._themes[theme], points, figure)
        return sentences.of_theme(self._themes[theme], points, figure)


def _stated(themes: Sequence[int]) -> list[int]:
    return [theme for theme in themes if theme != NONE]
