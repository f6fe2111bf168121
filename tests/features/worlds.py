"""Small random portfolios with late facts, corrections, ties, gaps and withdrawn consents."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import strategies as st

from features.arrays import Floats, Ints
from features.contract.check import empty
from features.contract.registry import ACCOUNT_TABLES, TABLES
from features.contract.schemas import (
    ACCOUNT_FLAGS,
    ACCOUNT_STATES,
    EMPLOYER_STATES,
    LIMIT_CAUSES,
    LIMIT_KINDS,
)
from features.matrix import Observations
from features.sources.registry import LINKED, LinkedSource
from features.tables import Tables, TableStore, TableWriter

START = datetime(2024, 1, 1)
DAYS = 900
MONTH_STARTS = [date(2024 + i // 12, i % 12 + 1, 1) for i in range(30)]
MONTH_ENDS = [start - timedelta(days=1) for start in MONTH_STARTS[1:]]
AS_OFS = [
    datetime(2025, 3, 1),
    datetime(2025, 3, 31, 10, 30),
    datetime(2025, 7, 16, 9, 17),
    datetime(2025, 8, 1),
    datetime(2026, 2, 28),
    datetime(2026, 6, 1),
]
PRESENT = datetime(2026, 9, 1)
"""What stands for now in these portfolios: nothing in them is learned later."""
EMPLOYER_IDS = (11, 12, 13)
INDUSTRIES = ("retail", "steel")


@dataclass(frozen=True)
class World:
    """The tables of a random portfolio, and observations of it."""

    tables: Tables
    observations: Observations


class _Maker:
    def __init__(self, seed: int, n_accounts: int, rows: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.accounts = np.arange(1, n_accounts + 1) * 7
        self.rows = rows

    def some(self) -> Ints:
        """Account numbers of a table's rows; some accounts have none, others many."""
        chosen = self.accounts[self.rng.random(len(self.accounts)) < 0.8]
        return np.repeat(chosen, self.rng.integers(0, self.rows + 1, len(chosen)))

    def moments(self, n: int) -> list[datetime]:
        """Moments, some at midnight and some the very moments of observation."""
        drawn = [START + timedelta(hours=int(h)) for h in self.rng.integers(0, DAYS * 24, n)]
        exact = self.rng.random(n) < 0.15
        return [
            AS_OFS[int(self.rng.integers(len(AS_OFS)))] if e else d for d, e in zip(drawn, exact, strict=True)
        ]

    def later(self, moments: list[datetime]) -> list[datetime]:
        """When each was learned: at once, hours after, or months after."""
        lag = self.rng.choice([0, 0, 1, 30, 24 * 40], len(moments))
        return [m + timedelta(hours=int(h)) for m, h in zip(moments, lag, strict=True)]

    def money(self, n: int, top: float = 9000.0) -> Floats:
        """Amounts in CNY with fen, some of them zero."""
        return np.round(self.rng.random(n) * top, 2) * (self.rng.random(n) < 0.9)

    def pick(self, options: Collection[object], n: int) -> list[object]:
        """Random choices."""
        return [list(options)[i] for i in self.rng.integers(0, len(options), n)]

    def maybe(self, values: Sequence[object], share: float = 0.5) -> list[object]:
        """Some of them null."""
        return [v if self.rng.random() < share else None for v in values]


def _accounts(m: _Maker) -> dict[str, object]:
    opened = [START + timedelta(days=int(d)) for d in m.rng.integers(0, 800, len(m.accounts))]
    return {
        "account_id": m.accounts,
        "known_at": m.later(opened),
        "opened_on": [o.date() for o in opened],
        "initial_limit_cny": m.money(len(m.accounts)),
    }


def _limit_changes(m: _Maker) -> dict[str, object]:
    a = m.some()
    at = m.moments(len(a))
    return {
        "account_id": a,
        "known_at": m.later(at),
        "effective_at": at,
        "old_limit_cny": m.money(len(a)),
        "new_limit_cny": m.money(len(a)),
        "kind": m.pick(LIMIT_KINDS, len(a)),
        "cause": m.pick(LIMIT_CAUSES, len(a)),
        "test_arm": m.maybe(["up"] * len(a), 0.2),
    }


def _orders(m: _Maker) -> dict[str, object]:
    a = m.some()
    at = m.moments(len(a))
    return {
        "account_id": a,
        "known_at": m.later(at),
        "placed_at": at,
        "amount_cny": m.money(len(a)),
        "category": m.pick(["food", "phone", "书"], len(a)),
        "on_credit": m.rng.random(len(a)) < 0.5,
        "instalments": m.pick([1, 3, 12, 36], len(a)),
        "returned_at": m.maybe(
            [t + timedelta(days=int(d)) for t, d in zip(at, m.rng.integers(0, 90, len(a)), strict=True)]
        ),
    }


def _monthly(m: _Maker, days: list[date]) -> tuple[Ints, list[date], list[datetime]]:
    """Some month ends an account, each once, now and then corrected later."""
    owners, dates = [], []
    for account in m.accounts:
        chosen = [d for d in days if m.rng.random() < 0.4]
        chosen += [d for d in chosen if m.rng.random() < 0.1]
        owners += [account] * len(chosen)
        dates += chosen
    known = m.later([datetime(d.year, d.month, d.day, int(m.rng.integers(24))) for d in dates])
    return np.array(owners, np.int64), dates, known


def bill_day(account: int) -> int:
    """The day of the month on which an account is billed, 1 to 28; payment is due 20 days later."""
    return account // 7 * 5 % 28 + 1


def _statements(m: _Maker) -> dict[str, object]:
    a, months, known = _monthly(m, MONTH_STARTS)
    later = [timedelta(days=bill_day(int(account)) - 1) for account in a]
    on = [month + wait for month, wait in zip(months, later, strict=True)]
    known = [moment + wait for moment, wait in zip(known, later, strict=True)]
    balance = m.money(len(a)) - 500 * (m.rng.random(len(a)) < 0.2)
    return {
        "account_id": a,
        "known_at": known,
        "statement_on": on,
        "due_on": [d + timedelta(days=20) for d in on],
        "balance_cny": balance,
        "minimum_due_cny": m.maybe([round(max(b, 0) / 10, 2) for b in balance], 0.8),
        "due_cny": m.maybe([round(max(b, 0) / 2, 2) for b in balance], 0.8),
    }


def _instalment_plans(m: _Maker) -> dict[str, object]:
    a = m.some()
    at = m.moments(len(a))
    return {
        "account_id": a,
        "known_at": m.later(at),
        "started_on": [t.date() for t in at],
        "amount_cny": m.money(len(a)),
        "instalments": m.pick([3, 6, 12], len(a)),
        "fee_cny": m.maybe(list(m.money(len(a))), 0.7),
    }


def _repayments(m: _Maker) -> dict[str, object]:
    a = m.some()
    at = m.moments(len(a))
    return {
        "account_id": a,
        "known_at": m.later(at),
        "paid_at": at,
        "amount_cny": m.money(len(a)),
        "statement_on": [_billed_before(m, int(owner), t.date()) for owner, t in zip(a, at, strict=True)],
    }


def _billed_before(m: _Maker, account: int, day: date) -> date:
    """The account's latest bill day up to a day or, now and then, the one before."""
    days = [start.replace(day=bill_day(account)) for start in MONTH_STARTS]
    past = [d for d in days if d <= day] or days[:1]
    return past[-2] if len(past) > 1 and m.rng.random() < 0.4 else past[-1]


def _delinquency(m: _Maker) -> dict[str, object]:
    a, on, known = _monthly(m, MONTH_ENDS)
    return {
        "account_id": a,
        "known_at": known,
        "month_end": on,
        "days_past_due": m.pick([0, 0, 0, 12, 31, 75], len(a)),
        "account_state": m.maybe(m.pick(ACCOUNT_STATES, len(a)), 0.7),
    }


def _account_flags(m: _Maker) -> dict[str, object]:
    a = m.some()
    at = m.moments(len(a))
    lifted = [t + timedelta(days=int(d)) for t, d in zip(at, m.rng.integers(0, 300, len(a)), strict=True)]
    return {
        "account_id": a,
        "known_at": m.later(at),
        "flag": m.pick(ACCOUNT_FLAGS, len(a)),
        "set_at": at,
        "lifted_at": m.maybe(lifted, 0.6),
    }


def _bureau_reports(m: _Maker) -> dict[str, object]:
    a = m.some()
    at = m.moments(len(a))
    amounts = ("total_limit_cny", "total_balance_cny", "monthly_payment_cny")
    counts = [c for c in TABLES["bureau_reports"].schema.column_names()[3:] if c not in amounts]
    return {
        "account_id": a,
        "known_at": m.later(at),
        "reported_at": at,
        **{name: m.rng.integers(0, 9, len(a)) for name in counts},
        **{name: m.money(len(a)) for name in amounts},
    }


def _third_party_scores(m: _Maker) -> dict[str, object]:
    a = m.some()
    at = m.moments(len(a))
    score = np.round(350 + 600 * m.rng.random(len(a)), 1)
    return {
        "account_id": a,
        "known_at": m.later(at),
        "provider": ["zhima"] * len(a),
        "scored_at": at,
        "score": score,
    }


def _social_security(m: _Maker) -> dict[str, object]:
    a, on, known = _monthly(m, MONTH_STARTS)
    employer = m.maybe(m.pick((*EMPLOYER_IDS, 99), len(a)), 0.8)
    return {
        "account_id": a,
        "known_at": known,
        "month": on,
        "contribution_base_cny": m.money(len(a)),
        "employer_id": pl.Series(employer, dtype=pl.Int64),
    }


def _housing_fund(m: _Maker) -> dict[str, object]:
    a, on, known = _monthly(m, MONTH_STARTS)
    return {"account_id": a, "known_at": known, "month": on, "contribution_cny": m.money(len(a))}


def _consents(m: _Maker) -> dict[str, object]:
    a = np.repeat(m.accounts, 6)
    at = m.moments(len(a))
    gone = m.maybe(
        [t + timedelta(days=int(d)) for t, d in zip(at, m.rng.integers(0, 400, len(a)), strict=True)], 0.4
    )
    source = m.pick(tuple(LINKED), len(a))
    return {"account_id": a, "known_at": m.later(at), "source": source, "granted_at": at, "revoked_at": gone}


def _offers(m: _Maker) -> dict[str, object]:
    a = m.some()
    at = m.moments(len(a))
    return {
        "account_id": a,
        "known_at": at,
        "offered_at": at,
        "limit_cny": m.money(len(a)),
        "fee_discount": m.rng.random(len(a)),
        "instalments": m.pick([1, 6], len(a)),
        "accepted_at": m.maybe(m.later(at)),
    }


def _demographics(m: _Maker) -> dict[str, object]:
    n = len(m.accounts)
    return {
        "account_id": m.accounts,
        "known_at": m.moments(n),
        "sex": m.maybe(["female"] * n),
        "birth_year": m.maybe([1990] * n),
        "education": [None] * n,
        "marital_status": [None] * n,
    }


def _employers(m: _Maker) -> dict[str, object]:
    ids = [e for e in EMPLOYER_IDS for _ in range(3)]
    at = m.moments(len(ids))
    return {
        "employer_id": ids,
        "known_at": m.later(at),
        "recorded_at": at,
        "industry": m.pick(INDUSTRIES, len(ids)),
        "status": m.pick(EMPLOYER_STATES, len(ids)),
        "registered_capital_cny": m.money(len(ids), 1e7),
    }


def _macro(m: _Maker) -> dict[str, object]:
    n = len(MONTH_STARTS)
    return {
        "month": MONTH_STARTS,
        "known_at": [
            datetime(d.year, d.month, 1) + timedelta(days=int(m.rng.integers(20, 60))) for d in MONTH_STARTS
        ],
        **{name: np.round(m.rng.random(n) * 10, 2) for name in TABLES["macro"].schema.column_names()[2:]},
    }


def _industry_outlook(m: _Maker) -> dict[str, object]:
    rows = [(d, i) for d in MONTH_STARTS for i in INDUSTRIES]
    return {
        "month": [d for d, _ in rows],
        "industry": [i for _, i in rows],
        "known_at": [datetime(d.year, d.month, 1) + timedelta(days=40) for d, _ in rows],
        "prosperity": np.round(80 + 40 * m.rng.random(len(rows)), 2),
    }


_TABLES: dict[str, Callable[[_Maker], dict[str, object]]] = {
    "accounts": _accounts,
    "demographics": _demographics,
    "limit_changes": _limit_changes,
    "orders": _orders,
    "statements": _statements,
    "instalment_plans": _instalment_plans,
    "repayments": _repayments,
    "delinquency": _delinquency,
    "bureau_reports": _bureau_reports,
    "third_party_scores": _third_party_scores,
    "social_security": _social_security,
    "housing_fund": _housing_fund,
    "consents": _consents,
    "offers": _offers,
    "employers": _employers,
    "macro": _macro,
    "industry_outlook": _industry_outlook,
}


def _linked(source: LinkedSource) -> Callable[[_Maker], dict[str, object]]:
    """Rows of a linked source by its schema alone, for one that has no maker of its own above."""

    def make(m: _Maker) -> dict[str, object]:
        a, own = _keys(m, source)
        rest = [(n, c) for n, c in source.schema.columns().items() if n not in own]
        return own | {n: m.maybe(_drawn(m, c.dtype, len(a)), 0.7 if c.nullable else 1.0) for n, c in rest}

    return make


def _keys(m: _Maker, source: LinkedSource) -> tuple[np.ndarray, dict[str, object]]:
    if source.monthly:
        a, on, known = _monthly(m, MONTH_STARTS)
        return a, {"account_id": a, "known_at": known, source.event: on}
    a = m.some()
    at = m.moments(len(a))
    return a, {"account_id": a, "known_at": m.later(at), source.event: at}


def _drawn(m: _Maker, dtype: pl.DataType, n: int) -> list[object]:
    if dtype.is_float():
        return list(m.money(n))
    if dtype.is_integer():
        return list(m.rng.integers(0, 9, n))
    return m.pick((True, False) if dtype == pl.Boolean else ("a", "乙"), n)


_TABLES |= {s.table: _linked(s) for s in LINKED.values() if s.table not in _TABLES}
_TABLES["account_flags"] = _account_flags
OPTIONAL = sorted(set(_TABLES) - {"accounts"})


def typed(frame: dict[str, object] | pl.DataFrame, table: str) -> pl.DataFrame:
    """Cast to the contract's types."""
    schema = empty(TABLES[table].schema).schema
    return pl.DataFrame(frame, strict=False).select(schema.names()).cast(schema)


def world(
    seed: int, n_accounts: int = 3, rows: int = 12, absent: Collection[str] = (), empty: Collection[str] = ()
) -> World:
    """A random portfolio; `absent` tables do not exist, `empty` ones have no rows."""
    maker = _Maker(seed, n_accounts, rows)
    frames = {name: typed(make(maker), name) for name, make in _TABLES.items()}
    kept = {n: f.clear() if n in empty else f for n, f in frames.items() if n not in absent}
    pairs = [(int(a), t) for t in AS_OFS for a in (*maker.accounts, 5)]
    frame = pl.DataFrame(pairs, schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")}, orient="row")
    order = maker.rng.permutation(frame.height)
    return World(Tables(kept), Observations(frame[order]))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Random portfolios, with absent and empty tables."""
    absent = draw(st.sets(st.sampled_from(OPTIONAL), max_size=4))
    empty = draw(st.sets(st.sampled_from(OPTIONAL), max_size=4))
    size = draw(st.integers(1, 4))
    return world(draw(st.integers(0, 2**32 - 1)), size, draw(st.integers(0, 20)), absent, empty)


def account_tables(tables: Tables, account_id: int) -> Tables:
    """One account's rows, and the shared tables."""
    own = {
        n: f.filter(pl.col("account_id") == account_id)
        for n, f in tables.frames.items()
        if n in ACCOUNT_TABLES
    }
    return Tables({**tables.frames, **own})


def stated(writer: TableWriter, name: str, origin: dict[str, str]) -> TableStore:
    """The written tables as a data set of which every table is complete until its present."""
    return writer.finish(name, origin, complete_until=dict.fromkeys(TABLES, PRESENT), present=PRESENT)
