"""Which columns of a flat file an account lacks, and where that weighs more than anything it states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Positions
from features.spec import FILE, FeatureCatalogue
from training.fidelity.model_under_test import ModelUnderTest


@dataclass(frozen=True)
class FileColumns:
    """The columns of a flat file; there are none where the model draws on other sources.

    Attributes:
        tested: the model.
        explaining: columns that say why another one is absent, by its special code.
        partner: that other column of each of them, the other way round.
        typical: (f,) middle of the reference, NaN where less than half of it has the column.
        names: names and words that may hold digits, the longest first.
    """

    tested: ModelUnderTest
    explaining: frozenset[int]
    partner: Mapping[int, int]
    typical: Floats
    names: Sequence[str]

    @classmethod
    def of(cls, tested: ModelUnderTest, catalogue: FeatureCatalogue) -> "FileColumns":
        """Those of the model's catalogue."""
        place = {name: i for i, name in enumerate(catalogue.names)}
        partner = {place[m.absence_of]: place[m.name] for m in catalogue.features if m.absence_of in place}
        kinds = [meta.kind for meta in catalogue.features]
        middles = [_middle(column, kind) for column, kind in zip(tested.reference.T, kinds, strict=True)]
        words = {text for meta in catalogue.features for text in (meta.zh, meta.en)}
        words |= {text for theme in catalogue.themes for text in (theme.zh, theme.en)}
        words |= {text for meta in catalogue.features for own in meta.levels for text in (own.zh, own.en)}
        ordered = sorted(words, key=lambda word: (-len(word), word))
        return cls(tested, frozenset(partner.values()), partner, np.array(middles), ordered)

    def mostly_absent(self, row: Floats) -> Mapping[str, str]:
        """Absence codes by theme of a file in which one absence adds more than any stated value does."""
        found = {}
        for theme, columns in zip(self.tested.themes, self.tested.columns, strict=True):
            own = np.array([column for column in columns.tolist() if column not in self.explaining])
            if theme.source == FILE and np.isnan(row[own]).any():
                effects, lacking = self._effects(row, own), np.isnan(row[own])
                if effects[lacking].max() > max(0.0, effects[~lacking].max(initial=0.0)):
                    found[theme.key] = theme.code + "A"
        return found

    def _effects(self, row: Floats, columns: Positions) -> Floats:
        """Log-odds that each column, alone, adds over its typical value."""
        rows = np.repeat(row[None, :], len(columns), axis=0)
        for i, column in enumerate(columns.tolist()):
            if not np.isnan(self.typical[column]):
                rows[i, self.partner.get(column, column)] = np.nan
                rows[i, column] = self.typical[column]
        return np.asarray(self.tested.margin(row[None, :])[0] - self.tested.margin(rows))


def _middle(column: Floats, kind: str) -> float:
    """The lower median of a number, the commonest level of a category."""
    known = np.sort(column[~np.isnan(column)])
    if 2 * len(known) < len(column):
        return float("nan")
    if kind == "number":
        return float(known[(len(known) - 1) // 2])
    values, counts = np.unique(known, return_counts=True)
    return float(values[np.argmax(counts)])
