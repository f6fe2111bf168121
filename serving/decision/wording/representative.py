"""The representative feature of a theme: of those that a person can check, the one that counts most."""

from collections.abc import Sequence

import numpy as np

from features.arrays import Bools, Floats, Positions
from features.spec import FeatureMeta
from serving.decision.wording.absence import AbsentFeature, AbsentFeatures
from serving.decision.wording.levels import LevelNames
from serving.decision.wording.sentences import ReasonFigure
from serving.model.scorer import Scorer

Shown = ReasonFigure | AbsentFeature | None


class RepresentativeFeatures:
    """Finds the feature whose figure a reason shows, for each theme of one model.

    Typical is the middle of the model's reference, accounts at or just above the cut-off: the median of a
    number, the commonest level of a category, nothing where less than half of the reference has the feature.
    """

    def __init__(self, scorer: Scorer) -> None:
        bundle = scorer.bundle
        self._scorer = scorer
        self._metas = bundle.spec.catalogue.features
        self._levels = LevelNames(bundle.spec.encoder)
        self._theme = np.array(bundle.spec.catalogue.theme_index)
        self._n_themes = len(bundle.spec.catalogue.themes)
        self._used = scorer.used_features()
        columns = zip(self._metas, bundle.reference.T, strict=True)
        self._typical = np.array([_middle(meta, column) for meta, column in columns])
        self._absent = AbsentFeatures(scorer, self._typical)
        self._figures = np.array([not meta.absence_of for meta in self._metas])
        self._facing = np.array([meta.customer_facing for meta in self._metas]) & self._figures
        self._directed = np.array([meta.direction != 0 for meta in self._metas])

    def absent_themes(self, row: Floats) -> Bools:
        """(t,) whether the (f,) row has no feature of a theme."""
        absent = np.ones(self._n_themes, dtype=np.bool_)
        absent[self._theme[~np.isnan(row) & self._figures]] = False
        return absent

    def figures(self, row: Floats, themes: Sequence[int], sign: int) -> dict[int, Shown]:
        """For each theme the figure to show, None where no figure of the theme supports the reason.

        Each present customer-facing feature is set to what is typical, alone, and the change of the margin
        seen; all changes of all themes are one call of the booster. Only a feature whose own value counts on
        the side of the reason is shown; one with a direction of risk goes before one without. Against a
        person, an absent feature of a file is shown in place of a figure where it weighs more than any.

        Args:
            row: (f,) encoded values.
            themes: positions of themes.
            sign: −1 for reasons against the person, +1 for those in favour.
        """
        present = np.flatnonzero(~np.isnan(row) & np.isin(self._theme, themes) & self._facing)
        effects = -sign * self._effects(row, present)
        supporting = present[effects[present] > 0]
        own = {theme: supporting[self._theme[supporting] == theme] for theme in themes}
        shown: dict[int, Shown] = {theme: self._best(row, own[theme], effects) for theme in themes}
        if sign < 0:
            nothing = self.absent_themes(row)
            for theme, (absent, effect) in self._absent.of(row, themes).items():
                if nothing[theme] or effect > effects[own[theme]].max(initial=0.0):
                    shown[theme] = absent
        return shown

    def _best(self, row: Floats, supporting: Positions, effects: Floats) -> ReasonFigure | None:
        directed = supporting[self._directed[supporting]]
        among = directed if len(directed) else supporting
        return self._figure(row, int(among[np.argmax(effects[among])])) if len(among) else None

    def _effects(self, row: Floats, features: Positions) -> Floats:
        """(f,) log-odds that each of these features' own value adds over the typical one; 0 elsewhere."""
        effects = np.zeros(len(row))
        apart = self._used & ~np.isnan(self._typical) & (row != self._typical)
        movable = features[apart[features]]
        rows = np.repeat(row[None, :], len(movable) + 1, axis=0)
        rows[np.arange(len(movable)), movable] = self._typical[movable]
        margins = self._scorer.margin(rows)
        effects[movable] = margins[-1] - margins[:-1]
        return effects

    def _figure(self, row: Floats, feature: int) -> ReasonFigure:
        meta, code, usual = self._metas[feature], float(row[feature]), float(self._typical[feature])
        side = (code - usual) * meta.direction
        return ReasonFigure(
            meta, self._decoded(meta, code), self._decoded(meta, usual), None if side == 0 else side > 0
        )

    def _decoded(self, meta: FeatureMeta, code: float) -> float | str:
        return code if meta.kind == "number" else self._levels.of(meta.name, code)


def _middle(meta: FeatureMeta, column: Floats) -> float:
    known = column[~np.isnan(column)]
    if 2 * len(known) < len(column):
        return float("nan")
    if meta.kind == "category":
        levels, counts = np.unique(known, return_counts=True)
        return float(levels[np.argmax(counts)])
    return float(np.sort(known)[(len(known) - 1) // 2])
