"""The model whose reasons are tested: its trees, its reference, its bar, and the accounts it declines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

import lightgbm
import numpy as np

from features.arrays import Bools, Floats, Ints, Positions
from features.themes import Theme
from serving.decision.principal import PrincipalReasons, Stateable, principal_reasons
from serving.model.points import points_of
from serving.model.reasons.compile import compile_tables
from serving.model.reasons.explain import Contributions, explain
from serving.model.reasons.sources import LinkedSources
from serving.model.reasons.tables import ReasonTables
from serving.model.reasons.trees import TreeEnsemble, parse
from serving.model.types import Calibration, Scaling

Alternative = Literal["applicants", "raised", "complete"]
"""A population that another reference may be drawn from: all accounts, or of those at the cut-off only the
raised ones, or only those with every source of their own."""
ALTERNATIVES: tuple[Alternative, ...] = get_args(Alternative)


@dataclass(frozen=True)
class ModelUnderTest:
    """A model under test. Margins are log-odds before calibration, higher = riskier.

    What it states is chosen as a decision chooses it: on whole points, by `principal_reasons`. Rules and
    caps, which take the place of themes, and the fifth reason (inquiries) are not chosen by size, so the
    tests are about the four principal themes unless they say otherwise.

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
        calibration: margin to log-odds; a variant that is trained again keeps it.
        scaling: log-odds to points.
        sources: the linked sources; nothing is stated of one that an account lacks.
        least_points: fewest points that a theme must give or take to be stated.
        alternatives: (k, f) other references, by the population they are drawn from.
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
    calibration: Calibration
    scaling: Scaling
    sources: LinkedSources = field(default_factory=lambda: LinkedSources({}, {}))
    least_points: int = 1
    alternatives: Mapping[Alternative, Floats] = field(default_factory=dict)

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

    def points(self, rows: Floats, tables: ReasonTables | None = None) -> Ints:
        """(n, t) whole points by theme, as the scorer makes them."""
        found = explain(self.tables if tables is None else tables, rows)
        return points_of(self.calibration, self.scaling, found, self.absent(rows)).themes

    def absent(self, rows: Floats) -> Bools:
        """(n, t) whether the source of a theme is absent as a whole: nothing is stated of it."""
        return self.sources.absent_themes(rows, len(self.themes))

    def principal(self, rows: Floats, tables: ReasonTables | None = None) -> PrincipalReasons:
        """What is stated against (n, f) rows, as a decision chooses it; against other tables if given."""
        return principal_reasons(self.points(rows, tables), Stateable.of(self.themes, self.least_points))

    @cached_property
    def declined(self) -> Positions:
        """Positions of the test accounts above the cut-off."""
        return np.flatnonzero(self.margin(self.rows) > self.bar)

    @cached_property
    def passed(self) -> Positions:
        """Positions of the test accounts at or below the cut-off."""
        return np.flatnonzero(self.margin(self.rows) <= self.bar)

    @cached_property
    def columns(self) -> tuple[Positions, ...]:
        """For each theme, the columns of its features."""
        groups = np.asarray(self.groups)
        return tuple(np.flatnonzero(groups == theme) for theme in range(len(self.themes)))


def replace_themes(tested: ModelUnderTest, row: Floats, themes: Positions, donors: Floats) -> Floats:
    """(d, f) copies of one account in which some themes are taken from each donor in turn."""
    mixed = np.repeat(row[None, :], len(donors), axis=0)
    for theme in themes:
        if theme >= 0:
            columns = tested.columns[int(theme)]
            mixed[:, columns] = donors[:, columns]
    return mixed


def sample(rows: Positions, size: int, rng: np.random.Generator) -> Positions:
    """At most `size` of these positions, without repetition, in their own order."""
    if len(rows) <= size:
        return rows
    return np.sort(rng.choice(rows, size=size, replace=False))
