"""How the kernels are compiled, and when a compiled one is out of date."""

import hashlib
from pathlib import Path

import numba
import numpy as np

njit = numba.njit(error_model="numpy")
"""For functions that only other kernels call: compiled into their callers, never cached themselves."""

entry = numba.njit(cache=True, error_model="numpy", nogil=True)
"""For functions that Python calls.

numba's cache watches only the file of the function itself, but also what the function closes over: each entry
point closes over `DIGEST`, so a change in any kernel compiles it afresh.
"""

YES, NO = np.array([True, False])


def _digest() -> str:
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), here.parent / "layout.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


DIGEST = _digest()
