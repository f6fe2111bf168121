"""Orders, limit changes and offers."""

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN
from experiments.portfolio.emit.books import shown
from experiments.portfolio.emit.clock import HOUR, NEVER, Clock, moments, pick, yuan
from experiments.portfolio.kernels import POLICY, REQUEST, TEST
from experiments.portfolio.simulation import Records, Trajectories
from features.arrays import Floats, Ints
from features.calendar import DAY

CATEGORIES = ("electronics", "furniture", "groceries", "clothing", "home", "books", "beauty", "travel")
ARMS = ("control", "plus20", "plus50")
CAUSES = {POLICY: "policy", REQUEST: "request", TEST: "test"}


def orders(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Orders, known when placed; a return is known when the goods are back."""
    placed: Records = trajectories.orders[trajectories.orders["month"] >= BURN_IN]
    at = clock.starts[placed["month"]] + (placed["when"] * 1e6).astype(np.int64)
    days = placed["return_days"].astype(np.int64)
    back = np.where(days > 0, at + days * DAY, NEVER)
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[placed["account"]],
            "known_at": moments(at),
            "placed_at": moments(at),
            "amount_cny": yuan(placed["amount"]),
            "category": pl.Series(CATEGORIES).gather(placed["category"].astype(np.uint32)),
            "on_credit": placed["on_credit"] == 1,
            "instalments": placed["instalments"].astype(np.int32),
            "returned_at": moments(back),
        }
    )


def limit_changes(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Every change since the account opened, the control arm of the test included (old = new)."""
    return pl.concat([_fixed(trajectories, clock), *_temporary(trajectories, clock)])


def _fixed(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    cells = pick(trajectories, trajectories.months["cause"] > 0)
    here = trajectories.months[cells.row, cells.month - trajectories.start]
    at = clock.starts[cells.month] + 9 * HOUR + np.floor(cells.uniform(10) * 3).astype(np.int64) * DAY
    arm = pl.Series([ARMS[a] if a >= 0 else None for a in here["arm"]], dtype=pl.String)
    cause = pl.Series([CAUSES[int(c)] for c in here["cause"]], dtype=pl.String)
    return _changes(cells.account, at, here["old_limit"], here["limit"], kind="fixed", cause=cause, arm=arm)


def _temporary(trajectories: Trajectories, clock: Clock) -> list[pl.DataFrame]:
    """A temporary limit from the 4th to the 26th of the month of a festival, up and down again."""
    cells = pick(trajectories, trajectories.months["extra"] > 0)
    here = trajectories.months[cells.row, cells.month - trajectories.start]
    base, raised = here["limit"], here["limit"] + here["extra"]
    start = clock.starts[cells.month]
    cause = pl.Series(["policy"] * len(cells.row), dtype=pl.String)
    arm = pl.Series([None] * len(cells.row), dtype=pl.String)
    return [
        _changes(cells.account, start + 3 * DAY, base, raised, kind="temporary", cause=cause, arm=arm),
        _changes(cells.account, start + 25 * DAY, raised, base, kind="temporary", cause=cause, arm=arm),
    ]


def _changes(
    account: Ints,
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
        "known_at": moments(at),
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
    at = clock.starts[cells.month] + np.floor(cells.uniform(11) * 10 * 24).astype(np.int64) * HOUR
    wait = np.floor(1 + cells.uniform(12) * 12 * 24).astype(np.int64) * HOUR
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(at),
            "offered_at": moments(at),
            "limit_cny": here["limit"].astype(float),
            "fee_discount": here["promo_discount"].astype(float),
            "instalments": here["promo_terms"].astype(np.int32),
            "accepted_at": moments(np.where(here["promo"] == 2, at + wait, NEVER)),
        }
    )
