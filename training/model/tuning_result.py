"""Results of the hyperparameter search, free of the library that searched."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class TrialRecord:
    """One finished trial.

    Attributes:
        number: position in the study.
        state: `complete` or `pruned`.
        value: validation metric; None when pruned.
        params: sampled parameters.
        rounds: best number of boosting rounds; 0 when pruned.
        seconds: wall time.
        started: local time; None when the storage does not know.
        ended: local time; None when the storage does not know.
    """

    number: int
    state: str
    value: float | None
    params: dict[str, float]
    rounds: int
    seconds: float
    started: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True)
class TuningResult:
    """The outcome of a search.

    Attributes:
        params: best parameters.
        rounds: boosting rounds that were best for them.
        value: their validation metric.
        trials: finished trials by number.
        resumed: how many of them were in the storage before this search.
        study: name of the study.
    """

    params: dict[str, Any]
    rounds: int
    value: float
    trials: tuple[TrialRecord, ...]
    resumed: int
    study: str


def study_key(name: str, *parts: Any) -> str:
    """A study's name: readable, and another one as soon as settings or data differ."""
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode())
    return f"{name}-{digest.hexdigest()[:16]}"
