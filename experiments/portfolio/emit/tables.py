"""All tables of a group of accounts, by name."""

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN
from experiments.portfolio.emit import books, dealings, sources
from experiments.portfolio.emit.clock import Clock, yuan
from experiments.portfolio.simulation import Trajectories

EMITTERS = {
    "accounts": books.accounts,
    "demographics": books.demographics,
    "limit_changes": dealings.limit_changes,
    "orders": dealings.orders,
    "statements": books.statements,
    "repayments": books.repayments,
    "delinquency": books.delinquency,
    "bureau_reports": sources.bureau_reports,
    "third_party_scores": sources.third_party_scores,
    "social_security": sources.social_security,
    "housing_fund": sources.housing_fund,
    "consents": sources.consents,
    "offers": dealings.offers,
}


def account_tables(lived: Trajectories) -> dict[str, pl.DataFrame]:
    """The account tables of everything lived."""
    clock = Clock(lived.config)
    return {name: emit(lived, clock) for name, emit in EMITTERS.items()}


def truth_tables(lived: Trajectories) -> dict[str, pl.DataFrame]:
    """What no lender sees: who people are, and their state at the end of every month shown."""
    people = {name: lived.people[name] for name in lived.people.dtype.names or ()}
    cells = np.nonzero(
        (lived.start + np.arange(lived.months.shape[1]) >= BURN_IN) & (lived.accounts[:, None] > 0)
    )
    here = lived.months[cells]
    months = {
        "account_id": lived.accounts[cells[0]],
        "month": (cells[1] + lived.start).astype(np.int16),
        "open": cells[1] + lived.start >= lived.people["opened"][cells[0]],
        **{
            name: here[name]
            for name in ("employed", "missed", "written_off", "income", "debt", "need", "carry")
        },
        **{
            f"{name}_cny": yuan(here[name])
            for name in ("balance", "paid", "fees", "interest", "purchases", "refunds")
        },
        "limit_cny": here["limit"],
        "log_odds": here["log_odds"],
    }
    return {"people": pl.DataFrame({"account_id": lived.accounts, **people}), "months": pl.DataFrame(months)}
