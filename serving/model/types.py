"""The named types of a model: calibration, scaling, codes, scores, provenance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log, nan

from features.arrays import Floats, Ints
from features.spec import FeatureCatalogue


@dataclass(frozen=True)
class Calibration:
    """Platt scaling: `logit(pd) = slope · margin + intercept`. Affine, so the score stays additive.

    Attributes:
        slope: positive, so that the order of accounts is kept.
        intercept: in log-odds.

    Example:
        >>> import numpy as np
        >>> Calibration(slope=1.5, intercept=-0.5).log_odds(np.array([-2.0, 0.0])).tolist()
        [-3.5, -0.5]
    """

    slope: float
    intercept: float

    def log_odds(self, margin: Floats) -> Floats:
        """Log-odds of bad, same shape as `margin`."""
        return self.slope * margin + self.intercept


@dataclass(frozen=True)
class Scaling:
    """Points to double the odds: `score = offset − factor · log-odds of bad` (Siddiqi 2006, ch. 6).

    Attributes:
        pdo: points that double the good:bad odds.
        base_score: the score at `base_odds`.
        base_odds: good:bad odds at `base_score`.

    Example:
        >>> import numpy as np
        >>> scaling = Scaling(pdo=20.0, base_score=600.0, base_odds=30.0)
        >>> odds_of_bad = np.array([1 / 30, 1 / 60, 1 / 15])
        >>> scaling.score(np.log(odds_of_bad)).round(6).tolist()
        [600.0, 620.0, 580.0]
    """

    pdo: float = 20.0
    base_score: float = 600.0
    base_odds: float = 30.0

    @property
    def factor(self) -> float:
        """Points per unit of log-odds."""
        return self.pdo / log(2.0)

    @property
    def offset(self) -> float:
        """The score at even odds."""
        return self.base_score - self.factor * log(self.base_odds)

    def score(self, log_odds: Floats) -> Floats:
        """Unrounded score, higher = safer."""
        return self.offset - self.factor * log_odds


@dataclass(frozen=True)
class CategoryEncoder:
    """Codes of category levels, by feature.

    Attributes:
        levels: levels with a code of their own, by rising code.
        values: their codes; a feature without an entry has the positions 0, 1, … of its levels.
        pools: one code for all other levels, seldom or never seen in training; where a feature has none,
            such a level is absent (NaN).
    """

    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    pools: Mapping[str, float] = field(default_factory=dict)

    def codes(self, feature: str) -> dict[str, float]:
        """Codes by level of one feature, in the order of its levels."""
        levels = self.levels.get(feature, ())
        return dict(zip(levels, self.values.get(feature, tuple(map(float, range(len(levels))))), strict=True))

    def pool(self, feature: str) -> float:
        """The code of every other level of one feature, NaN where it has none."""
        return self.pools.get(feature, nan)


@dataclass(frozen=True)
class Scored:
    """The model's result for n accounts with t themes.

    Attributes:
        margin: (n,) raw log-odds margin of the booster.
        pd: (n,) calibrated probability of bad.
        score: (n,) whole-number score.
        base_points: (n,) points of the reference, with what absent sources add.
        theme_points: (n, t) whole points by theme, 0 for the themes of an absent source;
            `base_points + theme_points.sum(1) == score` exactly.
        contributions: (n, t) log-odds of bad by theme, unrounded, after calibration, absent sources included.
    """

    margin: Floats
    pd: Floats
    score: Ints
    base_points: Ints
    theme_points: Ints
    contributions: Floats


@dataclass(frozen=True)
class BundleInfo:
    """Where a bundle comes from; every entry is hashed with it.

    Attributes:
        config: name of the training configuration.
        trained_at: UTC, ISO 8601.
        git_revision: revision of the code, with `+dirty` when the tree was not clean.
        data_fingerprint: SHA-256 of the data set's description.
        target: the definition of bad, in words.
        metrics: measured on the test set through `serving.model.scorer`.
    """

    config: str
    trained_at: str
    git_revision: str
    data_fingerprint: str
    target: str
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class ModelSpec:
    """Everything of a model but its trees and tables.

    Attributes:
        catalogue: features in column order, and their themes.
        encoder: category codes.
        calibration: margin to log-odds.
        scaling: log-odds to points.
        info: provenance.
        least_points: fewest points that a theme must give or take to be stated: more than a feature of noise
            would, as far as the training tells (`training.fidelity.noise_level`).
    """

    catalogue: FeatureCatalogue
    encoder: CategoryEncoder
    calibration: Calibration
    scaling: Scaling
    info: BundleInfo
    least_points: int = 1
