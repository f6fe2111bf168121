"""Third-party credit scores, with the provider's error."""

import numpy as np
import polars as pl

from experiments.portfolio.emit.clock import HOUR, Clock, moments, open_before, pick
from experiments.portfolio.emit.feed import Consent, Feed
from experiments.portfolio.simulation import Trajectories


def rows(trajectories: Trajectories, clock: Clock, held: Consent) -> pl.DataFrame:
    """A score every second month: character, a little of debts, and the provider's error."""
    months = trajectories.start + np.arange(trajectories.months.shape[1])
    cells = pick(
        trajectories, ((months + trajectories.accounts[:, None]) % 2 == 0) & open_before(trajectories)
    )
    at = clock.starts[cells.month] + np.floor(cells.uniform(40) * 26 * 24).astype(np.int64) * HOUR
    kept = held.covers(cells.row, at)
    cells, at = cells.where(kept), at[kept]
    here = trajectories.months[cells.row, cells.month - trajectories.start - 1]
    error = (
        trajectories.config.parameters.observed.score_noise
        * (cells.uniform(41) + cells.uniform(42) - 1.0)
        * 2.4495
    )
    level = here["character"] + error - 0.15 * np.log1p(here["debt"] / here["income"])
    frame = {
        "account_id": cells.account,
        "known_at": moments(at + 2 * HOUR),
        "provider": pl.Series(["zhima"] * len(at), dtype=pl.String),
        "scored_at": moments(at),
        "score": np.clip(np.round(650.0 + 55.0 * level), 350, 950),
    }
    return pl.DataFrame(frame)


FEED = Feed(consent_share=0.75, rows=rows)
