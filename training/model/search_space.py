"""The search space as Optuna samples it: which parameters are whole, which logarithmic, where to start."""

from typing import Any, Protocol

from training.config.schema import SpaceConfig

LOGARITHMIC = ("learning_rate", "num_leaves", "min_data_in_leaf", "lambda_l1", "lambda_l2")
WHOLE = ("num_leaves", "max_depth", "min_data_in_leaf")
START = {"learning_rate": 0.05, "num_leaves": 15, "max_depth": 4, "min_data_in_leaf": 50}
"""The first trial, clipped to the space."""


class Sampler(Protocol):
    """What samples one parameter at a time: an Optuna trial."""

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int:
        """A whole number."""
        ...

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        """A real number."""
        ...


def suggest(trial: Sampler, space: SpaceConfig) -> dict[str, float | int]:
    """One point of the space; a fixed parameter is not sampled."""
    chosen: dict[str, float | int] = {}
    for name, (low, high) in dict(space).items():
        if low == high:
            chosen[name] = int(low) if name in WHOLE else low
        elif name in WHOLE:
            chosen[name] = trial.suggest_int(name, int(low), int(high), log=name in LOGARITHMIC)
        else:
            chosen[name] = trial.suggest_float(name, low, high, log=name in LOGARITHMIC)
    return chosen


def start(space: SpaceConfig) -> dict[str, float]:
    """The first trial's parameters that are not fixed."""
    inside = {}
    for name, value in START.items():
        low, high = getattr(space, name)
        if low < high:
            inside[name] = min(max(value, low), high)
    return inside


def fixed(space: SpaceConfig) -> dict[str, Any]:
    """The parameters whose range has equal ends."""
    return {n: (int(lo) if n in WHOLE else lo) for n, (lo, hi) in dict(space).items() if lo == hi}
