"""Account tables and truth tables of a group of accounts."""

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN
from experiments.portfolio.emit import arrears, books, dealings
from experiments.portfolio.emit.clock import Clock, yuan
from experiments.portfolio.emit.consents import consent, consents
from experiments.portfolio.emit.feed import feed_of
from experiments.portfolio.simulation import Trajectories
from features.contract.registry import TABLES
from features.sources.registry import LINKED

EMITTERS = {
    "accounts": books.accounts,
    "demographics": books.demographics,
    "limit_changes": dealings.limit_changes,
    "orders": dealings.orders,
    "statements": books.statements,
    "instalment_plans": dealings.instalment_plans,
    "repayments": books.repayments,
    "delinquency": arrears.delinquency,
    "offers": dealings.offers,
}
"""Tables of the lender's own books."""
FROM_FIRST_MONTH_SHOWN = ("orders", "statements", "repayments", "delinquency", "offers")
"""Of the others, rows since the account opened are shown: they say what limit and instalments are open."""


def account_tables(trajectories: Trajectories) -> dict[str, pl.DataFrame]:
    """The account tables of the simulated months.

    Raises:
        ConfigError: a linked source has no feed.
    """
    clock = Clock(trajectories.config)
    held = {key: consent(trajectories, clock, key) for key in LINKED}
    linked = {
        source.table: feed_of(key).rows(trajectories, clock, held[key]) for key, source in LINKED.items()
    }
    own = {name: emit(trajectories, clock) for name, emit in EMITTERS.items()}
    everything = {**own, **linked, "consents": consents(trajectories, held)}
    return {name: _shown(name, frame, clock) for name, frame in everything.items()}


def _shown(name: str, frame: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    """The rows that are known before the end, of the lender's own books those of the months shown."""
    known = frame.filter(pl.col("known_at") < _moment(clock.shown_until))
    if name not in FROM_FIRST_MONTH_SHOWN:
        return known
    return known.filter(pl.col(TABLES[name].event).cast(pl.Datetime("us")) >= _moment(clock.shown_from))


def _moment(microseconds: int) -> pl.Expr:
    return pl.lit(microseconds).cast(pl.Datetime("us"))


def truth_tables(trajectories: Trajectories) -> dict[str, pl.DataFrame]:
    """Truth, which no lender observes: people, and their state at the end of every month shown."""
    people = {name: trajectories.people[name] for name in trajectories.people.dtype.names or ()}
    cells = np.nonzero(
        (trajectories.start + np.arange(trajectories.months.shape[1]) >= BURN_IN)
        & (trajectories.accounts[:, None] > 0)
    )
    here = trajectories.months[cells]
    months = {
        "account_id": trajectories.accounts[cells[0]],
        "month": (cells[1] + trajectories.start).astype(np.int16),
        "open": cells[1] + trajectories.start >= trajectories.people["opened"][cells[0]],
        **{
            name: here[name]
            for name in ("employed", "missed", "written_off", "income", "debt", "need", "carry")
        },
        **{
            f"{name}_cny": yuan(here[name])
            for name in ("balance", "paid", "fees", "interest", "purchases", "refunds")
        },
        "due_cny": yuan(here["due"]),
        "limit_cny": here["limit"],
        "log_odds": here["log_odds"],
    }
    return {
        "people": pl.DataFrame({"account_id": trajectories.accounts, **people}),
        "months": pl.DataFrame(months),
    }
