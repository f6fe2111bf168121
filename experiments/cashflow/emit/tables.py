"""Account tables and truth tables of a group of accounts."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import polars as pl

from experiments.cashflow.config import BURN_IN
from experiments.cashflow.emit import books, contributions, dealings, reports
from experiments.cashflow.emit.clock import Clock, yuan
from experiments.cashflow.emit.consents import consent, consents
from experiments.cashflow.emit.feed import Consent, Outages, outages
from experiments.cashflow.simulation import Trajectories
from features.errors import ConfigError
from features.sources.registry import LINKED

EMITTERS = {
    "accounts": books.accounts,
    "demographics": books.demographics,
    "limit_changes": dealings.limit_changes,
    "orders": dealings.orders,
    "statements": books.statements,
    "instalment_plans": dealings.instalment_plans,
    "repayments": books.repayments,
    "delinquency": books.delinquency,
    "offers": dealings.offers,
}
"""Tables of the lender's own books."""

Feed = Callable[[Trajectories, Clock, Consent, Outages], pl.DataFrame]
FEEDS: Mapping[str, Feed] = MappingProxyType(
    {
        "bureau": reports.bureau,
        "third_party": reports.third_party,
        "social_security": contributions.social_security,
        "housing_fund": contributions.housing_fund,
    }
)
"""Rows of a linked source's table that arrive under consent, by the key of the source."""


def account_tables(trajectories: Trajectories) -> dict[str, pl.DataFrame]:
    """The account tables of the simulated days.

    Raises:
        ConfigError: a linked source has no feed.
    """
    without = sorted(set(LINKED) - set(FEEDS))
    if without:
        raise ConfigError(f"linked sources {without} have no feed: add them to {__name__}.FEEDS")
    clock = Clock(trajectories.config)
    held = {key: consent(trajectories, clock, key) for key in LINKED}
    linked = {
        source.table: FEEDS[key](trajectories, clock, held[key], outages(trajectories, clock, number))
        for number, (key, source) in enumerate(LINKED.items())
    }
    own = {name: emit(trajectories, clock) for name, emit in EMITTERS.items()}
    return {**own, **linked, "consents": consents(trajectories, held)}


def truth_tables(trajectories: Trajectories) -> dict[str, pl.DataFrame]:
    """Truth, which no lender observes: people, and their state at the end of every month shown."""
    names = [name for name in trajectories.people.dtype.names or () if name not in ("rank", "loan")]
    rows, columns = np.nonzero(np.ones(trajectories.months.shape, bool))
    shown = columns >= BURN_IN
    rows, columns = rows[shown], columns[shown]
    here = trajectories.months[rows, columns]
    months = {
        "account_id": trajectories.accounts[rows],
        "month": columns.astype(np.int16),
        **{
            name: here[name] for name in ("dpd", "employed", "written_off", "income", "cash", "debt", "limit")
        },
        "balance_cny": yuan(here["balance"]),
    }
    people = {name: trajectories.people[name] for name in names}
    return {
        "people": pl.DataFrame({"account_id": trajectories.accounts, **people}),
        "months": pl.DataFrame(months),
    }
