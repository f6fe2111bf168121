"""The one way from feature values to probability, score and points, in training and in serving."""

import lightgbm as lgb
import numpy as np
import polars as pl

from features.arrays import Bools, Floats
from features.errors import BundleError, DataError
from features.matrix import FeatureMatrix
from serving.model.bundle.model import ModelBundle
from serving.model.encoder import encode
from serving.model.points import points_of
from serving.model.reasons import explain
from serving.model.reasons.sources import LinkedSources
from serving.model.types import Scored

AGREEMENT = 1e-6
"""Log-odds by which the booster's own margin and that of the reasons may differ."""
BATCH = 256
"""Rows from which LightGBM predicts on several threads; below, starting them costs more than they save."""


class Scorer:
    """Scores rows with a bundle's trees, and explains every row.

    Attributes:
        bundle: what it scores with.

    Raises:
        BundleError: LightGBM cannot read the trees, or they read another number of features.

    Example:
        With a `ModelBundle`, such as `BundleStore().load(sha256)`, and a frame of its features:

        >>> scored = Scorer(bundle).score(frame)
        >>> bool((scored.base_points + scored.theme_points.sum(axis=1) == scored.score).all())
        True
        >>> bool(((0 < scored.pd) & (scored.pd < 1)).all())
        True
    """

    def __init__(self, bundle: ModelBundle, threads: int = 2) -> None:
        self.bundle = bundle
        self._threads = threads
        self._sources = LinkedSources.of(bundle.spec.catalogue)
        self._booster = _booster(bundle)

    def margin(self, rows: Floats) -> Floats:
        """(n,) raw log-odds margin of (n, f) encoded rows, NaN = absent, by LightGBM itself."""
        threads = 1 if len(rows) < BATCH else self._threads
        return np.asarray(self._booster.predict(rows, raw_score=True, num_threads=threads), dtype=np.float64)

    def used_features(self) -> Bools:
        """(f,) which features some tree splits on."""
        return np.asarray(self._booster.feature_importance("split") > 0)

    def worst_reference_pd(self) -> float:
        """The highest probability of bad in the reference: the cut-off that the reasons compare with."""
        margin = self.margin(self.bundle.reference)
        return float(probability(self.bundle.spec.calibration.log_odds(margin)).max())

    def score(self, rows: Floats | pl.DataFrame) -> Scored:
        """Probability, score and points of n rows: encoded (n, f) numbers, or a frame of features.

        Raises:
            BundleError: LightGBM's margin and that of the reasons differ: not the same model.
            DataError: rows of the wrong width.
        """
        codes = self._codes(rows)
        spec = self.bundle.spec
        margin = self.margin(codes)
        reasons = explain.explain(self.bundle.reasons, codes)
        self._agree(margin, reasons.margin)
        absent = self._sources.absent_themes(codes, reasons.values.shape[1])
        shares = points_of(spec.calibration, spec.scaling, reasons, absent)
        return Scored(
            margin=margin,
            pd=probability(spec.calibration.log_odds(margin)),
            score=shares.score,
            base_points=shares.base,
            theme_points=shares.themes,
            contributions=spec.calibration.slope * reasons.values,
        )

    def score_matrix(self, matrix: FeatureMatrix) -> Scored:
        """The same for a feature matrix.

        Raises:
            DataError: it lacks one of the model's features.
        """
        return self.score(matrix.frame)

    def _codes(self, rows: Floats | pl.DataFrame) -> Floats:
        spec = self.bundle.spec
        if isinstance(rows, pl.DataFrame):
            return encode(rows, spec.catalogue, spec.encoder)
        width = len(spec.catalogue.names)
        if rows.ndim != 2 or rows.shape[1] != width:
            raise DataError(f"rows of shape {rows.shape}; the model reads (n, {width} features)")
        return np.ascontiguousarray(rows, dtype=np.float64)

    def _agree(self, margin: Floats, explained: Floats) -> None:
        gap = np.abs(margin - explained)
        if len(gap) and not gap.max() <= AGREEMENT:
            row = int(np.argmax(gap))
            raise BundleError(
                f"row {row}: the booster's margin is {margin[row]:.9f}, the reasons' {explained[row]:.9f}; "
                "the reasons were not compiled from these trees: train anew"
            )


def probability(log_odds: Floats) -> Floats:
    """Logistic function, without overflow at either end."""
    small = np.exp(-np.abs(log_odds))
    return np.where(log_odds >= 0, 1.0, small) / (1.0 + small)


def _booster(bundle: ModelBundle) -> lgb.Booster:
    _check_sizes(bundle.booster_text)
    try:
        booster = lgb.Booster(model_str=bundle.booster_text)
    except lgb.basic.LightGBMError as error:
        raise BundleError(f"booster.txt: LightGBM cannot read it: {error}") from error
    expected = [name.replace(" ", "_") for name in bundle.spec.catalogue.names]
    found = booster.feature_name()
    if found != expected:
        raise BundleError(f"booster.txt reads {len(found)} features, {found[:3]}…, not those of spec.json")
    return booster


def _check_sizes(text: str) -> None:
    """LightGBM jumps by the sizes its header states, and ends the process where they are wrong."""
    content = text.encode()
    stated = [line for line in content.split(b"\n", 40) if line.startswith(b"tree_sizes=")]
    place = content.find(b"Tree=0\n")
    if not stated or place < 0:
        raise BundleError("booster.txt: no tree sizes or no tree in it; write it with model_to_string()")
    for i, size in enumerate(stated[0].removeprefix(b"tree_sizes=").split()):
        if not content.startswith(b"Tree=%d\n" % i, place):
            raise BundleError(
                f"booster.txt: tree {i} does not stand where the header says; the text is damaged"
            )
        place += int(size)
    if not content.startswith(b"end of trees", place):
        raise BundleError("booster.txt: the trees do not end where the header says; the text is damaged")
