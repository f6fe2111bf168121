"""Orders, instalment plans, limit changes and offers."""

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN
from experiments.portfolio.emit.books import shown
from experiments.portfolio.emit.clock import (
    HOUR,
    NEVER,
    Clock,
    arrival,
    cycle_start,
    dates,
    moments,
    pick,
    yuan,
)
from experiments.portfolio.kernels import POLICY, REQUEST, TEST
from experiments.portfolio.simulation import Records, Trajectories
from features.arrays import Floats, Ints
from features.calendar import DAY

CATEGORIES = ("electronics", "furniture", "groceries", "clothing", "home", "books", "beauty", "travel")
ARMS = ("control", "plus20", "plus50")
CAUSES = {POLICY: "policy", REQUEST: "request", TEST: "test"}


def orders(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Orders, known when placed; a return is known when the goods are back."""
    placed: Records = trajectories.orders[trajectories.orders["month"] >= BURN_IN - 1]
    at = _placed_at(trajectories, clock, placed)
    days = placed["return_days"].astype(np.int64)
    back = np.where((days > 0) & (at + days * DAY < clock.shown_until), at + days * DAY, NEVER)
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[placed["account"]],
            "known_at": moments(arrival(trajectories, "orders", at)),
            "placed_at": moments(at),
            "amount_cny": yuan(placed["amount"]),
            "category": pl.Series(CATEGORIES).gather(placed["category"].astype(np.uint32)),
            "on_credit": placed["on_credit"] == 1,
            "instalments": placed["instalments"].astype(np.int32),
            "returned_at": moments(back),
        }
    )


def _placed_at(trajectories: Trajectories, clock: Clock, placed: Records) -> Ints:
    start = cycle_start(trajectories, clock, placed["account"], placed["month"])
    return np.asarray(start + (placed["when"] * 1e6).astype(np.int64))


def instalment_plans(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Orders in instalments since the account opened; an accepted offer is one of them.

    The fee is what the monthly rate on the amount outstanding (n, n − 1, … 1 parts of n) comes to.
    """
    placed: Records = trajectories.orders[trajectories.orders["instalments"] > 1]
    at, parts = _placed_at(trajectories, clock, placed), placed["instalments"].astype(np.int32)
    rate = trajectories.config.parameters.economics.instalment_fee
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[placed["account"]],
            "known_at": moments(arrival(trajectories, "instalment_plans", at)),
            "started_on": dates(at // DAY * DAY),
            "amount_cny": yuan(placed["amount"]),
            "instalments": parts,
            "fee_cny": yuan(rate * placed["amount"] * (parts + 1) / 2),
        }
    )


def limit_changes(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Every change since the account opened, the control arm of the test included (old = new)."""
    return pl.concat([_fixed(trajectories, clock), *_temporary(trajectories, clock)])


def _fixed(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    cells = pick(trajectories, trajectories.months["cause"] > 0)
    here = trajectories.months[cells.row, cells.month - trajectories.start]
    day = np.floor(cells.uniform(10) * 3).astype(np.int64)
    at = cycle_start(trajectories, clock, cells.row, cells.month) + 9 * HOUR + day * DAY
    arm = pl.Series([ARMS[a] if a >= 0 else None for a in here["arm"]], dtype=pl.String)
    cause = pl.Series([CAUSES[int(c)] for c in here["cause"]], dtype=pl.String)
    known = arrival(trajectories, "limit_changes", at)
    return _changes(
        cells.account, known, at, here["old_limit"], here["limit"], kind="fixed", cause=cause, arm=arm
    )


def _temporary(trajectories: Trajectories, clock: Clock) -> list[pl.DataFrame]:
    """A temporary limit from the 4th to the 26th day of the cycle of a festival, up and down again."""
    cells = pick(trajectories, trajectories.months["extra"] > 0)
    here = trajectories.months[cells.row, cells.month - trajectories.start]
    base, raised = here["limit"], here["limit"] + here["extra"]
    start = cycle_start(trajectories, clock, cells.row, cells.month)
    first, last = start + 3 * DAY, start + 25 * DAY
    known = [arrival(trajectories, "limit_changes", at) for at in (first, last)]
    cause = pl.Series(["policy"] * len(cells.row), dtype=pl.String)
    arm = pl.Series([None] * len(cells.row), dtype=pl.String)
    return [
        _changes(cells.account, known[0], first, base, raised, kind="temporary", cause=cause, arm=arm),
        _changes(cells.account, known[1], last, raised, base, kind="temporary", cause=cause, arm=arm),
    ]


def _changes(
    account: Ints,
    known: Ints,
    at: Ints,
    old: Floats,
    new: Floats,
    *,
    kind: str,
    cause: pl.Series,
    arm: pl.Series,
) -> pl.DataFrame:
    frame = {
        "account_id": account,
        "known_at": moments(known),
        "effective_at": moments(at),
        "old_limit_cny": old.astype(float),
        "new_limit_cny": new.astype(float),
        "kind": pl.Series([kind] * len(account), dtype=pl.String),
        "cause": cause,
        "test_arm": arm,
    }
    return pl.DataFrame(frame)


def offers(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Instalment offers with terms drawn at random, and when they were taken."""
    cells = pick(trajectories, shown(trajectories) & (trajectories.months["promo"] > 0))
    here = trajectories.months[cells.row, cells.month - trajectories.start]
    start = cycle_start(trajectories, clock, cells.row, cells.month)
    at = start + np.floor(cells.uniform(11) * 10 * 24).astype(np.int64) * HOUR
    taken = at + np.floor(1 + cells.uniform(12) * 12 * 24).astype(np.int64) * HOUR
    accepted = (here["promo"] == 2) & (taken < clock.shown_until)
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(arrival(trajectories, "offers", at)),
            "offered_at": moments(at),
            "limit_cny": here["limit"].astype(float),
            "fee_discount": here["promo_discount"].astype(float),
            "instalments": here["promo_terms"].astype(np.int32),
            "accepted_at": moments(np.where(accepted, taken, NEVER)),
        }
    )
