"""Types of the kernels' arguments, and the two ways in which functions are compiled."""

from collections.abc import Callable
from typing import Any

from numba import njit, types

Array = Any
Arrays = Any


def _given(kind: Any, ndim: int) -> Any:
    return types.Array(kind, ndim, "C", readonly=True)


def _tuple(*kinds: Any) -> Any:
    return types.Tuple(kinds)  # type: ignore[no-untyped-call]


F1, F2 = _given(types.float64, 1), _given(types.float64, 2)
I1, I2 = _given(types.int32, 1), _given(types.int32, 2)
L1, L2 = _given(types.int64, 1), _given(types.int64, 2)
C1, C2, C3 = (_given(types.uint16, ndim) for ndim in (1, 2, 3))
OUT1, OUT2, OUT3 = types.float64[::1], types.float64[:, ::1], types.float64[:, :, ::1]
CODES_OUT = types.uint16[:, :, ::1]
TREES = _tuple(I1, I1, F1, I2, F1)
CODING = _tuple(I2, F1)
LOOKUP = _tuple(C2, C2, C2, L2, C1)
LEAVES = _tuple(F1, I1, L1, I2)
LAYOUT = _tuple(L1, L1)

inline = njit(nogil=True, error_model="numpy", inline="always")
"""A helper that is copied into the kernels that call it; `error_model` numpy: a division by zero is inf."""


def kernel(*arguments: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Compiles for these argument types at import; caches where a file can be written."""

    def compiled(function: Callable[..., None]) -> Any:
        signature = types.void(*arguments)
        try:
            return njit(signature, cache=True, nogil=True, error_model="numpy")(function)
        except RuntimeError:  # numba found no place for the cache
            return njit(signature, nogil=True, error_model="numpy")(function)

    return compiled
