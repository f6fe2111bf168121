"""Codes of the rows that train: learnt from other rows, so that no row's own outcome is in its code.

A code learnt from the rows it is then given to holds their outcomes: with many levels the trees trust a
column that says nothing about a new account. Each row is coded by an encoder fitted on the other folds
(cross-fitting). Prokhorenkova et al. 2018 call the fault target leakage and remedy it by ordered codes,
where a row is coded by the rows before it in a random order: the first codes are nearly the prior.
Cross-fitted codes follow the distribution of the final ones; by cross-validation they are better on two real
sets and equal or slightly worse on generated ones (experiments/LOG.md). Folds are a hash of the account: all
rows of a person are in one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats, Ints, Positions
from serving.model.encoder import encode
from serving.model.types import CategoryEncoder
from training.data.cohort import Cohort
from training.data.splits import Fold, share_of
from training.model.encoder import fit_encoder

FOLDS = 10
"""Each code is learnt from nine tenths of the rows, near enough to all of them for codes on one scale."""
SALT = 7919
"""Keeps these folds independent of the split and of the folds of tuning, which hash accounts as well."""


@dataclass(frozen=True)
class FoldRows:
    """Encoded rows of one fold of tuning; the codes of both parts are learnt from the rows that train.

    Attributes:
        train: (m, f) cross-fitted codes.
        train_bad: (m,) outcomes.
        valid: (k, f) codes as serving would give them.
        valid_bad: (k,) outcomes.
    """

    train: Floats
    train_bad: Bools
    valid: Floats
    valid_bad: Bools


def codes(cohort: Cohort, encoder: CategoryEncoder) -> Floats:
    """(n, f) numbers as the booster sees them, by serving's own encoder."""
    return encode(cohort.matrix.frame, cohort.matrix.catalogue, encoder)


def training_codes(rows: Cohort, seed: int, n: int = FOLDS) -> Floats:
    """(m, f) codes for training: each row by an encoder that has not seen its account."""
    matrix = rows.matrix
    coded = codes(rows, CategoryEncoder())
    if not any(meta.kind == "category" for meta in matrix.catalogue.features):
        return coded
    for inside, others in account_folds(rows.groups, seed, n):
        encoder = fit_encoder(matrix.take(others), rows.bad[others])
        coded[inside] = encode(matrix.frame[inside], matrix.catalogue, encoder)
    return coded


def account_folds(groups: Ints, seed: int, n: int) -> Iterator[tuple[Positions, Positions]]:
    """For each of n folds of whole accounts, the positions inside and outside it."""
    fold = np.floor(share_of(groups, seed + SALT) * n)
    for part in np.unique(fold):
        yield np.flatnonzero(fold == part), np.flatnonzero(fold != part)


def fold_rows(rows: Cohort, folds: Sequence[Fold], seed: int) -> list[FoldRows]:
    """The folds of tuning, encoded."""
    return [_fold(rows.take(fold.train), rows.take(fold.valid), seed) for fold in folds]


def _fold(train: Cohort, valid: Cohort, seed: int) -> FoldRows:
    encoder = fit_encoder(train.matrix, train.bad)
    return FoldRows(training_codes(train, seed), train.bad, codes(valid, encoder), valid.bad)
