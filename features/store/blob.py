"""One account's tables as one compressed block of bytes."""

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from features.arrays import Ints
from features.store.codec import columns_of

HEADER = np.dtype(np.int64)
LEVEL = 1
"""Fastest compression: most of the gain, since half of the bytes are zero."""


def pack(matrices: Sequence[Ints]) -> bytes:
    """(n, c) tables in a known order: their row counts, then their rows, column by column."""
    counts = np.array([len(matrix) for matrix in matrices], HEADER)
    return zlib.compress(b"".join([counts.tobytes(), *(matrix.T.tobytes() for matrix in matrices)]), LEVEL)


def unpack(data: bytes, tables: Sequence[str]) -> Mapping[str, Ints]:
    """The matrices of the tables, which must be those that were packed, in the same order."""
    raw = np.frombuffer(bytearray(zlib.decompress(data)), HEADER)
    counts, at = raw[: len(tables)], len(tables)
    matrices = {}
    for table, rows in zip(tables, counts.tolist(), strict=True):
        width = len(columns_of(table))
        matrices[table] = raw[at : at + rows * width].reshape(width, rows).T
        at += rows * width
    return matrices
