"""Strata of the reference set: segment times the linked sources that an account has."""

from collections.abc import Mapping, Sequence

import numpy as np

from features.arrays import Floats, Ints, Positions
from features.errors import ConfigError
from features.spec import FeatureCatalogue
from serving.model.reasons.sources import LinkedSources


def segments_of(catalogue: FeatureCatalogue, codes: Floats, cuts: Mapping[str, Sequence[float]]) -> Ints:
    """(n,) segment of each (n, f) row: the cell of the cut features, missing values in a cell of their own.

    Raises:
        ConfigError: a segment's feature is not one of the model's.
    """
    segment = np.zeros(len(codes), np.int64)
    for name, edges in cuts.items():
        if name not in catalogue.names:
            raise ConfigError(
                f"[reasons.segments] {name}: no feature of this model; it cuts accounts into segments"
            )
        column = codes[:, catalogue.names.index(name)]
        cell = np.where(np.isnan(column), len(edges) + 1, np.searchsorted(edges, column, side="right"))
        segment = segment * (len(edges) + 2) + cell
    return segment


def strata_of(catalogue: FeatureCatalogue, codes: Floats, cuts: Mapping[str, Sequence[float]]) -> Ints:
    """(n,) stratum of each row: its segment and which linked sources it has.

    Raises:
        ConfigError: a segment's feature is not one of the model's.
    """
    absent = LinkedSources.of(catalogue).absent(codes)
    bits = 1 << np.arange(absent.shape[1], dtype=np.int64)
    pattern: Ints = (absent * bits).sum(axis=1)
    return segments_of(catalogue, codes, cuts) * (1 << len(bits)) + pattern


def in_proportion(ordered: Positions, strata: Ints, groups: Ints) -> Positions:
    """Orders rows so that any first k of them represent all strata in proportion to their size.

    Within a stratum the given order stays. Every account comes once before any comes twice, so a stratum of
    few accounts with many rows gives all its accounts early, and repeats them only after all others.

    Args:
        ordered: (k,) row positions, in order of preference.
        strata: (n,) stratum of every row.
        groups: (n,) account of every row.
    """
    _, first = np.unique(groups[ordered], return_index=True)
    again = np.ones(len(ordered), np.bool_)
    again[first] = False
    own = strata[ordered]
    place = np.empty(len(ordered))
    for stratum in np.unique(own):
        members = np.flatnonzero(own == stratum)
        members = members[np.argsort(again[members], kind="stable")]
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    chosen: Positions = ordered[np.lexsort((place, again))]
    return chosen
