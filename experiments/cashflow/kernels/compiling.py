"""How the kernels of the cash flow are compiled, and when numba's cache on disk is out of date."""

import hashlib
from pathlib import Path

import numba

from experiments.portfolio.kernels import compiling

njit = numba.njit(error_model="numpy", _nrt=False)  # type: ignore[call-overload]
"""For functions that only other kernels call, and that allocate nothing.

Without numba's memory management no references are counted: the environment and the event log are tuples of
arrays, and counting each of them at every call took half of the time of a day (500 ns with it, 230 ns
without).
"""

allocating, entry = compiling.njit, compiling.entry
"""For functions that make arrays, and for those that Python calls."""


def _digest() -> str:
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), here.parent / "layout.py"]
    own = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return own + compiling.DIGEST


DIGEST = _digest()
"""Digest of the source of all kernels, those of the shared random streams included."""
