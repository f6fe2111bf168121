"""The simulator's feed of a linked source: who consents to it, and the rows that arrive under consent."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
import polars as pl

from experiments.portfolio.emit.clock import NEVER, Clock
from experiments.portfolio.simulation import Trajectories
from features.arrays import Bools, Ints
from features.errors import ConfigError
from features.sources.registry import LINKED


@dataclass(frozen=True)
class Consent:
    """Consent of n accounts to one source, in microseconds; NEVER = not granted, or not withdrawn.

    Attributes:
        granted: (n,) when it was given.
        revoked: (n,) when it was withdrawn.
    """

    granted: Ints
    revoked: Ints

    def covers(self, rows: Ints, at: Ints) -> Bools:
        """(k,) whether consent holds at these moments."""
        granted, revoked = self.granted[rows], self.revoked[rows]
        return np.asarray((granted != NEVER) & (granted <= at) & ((revoked == NEVER) | (at < revoked)))


@dataclass(frozen=True)
class Feed:
    """What the simulator knows of a linked source; `FEED` of the module in this package named by its key.

    Attributes:
        consent_share: share of people who ever consent.
        rows: rows of the source's table that arrive under the given consent.
    """

    consent_share: float
    rows: Callable[[Trajectories, Clock, Consent], pl.DataFrame]


@cache
def feed_of(source: str) -> Feed:
    """The feed of a linked source: `FEED` of `experiments/portfolio/emit/<source>.py`.

    Found by name, so that a new source is listed once, in `features.sources.registry`.

    Raises:
        ConfigError: the source is not registered, or has no such module, or the module no `FEED`.
    """
    if source not in LINKED:
        raise ConfigError(f"feed of {source!r}: no linked source of this key; there are {list(LINKED)}")
    name = f"{__package__}.{source}"
    try:
        feed = getattr(import_module(name), "FEED", None)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        feed = None
    if not isinstance(feed, Feed):
        raise ConfigError(
            f"linked source {source!r} has no feed in the simulator: {Path(__file__).with_name(source)}.py "
            "must define FEED = Feed(consent_share, rows)"
        )
    return feed
