"""The bucket of an account: the unit of memory, of parallelism and of restart."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.arrays import Ints

_MULTIPLIERS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_GAMMA = np.uint64(0x9E3779B97F4A7C15)


def mix(keys: Ints) -> NDArray[np.uint64]:
    """Spreads integer keys over 64 bits, the same on every machine and release.

    The finaliser of splitmix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
    """
    with np.errstate(over="ignore"):
        z = keys.astype(np.uint64) + _GAMMA
        z = (z ^ (z >> np.uint64(30))) * _MULTIPLIERS[0]
        z = (z ^ (z >> np.uint64(27))) * _MULTIPLIERS[1]
        return z ^ (z >> np.uint64(31))


def bucket_of(account_ids: pl.Series, n_buckets: int) -> pl.Series:
    """The bucket number of each account, `0 … n_buckets − 1`, as Int32."""
    hashed = mix(account_ids.to_numpy().astype(np.int64)) % np.uint64(n_buckets)
    return pl.Series("bucket", hashed.astype(np.int32))
