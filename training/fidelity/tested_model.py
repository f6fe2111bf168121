"""What is put to the test: a model, its reference, its bar, and the accounts it declines."""

from dataclasses import dataclass, field
from functools import cached_property

import lightgbm
import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Positions
from features.themes import Theme
from serving.decision.wording.reasons import PRINCIPAL
from serving.model.reasons.compile import compile_tables
from serving.model.reasons.explain import Contributions, explain
from serving.model.reasons.sources import LinkedSources
from serving.model.reasons.tables import ReasonTables
from serving.model.reasons.trees import TreeEnsemble, parse

STATED = 4


@dataclass(frozen=True)
class TestedModel:
    """A model whose reasons are examined, in margins (log-odds before calibration, higher = riskier).

    Attributes:
        name: configuration it was trained by.
        booster_text: LightGBM's model text.
        themes: the players.
        groups: for each feature, the position of its theme.
        directions: for each feature, its monotone direction.
        names: feature names.
        reference: (m, f) reference accounts.
        rows: (n, f) test accounts.
        bar: margin at or below which an account passes.
        sources: the linked sources; those an account lacks are told as absent.
        applicants: (k, f) the alternative reference, drawn from all applicants; empty where there is none.
    """

    name: str
    booster_text: str
    themes: tuple[Theme, ...]
    groups: tuple[int, ...]
    directions: tuple[int, ...]
    names: tuple[str, ...]
    reference: Floats
    rows: Floats
    bar: float
    sources: LinkedSources = field(default_factory=lambda: LinkedSources({}, {}))
    applicants: Floats = field(default_factory=lambda: np.empty((0, 0)))

    @cached_property
    def booster(self) -> lightgbm.Booster:
        """The model itself."""
        return lightgbm.Booster(model_str=self.booster_text)

    @cached_property
    def trees(self) -> TreeEnsemble:
        """The model as the reasons engine reads it."""
        return parse(self.booster_text)

    @cached_property
    def tables(self) -> ReasonTables:
        """The reasons compiled against the whole reference."""
        return self.compile(self.reference)

    def compile(self, reference: Floats, groups: tuple[int, ...] | None = None) -> ReasonTables:
        """Reason tables against another reference or other players."""
        players = self.groups if groups is None else groups
        return compile_tables(self.trees, players, reference, max(players) + 1)

    def margin(self, rows: Floats) -> Floats:
        """(n,) margins by LightGBM's own prediction, not by the reasons engine."""
        return np.asarray(self.booster.predict(rows, raw_score=True), dtype=np.float64)

    def explain(self, rows: Floats) -> Contributions:
        """Theme contributions to the margin."""
        return explain(self.tables, rows)

    def told(self, rows: Floats, tables: ReasonTables | None = None) -> Floats:
        """(n, t) contributions as they are told: those of an absent source added up on its lead theme."""
        found = explain(self.tables if tables is None else tables, rows).values
        return self.sources.joined(found, rows)

    def columns_told(self, row: Floats, theme: int) -> Positions:
        """Columns that a stated theme of this (f,) row speaks of: all of its source where that is absent."""
        source = self.sources.leads.get(theme)
        if source is not None and np.isnan(row[self.sources.columns[source]]).all():
            return self.sources.columns[source]
        return self.columns[theme]

    @cached_property
    def declined(self) -> Positions:
        """Positions of the test accounts above the bar."""
        return np.flatnonzero(self.margin(self.rows) > self.bar)

    @cached_property
    def passed(self) -> Positions:
        """Positions of the test accounts at or below the bar."""
        return np.flatnonzero(self.margin(self.rows) <= self.bar)

    @cached_property
    def columns(self) -> tuple[Positions, ...]:
        """For each theme, the columns of its features."""
        groups = np.asarray(self.groups)
        return tuple(np.flatnonzero(groups == theme) for theme in range(len(self.themes)))


def stated(values: Floats, most: int = STATED) -> NDArray[np.intp]:
    """(n, most) positions of the themes that would be stated against an account, −1 where there is none.

    Only themes that raise the risk are reasons against, the largest first, and of these only the principal
    ones: see `serving.decision.wording.reasons.PRINCIPAL`.
    """
    order = np.argsort(-values, axis=1, kind="stable")[:, :most]
    harm = np.take_along_axis(values, order, axis=1)
    least = PRINCIPAL * np.maximum(values, 0).sum(axis=1, keepdims=True)
    return np.where((harm > 0) & (harm >= least), order, -1)


def replace_themes(subject: TestedModel, row: Floats, themes: Positions, donors: Floats) -> Floats:
    """(d, f) copies of one account in which some themes are taken from each donor in turn."""
    mixed = np.repeat(row[None, :], len(donors), axis=0)
    for theme in themes:
        if theme >= 0:
            columns = subject.columns_told(row, int(theme))
            mixed[:, columns] = donors[:, columns]
    return mixed


def sample(rows: Positions, size: int, rng: np.random.Generator) -> Positions:
    """At most `size` of these positions, without repetition, in their own order."""
    if len(rows) <= size:
        return rows
    return np.sort(rng.choice(rows, size=size, replace=False))
