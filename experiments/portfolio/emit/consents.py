"""When people grant and withdraw consent to the linked sources."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from experiments.portfolio.emit.books import opened_us
from experiments.portfolio.emit.clock import HOUR, NEVER, Clock, moments, pick
from experiments.portfolio.emit.feed import Consent, feed_of
from experiments.portfolio.simulation import Trajectories
from features.sources.registry import LINKED


def consent(trajectories: Trajectories, clock: Clock, source: str) -> Consent:
    """When each person granted and withdrew consent to a source.

    The draws are numbered by the place of the source in the registry, so a source added at its end changes no
    other consent.
    """
    seen, k = trajectories.config.parameters.observed, list(LINKED).index(source)
    share = feed_of(source).consent_share
    cells = pick(
        trajectories, np.arange(trajectories.months.shape[1]) == np.zeros((len(trajectories.accounts), 1))
    )
    opened = opened_us(trajectories, clock)
    u, wait = cells.uniform(20, k), -np.log(cells.uniform(21, k)) * 14 * 30 * 86_400e6
    late = cells.uniform(22, k) >= seen.consent_at_opening
    granted = opened + 13 * HOUR + np.where(late, wait, 0).astype(np.int64) + k * HOUR // 60
    held = -np.log(cells.uniform(23, k)) / seen.consent_withdrawn * 30 * 86_400e6
    revoked = granted + held.astype(np.int64)
    granted = np.where((u < share) & (granted < clock.shown_until), granted, NEVER)
    gone = (granted != NEVER) & (revoked < clock.shown_until)
    return _with_grants(Consent(granted, np.where(gone, revoked, NEVER)), trajectories, source)


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
