"""Orders with their instalment plans, limit changes and offers."""

import numpy as np
import polars as pl

from experiments.cashflow.emit.clock import HOUR, NEVER, SECOND, Clock, dates, moments, yuan
from experiments.cashflow.kernels.incumbent import ASKED, POLICY, REQUEST, TEST
from experiments.cashflow.simulation import Records, Trajectories
from features.arrays import Ints

CATEGORIES = ("electronics", "furniture", "groceries", "clothing", "home", "books", "beauty", "travel")
ARMS = ("control", "plus20", "plus50")
CAUSES = {POLICY: "policy", REQUEST: "request", TEST: "test"}


def _placed(trajectories: Trajectories, clock: Clock) -> tuple[Records, Ints]:
    """Orders of the days shown, and when they were placed."""
    placed = trajectories.events.orders
    placed = placed[placed["day"] >= clock.first_shown]
    return placed, clock.day(placed["day"]) + placed["second"].astype(np.int64) * SECOND


def orders(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Orders, known when placed; a return is known when the goods are back."""
    placed, at = _placed(trajectories, clock)
    back = clock.day(placed["back_on"]) + placed["second"].astype(np.int64) * SECOND
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[placed["row"]],
            "known_at": moments(at),
            "placed_at": moments(at),
            "amount_cny": yuan(placed["amount"]),
            "category": pl.Series(CATEGORIES).gather(placed["category"].astype(np.uint32)),
            "on_credit": placed["on_credit"] == 1,
            "instalments": placed["instalments"].astype(np.int32),
            "returned_at": moments(np.where(placed["back_on"] >= 0, back, NEVER)),
        }
    )


def instalment_plans(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """The plan of every order in instalments."""
    placed, at = _placed(trajectories, clock)
    split = placed["instalments"] > 1
    placed, at = placed[split], at[split]
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[placed["row"]],
            "known_at": moments(at),
            "started_on": dates(clock.day(placed["day"])),
            "amount_cny": yuan(placed["amount"]),
            "instalments": placed["instalments"].astype(np.int32),
            "fee_cny": yuan(placed["fee"]),
        }
    )


def limit_changes(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Every change since the account opened, the control arm of the test included (old = new)."""
    changes = trajectories.events.changes
    changes = changes[changes["cause"] != ASKED]
    at = clock.day(changes["day"]) + 9 * HOUR
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[changes["row"]],
            "known_at": moments(at),
            "effective_at": moments(at),
            "old_limit_cny": changes["old"],
            "new_limit_cny": changes["new"],
            "kind": pl.Series(["fixed"] * len(at), dtype=pl.String),
            "cause": pl.Series([CAUSES[int(cause)] for cause in changes["cause"]], dtype=pl.String),
            "test_arm": pl.Series([ARMS[a] if a >= 0 else None for a in changes["arm"]], dtype=pl.String),
        }
    )


def offers(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Instalment offers with terms drawn at random, and when they were taken."""
    made = trajectories.events.offers
    made = made[made["day"] >= clock.first_shown]
    at = clock.day(made["day"]) + 8 * HOUR
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[made["row"]],
            "known_at": moments(at),
            "offered_at": moments(at),
            "limit_cny": made["limit"],
            "fee_discount": made["discount"],
            "instalments": made["terms"].astype(np.int32),
            "accepted_at": moments(np.where(made["accepted"] == 1, at + 2 * HOUR, NEVER)),
        }
    )
