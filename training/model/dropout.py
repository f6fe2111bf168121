"""Source dropout: linked sources of training rows are masked at random.

A person may link a source or not, and withdraw it. Among rows as they are met, the absence of a source says
something of its own, such as that the person never consented. Masked rows say the same of persons like any
other, so the trees learn the risk given what is there (the missing-indicator counterpart of dropout:
Srivastava et al. 2014, applied to whole sources as in "modality dropout", Neverova et al. 2016).

Only rows that trees, category codes and bins are learnt from are masked, tuning folds included. Calibration,
recalibration, reference and test rows stay as they are met: two numbers set the level, and it has to be right
for the sources that people do have.
"""

from dataclasses import replace
from zlib import crc32

import numpy as np
import polars as pl

from features.arrays import Bools
from features.calendar import month_number
from features.matrix import FeatureMatrix
from features.sources.registry import LINKED
from features.spec import FeatureCatalogue
from training.config.schema import ModelConfig
from training.data.cohort import Cohort
from training.data.moments import hashed, uniform


def with_dropout(rows: Cohort, config: ModelConfig) -> Cohort:
    """The rows with each linked source masked in a share of those that have it.

    Whether a row is masked is a hash of the account, the month and the source, so it is the same in every
    fold and process. Data without linked sources stay as they are.
    """
    matrix = rows.matrix
    for source in linked_sources(matrix.catalogue) if config.source_dropout else ():
        matrix = masked(matrix, source, _drawn(rows, source, config))
    return replace(rows, matrix=matrix)


def linked_sources(catalogue: FeatureCatalogue) -> tuple[str, ...]:
    """The linked sources that features are drawn from, in the order of the registry."""
    drawn = {meta.source for meta in catalogue.features}
    return tuple(source for source in LINKED if source in drawn)


def masked(matrix: FeatureMatrix, source: str, rows: Bools) -> FeatureMatrix:
    """The matrix with every feature of a source null in (n,) rows."""
    hidden = pl.Series(rows)
    names = [meta.name for meta in matrix.catalogue.features if meta.source == source]
    columns = [pl.when(~hidden).then(pl.col(name)).alias(name) for name in names]
    return FeatureMatrix(matrix.frame.with_columns(columns), matrix.catalogue)


def _drawn(rows: Cohort, source: str, config: ModelConfig) -> Bools:
    months = month_number(rows.as_of.to_numpy().astype("M8[us]").view(np.int64))
    which = np.full(rows.n, crc32(source.encode()), np.int64)
    drawn = uniform(hashed(config.seed, rows.groups, months, which))
    return np.asarray(drawn < config.source_dropout, np.bool_)
