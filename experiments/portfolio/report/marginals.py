"""Marginals of the simulated portfolio beside published figures, and consent by source."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from experiments.portfolio.report.delinquency import bad_rate, stocks
from experiments.portfolio.report.panel import Panel
from features.sources.registry import LINKED
from features.tables import TableStore

ABN_NOTE = (
    "ABN: asset-backed notes on JD Baitiao receivables (东道3号 2020 first issue, at its end in 2022; press "
    "report of 2022-09-20), a pool in run-off, so late stages weigh more than in a portfolio that grows"
)


@dataclass(frozen=True)
class Marginal:
    """One figure of the simulated portfolio beside a published one.

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
    return [*_delinquency(panel, store), *_usage(panel, store), *_limits(panel)]


def _delinquency(panel: Panel, store: TableStore) -> list[Marginal]:
    stock = stocks(panel)
    return [
        Marginal("bad_rate_12m", bad_rate(panel), "cumulative default up to about 3 %", "ABN, rating report"),
        Marginal("stock_1_30", stock[1], "0.91 %", "ABN, stock of the pool"),
        Marginal("stock_31_60", stock[2], "1.13 %", "ABN, stock of the pool"),
        Marginal("stock_61_90", stock[3], "1.15 %", "ABN, stock of the pool"),
        Marginal(
            "stock_91_180",
            stock[4],
            "91+ 4.62 %; a listed lender 3.7 % at 90+ (2024 Q2)",
            "ABN, stock of the pool",
        ),
        Marginal("late_on_day_1", _late_share(store), "near 5 %", "usual order of magnitude, unverified"),
    ]


def _usage(panel: Panel, store: TableStore) -> list[Marginal]:
    use = panel.balance / np.maximum(panel.limit, 1.0)
    open_months, users = int((panel.dpd >= 0).sum()), "JD contest tables 2017 (cash loans, another product)"
    orders = store.info.rows["orders"] / open_months
    return [
        Marginal("utilisation_mean", float(np.nanmean(use)), "", ""),
        Marginal("utilisation_median", float(np.nanmedian(use)), "", ""),
        Marginal("orders_per_account_month", orders, "", ""),
        Marginal("monthly_users", _users(store, open_months), "22 % borrow in a month", users),
    ]


def _limits(panel: Panel) -> list[Marginal]:
    initial, tested = float(np.median(panel.initial)), float((panel.arm >= 0).any(axis=1).mean())
    return [
        Marginal("initial_limit_median_cny", initial, "5k to 25k", "JD contest tables 2017"),
        Marginal("raised_share_per_year", 12 * _raised(panel), "", ""),
        Marginal("tested_share", tested, "", ""),
    ]


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
    """Share of the bills of accounts not past due at the last month end that are not paid by the due day."""
    late, due = 0, 0
    for bucket in store.buckets():
        tables = store.read(bucket, ("statements", "repayments", "delinquency"))
        current = tables["delinquency"].filter(pl.col("days_past_due") == 0)
        bills = tables["statements"].filter(pl.col("minimum_due_cny") > 0)
        month_end = pl.col("statement_on").dt.month_start().dt.offset_by("-1d")
        bills = bills.with_columns(month_end=month_end).join(
            current, on=["account_id", "month_end"], how="semi"
        )
        last = tables["repayments"]["paid_at"].cast(pl.Date).max()
        bills = bills.filter(pl.col("due_on") < last)
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
    """Share of account-months with a raise by policy or on request."""
    return float((panel.raised > 0).sum() / (panel.dpd >= 0).sum())
