"""How kernels are compiled, and when numba's cache on disk is out of date."""

import hashlib
from pathlib import Path

import numba
import numpy as np

njit = numba.njit(error_model="numpy")
"""For functions that only other kernels call: compiled into their callers, never cached themselves."""

entry = numba.njit(cache=True, error_model="numpy", nogil=True)
"""For functions that Python calls; they release the GIL.

numba's cache is keyed by the file of the function itself and by what the function closes over. A change in a
kernel that lives in another file would go unnoticed, so each entry point closes over `DIGEST`.
"""

YES, NO = np.array([True, False])
"""Flags as numpy booleans: a Python literal is another type to numba, and would compile the callee again."""


def _digest() -> str:
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), here.parent / "layout.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


DIGEST = _digest()
"""SHA-256 over the source of all kernels and of the records they read."""
