"""Absent columns of a flat file: told as absence ("not stated"), never by the figure of another column.

In a file every column is a question of its own, so a theme may be partly answered. Where the absence of one
column weighs more against a person than any figure of the theme, the reason is that absence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Positions
from features.sources.linked import Text
from features.spec import FILE, FeatureCatalogue, FeatureMeta, Theme
from serving.decision.types import Reason
from serving.decision.wording.sentences import ABSENT
from serving.model.scorer import Scorer

NOT_STATED = Text("未提供", "not stated")


@dataclass(frozen=True)
class AbsentFeature:
    """A feature whose absence a reason states.

    Attributes:
        meta: the feature.
        why: what the special code in its place means; None where it is blank or has no meaning.
    """

    meta: FeatureMeta
    why: Text | None


def of_absent_feature(theme: Theme, points: int, absent: AbsentFeature) -> Reason:
    """A theme of a file that counts against a person because one of its columns is not stated."""
    meta, why = absent.meta, absent.why or NOT_STATED
    zh = f"{meta.zh}：{why.zh}" if absent.why else f"{meta.zh}{why.zh}"
    en = f"{meta.en}: {why.en}"
    if meta.zh != theme.zh:
        zh = f"{theme.zh}：{zh}"
    if meta.en != theme.en:
        en = f"{theme.en}: {en}"
    return Reason(theme.code + ABSENT, theme.key, points, f"{zh}。", f"{en[:1].upper()}{en[1:]}.")


class AbsentFeatures:
    """Finds the absent feature that weighs most, for each theme of a file."""

    def __init__(self, scorer: Scorer, typical: Floats) -> None:
        spec = scorer.bundle.spec
        self._scorer, self._typical = scorer, typical
        self._metas, self._encoder = spec.catalogue.features, spec.encoder
        self._theme = np.array(spec.catalogue.theme_index)
        self._of_file = np.array([meta.source == FILE for meta in self._metas])
        self._reason_column = reason_columns(spec.catalogue)

    def of(self, row: Floats, themes: Sequence[int]) -> dict[int, tuple[AbsentFeature, float]]:
        """By theme of a file that lacks something: the absence that adds most to the margin, and how much.

        Each absent feature is set to what is typical, alone, with its special code taken away.

        Args:
            row: (f,) encoded values.
            themes: positions of themes.
        """
        lacking = np.isnan(row) & self._of_file & np.isin(self._theme, themes)
        lacking[list(self._reason_column.values())] = False
        absent = np.flatnonzero(lacking)
        effects = self._effects(row, absent)
        found: dict[int, tuple[AbsentFeature, float]] = {}
        for feature, effect in zip(absent.tolist(), effects.tolist(), strict=True):
            theme = int(self._theme[feature])
            if theme not in found or effect > found[theme][1]:
                found[theme] = self._absent(row, feature), effect
        return found

    def _effects(self, row: Floats, absent: Positions) -> Floats:
        """Log-odds that each absence adds over a typical value; 0 where none is typical."""
        if not len(absent):
            return np.empty(0)
        rows = np.repeat(row[None, :], len(absent) + 1, axis=0)
        for i, feature in enumerate(absent.tolist()):
            if not np.isnan(self._typical[feature]):
                rows[i, self._reason_column.get(feature, feature)] = np.nan
                rows[i, feature] = self._typical[feature]
        margins = self._scorer.margin(rows)
        return np.asarray(margins[-1] - margins[:-1])

    def _absent(self, row: Floats, feature: int) -> AbsentFeature:
        column = self._reason_column.get(feature)
        if column is None or np.isnan(row[column]):
            return AbsentFeature(self._metas[feature], None)
        texts = {text.level: Text(text.zh, text.en) for text in self._metas[column].levels}
        named = {code: level for level, code in self._encoder.codes(self._metas[column].name).items()}
        return AbsentFeature(self._metas[feature], texts.get(named.get(float(row[column]), "")))


def reason_columns(catalogue: FeatureCatalogue) -> dict[int, int]:
    """For each feature with named special codes, its column and the column that holds those codes."""
    place = {name: i for i, name in enumerate(catalogue.names)}
    return {
        place[meta.absence_of]: i
        for i, meta in enumerate(catalogue.features)
        if meta.absence_of and meta.absence_of in place
    }
