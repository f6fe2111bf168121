"""Marginals of the simulated portfolio beside published figures; stocks, roll rates and vintages."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.portfolio.report.panel import Panel
from features.arrays import Floats
from features.sources.registry import LINKED
from features.tables import TableStore

STATES = ("current", "1-30", "31-60", "61-90", "91-180", "over 180")
EDGES = (0, 30, 60, 90, 180)
ABN = "JD Baitiao ABN (东道3号 2020 first issue, at its end in 2022, press report of 2022-09-20)"


@dataclass(frozen=True)
class Marginal:
    """A figure of the simulated portfolio beside the published one.

    Attributes:
        name: key in the report, unit in the name.
        simulated: measured on the tables.
        published: as published, in words; empty where nothing was found.
        source: who published it.
    """

    name: str
    simulated: float
    published: str
    source: str


def marginals(panel: Panel, store: TableStore) -> list[Marginal]:
    """All marginals of the report."""
    stock = stocks(panel)
    late, orders = _late_share(store), store.info.rows["orders"]
    pool = f"{ABN}: a pool in run-off, so late stages weigh more than in a portfolio that grows"
    open_months = int((panel.dpd >= 0).sum())
    use = panel.balance / np.maximum(panel.limit, 1.0)
    return [
        Marginal(
            "bad_rate_12m", bad_rate(panel), "cumulative default up to about 3 %", f"rating report of {ABN}"
        ),
        Marginal("stock_1_30", stock[1], "0.91 %", pool),
        Marginal("stock_31_60", stock[2], "1.13 %", pool),
        Marginal("stock_61_90", stock[3], "1.15 %", pool),
        Marginal("stock_91_180", stock[4], "91+ 4.62 %; a listed lender 3.7 % at 90+ (2024 Q2)", pool),
        Marginal("late_on_day_1", late, "near 5 %", "usual order of magnitude, unverified"),
        Marginal("utilisation_mean", float(np.nanmean(use)), "", ""),
        Marginal("utilisation_median", float(np.nanmedian(use)), "", ""),
        Marginal("orders_per_account_month", orders / open_months, "", ""),
        Marginal(
            "monthly_users",
            _users(store, open_months),
            "22 % borrow in a month",
            "JD contest tables 2017 (cash loans, another product)",
        ),
        Marginal(
            "initial_limit_median_cny", float(np.median(panel.initial)), "5k to 25k", "JD contest tables 2017"
        ),
        Marginal("raised_share_per_year", 12 * _raised(panel), "", ""),
        Marginal("tested_share", float((panel.arm >= 0).any(axis=1).mean()), "", ""),
    ]


def _states(panel: Panel) -> NDArray[np.int64]:
    """(n, m) position in `STATES`, −1 where not open."""
    return np.asarray(np.where(panel.dpd < 0, -1, np.searchsorted(EDGES, panel.dpd)))


def stocks(panel: Panel) -> Floats:
    """(6,) shares of open accounts by state, those over 180 days (written off) left out of the base."""
    state = _states(panel)
    counts = np.bincount(state[state >= 0], minlength=6).astype(float)
    return np.asarray(counts / counts[:5].sum())


def roll_rates(panel: Panel) -> Floats:
    """(6, 6) chances of the state next month, given this month's."""
    state = _states(panel)
    now, then = state[:, :-1].ravel(), state[:, 1:].ravel()
    known = (now >= 0) & (then >= 0)
    counts = np.bincount(now[known] * 6 + then[known], minlength=36).reshape(6, 6).astype(float)
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))


def bad_rate(panel: Panel) -> float:
    """Share of account-months less than 60 days past due that reach 60 days within twelve months."""
    return float(np.nanmean(bad_by_month(panel)))


def bad_by_month(panel: Panel) -> Floats:
    """(m − 12,) the same by month."""
    bad = np.pad(np.cumsum(panel.dpd >= 60, axis=1), ((0, 0), (1, 0)))
    rates = []
    for month in range(1, panel.dpd.shape[1] - 11):
        before = panel.dpd[:, month - 1]
        base = (before >= 0) & (before < 60)
        rates.append(float((bad[base, month + 12] > bad[base, month]).mean()))
    return np.array(rates)


def vintages(panel: Panel) -> dict[int, Floats]:
    """By opening half-year within the months shown: share ever 60+ days past due, by months on book."""
    bad = np.maximum.accumulate(panel.dpd >= 60, axis=1)
    curves = {}
    for half in range(panel.dpd.shape[1] // 6):
        rows = np.nonzero(panel.opened // 6 == half)[0]
        length = panel.dpd.shape[1] - 6 * half - 6
        if len(rows) < 50 or length < 6:
            continue
        at = panel.opened[rows, None] + np.arange(length)
        curves[half] = np.asarray(bad[rows[:, None], at].mean(axis=0))
    return curves


def consent_by_source(store: TableStore) -> pl.DataFrame:
    """By source: shares of accounts that consented, withdrew, have rows; rows known without consent."""
    frames = [_consent_of(store, bucket) for bucket in store.buckets()]
    total = pl.concat(frames).group_by("source").sum()
    n = store.info.rows["accounts"]
    shares = [(pl.col(name) / n).alias(name) for name in ("consented", "withdrew", "with_rows")]
    return total.with_columns(shares).sort("source")


def _consent_of(store: TableStore, bucket: int) -> pl.DataFrame:
    tables = store.read(bucket)
    rows = []
    for source, stated in LINKED.items():
        grants = tables["consents"].filter(pl.col("source") == source)
        facts = tables[stated.table]
        joined = facts.join(grants, on="account_id", how="left", suffix="_consent")
        held = (pl.col("granted_at") <= pl.col("known_at")) & (
            pl.col("revoked_at").is_null()
            | (pl.col("known_at") < pl.col("revoked_at") + pl.duration(days=26))
        )
        covered = joined.filter(held).height
        rows.append(
            {
                "source": source,
                "consented": float(grants["account_id"].n_unique()),
                "withdrew": float(grants["revoked_at"].is_not_null().sum()),
                "with_rows": float(facts["account_id"].n_unique()),
                "rows_without_consent": float(facts.height - covered),
            }
        )
    return pl.DataFrame(rows)


def _late_share(store: TableStore) -> float:
    """Share of the bills of accounts not past due that nothing is paid on by the due day."""
    late, due = 0, 0
    for bucket in store.buckets():
        tables = store.read(bucket, ("statements", "repayments", "delinquency"))
        current = tables["delinquency"].filter(pl.col("days_past_due") == 0)
        bills = tables["statements"].filter(pl.col("minimum_due_cny") > 0)
        bills = bills.join(
            current, left_on=["account_id", "statement_on"], right_on=["account_id", "month_end"], how="semi"
        )
        last = bills["statement_on"].max()
        bills = bills.filter(pl.col("statement_on") < last)
        paid = tables["repayments"].select("account_id", "statement_on", pl.col("paid_at").dt.date())
        joined = bills.join(paid, on=["account_id", "statement_on"], how="left")
        late += joined.filter(pl.col("paid_at").is_null() | (pl.col("paid_at") > pl.col("due_on"))).height
        due += joined.height
    return late / due


def _users(store: TableStore, open_months: int) -> float:
    """Share of account-months with a purchase on credit."""
    users = 0
    for bucket in store.buckets():
        orders = store.read(bucket, ("orders",))["orders"].filter("on_credit")
        month = orders["placed_at"].dt.truncate("1mo")
        users += orders.select("account_id", month).n_unique()
    return users / open_months


def _raised(panel: Panel) -> float:
    return float((panel.raised > 0).sum() / (panel.dpd >= 0).sum())
