"""When people grant and withdraw consent: not at random, but by what there is to hide and to gain."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from experiments.cashflow.emit.clock import HOUR, NEVER, Clock, everyone, moments, pick
from experiments.cashflow.emit.feed import Consent
from experiments.cashflow.simulation import Trajectories
from features.arrays import Bools, Floats, Ints
from features.calendar import DAY, MONTH_DAYS
from features.sources.registry import LINKED

HEAVY_PAYMENTS = 0.35
"""Payments elsewhere over the wage from which there is something to hide."""
AMPLE_LIMIT = 1.5
"""Limit in monthly wages from which there is little to gain."""


def consent(trajectories: Trajectories, clock: Clock, source: str) -> Consent:
    """When each person granted and withdrew consent to a source.

    The draws are numbered by the place of the source in the registry, so a source added at its end changes no
    other consent.
    """
    seen, k = trajectories.config.parameters.observed, list(LINKED).index(source)
    cells = everyone(trajectories)
    wait = -np.log(cells.uniform(21, k)) * 14 * MONTH_DAYS * DAY
    late = cells.uniform(22, k) >= seen.consent_at_opening
    granted = clock.day(trajectories.people["opened"]) + 13 * HOUR + k * HOUR // 60
    granted = granted + np.where(late, wait, 0).astype(np.int64)
    share = trajectories.config.parameters.flat()[f"consent_{source}"]
    willing = cells.uniform(20, k) < share * _willingness(trajectories, clock, granted)
    granted = np.where(willing & (granted < clock.shown_until), granted, NEVER)
    own = Consent(granted, _revoked(trajectories, clock, granted, k))
    return _with_grants(own, trajectories, source)


def _willingness(trajectories: Trajectories, clock: Clock, at: Ints) -> Floats:
    """(n,) factor on the share that consents, from the state at the end of the month before `at`."""
    seen, people = trajectories.config.parameters.observed, trajectories.people
    month = np.clip(clock.month_of(at) - 1, 0, trajectories.config.span - 1)
    here = trajectories.months[np.arange(len(at)), month]
    hides = (here["late_elsewhere"] > 0) | (here["payments"] > HEAVY_PAYMENTS * people["wage"])
    limit = np.where(here["limit"] > 0, here["limit"], people["initial_limit"])
    no_gain = limit >= AMPLE_LIMIT * people["wage"]
    return np.asarray((1.0 - seen.consent_hide * hides) * (1.0 - seen.consent_no_gain * no_gain))


def _revoked(trajectories: Trajectories, clock: Clock, granted: Ints, k: int) -> Ints:
    """(n,) when consent was withdrawn: likelier in a month with arrears elsewhere."""
    seen, span = trajectories.config.parameters.observed, trajectories.config.span
    cells = pick(trajectories, np.ones(trajectories.months.shape, bool))
    late = trajectories.months["late_elsewhere"].ravel() > 0
    rate = seen.consent_withdrawn * np.where(late, seen.withdrawn_hide, 1.0)
    start = clock.starts[cells.month]
    hit = (cells.uniform(23, k) < rate) & (start > granted[cells.row]) & (granted[cells.row] != NEVER)
    by_month: Bools = hit.reshape(-1, span)
    first = by_month.argmax(axis=1)
    hour = np.floor(everyone(trajectories).uniform(24, k) * 27 * 24).astype(np.int64) * HOUR
    return np.where(by_month.any(axis=1), clock.starts[first] + hour, NEVER)


def _with_grants(own: Consent, trajectories: Trajectories, source: str) -> Consent:
    """The person's own consent, or from a given moment on one that is not withdrawn again."""
    wished = trajectories.grants.get(source)
    if wished is None:
        return own
    rows = np.arange(len(wished))
    fresh = (wished != NEVER) & ~own.covers(rows, wished)
    return Consent(np.where(fresh, wished, own.granted), np.where(fresh, NEVER, own.revoked))


def consents(trajectories: Trajectories, held: Mapping[str, Consent]) -> pl.DataFrame:
    """Grants by source, each with its withdrawal."""
    return pl.concat([_grants(trajectories, source, consent) for source, consent in held.items()])


def _grants(trajectories: Trajectories, source: str, held: Consent) -> pl.DataFrame:
    rows = np.nonzero(held.granted != NEVER)[0]
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[rows],
            "known_at": moments(held.granted[rows]),
            "source": pl.Series([source] * len(rows), dtype=pl.String),
            "granted_at": moments(held.granted[rows]),
            "revoked_at": moments(held.revoked[rows]),
        }
    )
