"""Whether the rules of the policy end on the very day that a decision states."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import polars as pl

from experiments.audit.portfolio import Decider
from features.arrays import Ints
from features.matrix import Observations
from features.tables import Tables
from serving.decision.cases import cases_of

LAST = timedelta(microseconds=1)


@dataclass
class Lapses:
    """Stated lapse dates.

    Attributes:
        stated: binding rules with a date.
        kept: of them, those that still bind in the last moment before the date, and do not on it.
    """

    stated: int = 0
    kept: int = 0

    def merge(self, other: "Lapses") -> None:
        """Adds the counts of another part of the portfolio."""
        self.stated += other.stated
        self.kept += other.kept


def lapses(decider: Decider, tables: Tables, accounts: Ints, day: datetime) -> Lapses:
    """Decides on a day, then around every stated date with the rows of that day.

    Args:
        decider: the model and policy.
        tables: rows of these accounts.
        accounts: (n,) account numbers.
        day: moment of the decisions.
    """
    known = tables.replace(
        **{name: frame.filter(pl.col("known_at") < day) for name, frame in tables.frames.items()}
    )
    stated = [
        (decision.account_id, lapse.code, datetime.combine(lapse.on, time()))
        for decision in (decider.engine.decide(case) for case in decider.cases(known, accounts, [day]))
        for lapse in decision.lapses
        if lapse.on is not None
    ]
    if not stated:
        return Lapses()
    before = _rules(decider, known, [(account, on - LAST) for account, _, on in stated])
    after = _rules(decider, known, [(account, on) for account, _, on in stated])
    found = zip(stated, before, after, strict=True)
    kept = sum(code in earlier and code not in later for (_, code, _), earlier, later in found)
    return Lapses(len(stated), kept)


def _rules(decider: Decider, tables: Tables, asked: Sequence[tuple[int, datetime]]) -> list[tuple[str, ...]]:
    """Codes of the rules that bind at each account and moment, in their order."""
    accounts, moments = zip(*asked, strict=True)
    keys = [
        pl.Series("account_id", accounts, dtype=pl.Int64),
        pl.Series("as_of", moments, dtype=pl.Datetime("us")),
    ]
    cases = list(cases_of(tables, Observations(pl.DataFrame(keys)), decider.features))
    return [standing.rules for standing in decider.engine.standings(cases)]
