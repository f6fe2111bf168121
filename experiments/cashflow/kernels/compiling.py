"""How the kernels of the cash flow are compiled, and when numba's cache on disk is out of date."""

import hashlib
from pathlib import Path

from experiments.portfolio.kernels import compiling

njit, entry = compiling.njit, compiling.entry


def _digest() -> str:
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), here.parent / "layout.py"]
    own = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return own + compiling.DIGEST


DIGEST = _digest()
"""Digest of the source of all kernels, those of the shared random streams included."""
