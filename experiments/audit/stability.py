"""From one day to the next without a new row: how many decisions change, and whether that was announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from experiments.audit.portfolio import Decider
from features.arrays import Ints
from features.tables import Tables
from serving.decision.outlook import coming_midnights, outlook
from serving.decision.types import Case


@dataclass
class Stability:
    """Changes by mere time.

    Attributes:
        pairs: account-days with the day after.
        changed: of them with another tier, eligibility, limit or rules on the day after.
        tier_or_limit: of them with another tier or limit.
        announced: of the changed, those that the answer of the day before named for that day.
        back: of the changed, those that change back within 31 days.
    """

    pairs: int = 0
    changed: int = 0
    tier_or_limit: int = 0
    announced: int = 0
    back: int = 0

    def merge(self, other: "Stability") -> None:
        """Adds the counts of another part of the portfolio."""
        for name in ("pairs", "changed", "tier_or_limit", "announced", "back"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def stability(decider: Decider, tables: Tables, accounts: Ints, days: Sequence[datetime]) -> Stability:
    """Decides each account on each day and on the day after, with the rows of the day before.

    Args:
        decider: the model and policy.
        tables: rows of these accounts.
        accounts: (n,) account numbers.
        days: moments.
    """
    found = Stability()
    for day in days:
        known = tables.replace(
            **{name: frame.filter(pl.col("known_at") < day) for name, frame in tables.frames.items()}
        )
        ahead = (day, *coming_midnights(day))
        by_account: dict[int, list[Case]] = {}
        for case in decider.cases(known, accounts, ahead):
            by_account.setdefault(case.account_id, []).append(case)
        for cases in by_account.values():
            _add(found, decider, cases)
    return found


def _add(found: Stability, decider: Decider, cases: Sequence[Case]) -> None:
    standings = decider.engine.standings(cases)
    keys = [(s.tier.name, s.eligible, s.new_limit_cny, s.rules) for s in standings]
    found.pairs += 1
    if keys[1] == keys[0]:
        return
    found.changed += 1
    found.tier_or_limit += keys[1][0] != keys[0][0] or keys[1][2] != keys[0][2]
    found.back += any(key == keys[0] for key in keys[2:])
    named = outlook(decider.engine, cases[0], cases[1:2]).changes
    tomorrow = (cases[0].as_of + timedelta(days=1)).date()
    found.announced += any(change.on == tomorrow and change.causes for change in named)
