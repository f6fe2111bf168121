"""Marginals of the data set, read from its tables, beside the range in which they are plausible."""

from dataclasses import dataclass

import polars as pl
from rich.console import Console
from rich.table import Table

from features.tables import TableStore

STATES = ("current", "1-30", "31-60", "61-90", "91-180", "over 180")
"""Delinquency states, days past due at month end."""
EDGES = (0, 30, 60, 90, 180)
BAD_DAYS, WINDOW = 60, 12


@dataclass(frozen=True)
class Marginal:
    """A figure of the data set.

    Attributes:
        name: what it is.
        value: the figure, a share unless the name says otherwise.
        low: lower end of what is plausible.
        high: upper end.
    """

    name: str
    value: float
    low: float
    high: float


def report(store: TableStore) -> None:
    """Prints marginals, roll rates, and the bad rate by quarter of observation."""
    console = Console(width=110)
    frames = {name: _whole(store, name) for name in ("accounts", "statements", "repayments", "delinquency")}
    figures = marginals(frames, _whole(store, "limit_changes"))
    console.print(_figures_table(figures))
    console.print(_roll_table(roll_rates(frames["delinquency"])))
    by_quarter = bad_by_month(frames["delinquency"]).group_by(
        pl.col("month_end").dt.truncate("1q"), maintain_order=True
    )
    shown = Table("observed in quarter", "bad within 12 months", title="60+ days past due")
    for (quarter,), rows in by_quarter:
        shown.add_row(str(quarter), f"{_mean(rows, 'bad'):.2%}")
    console.print(shown)


def _whole(store: TableStore, name: str) -> pl.DataFrame:
    return pl.concat([store.read(bucket, (name,))[name] for bucket in store.buckets()])


def _mean(frame: pl.DataFrame, column: str) -> float:
    value = frame[column].cast(pl.Float64).mean()
    return float(value) if isinstance(value, float) else float("nan")


def marginals(frames: dict[str, pl.DataFrame], changes: pl.DataFrame) -> list[Marginal]:
    """The figures; ranges are orders of magnitude of published portfolios, as in the first simulation."""
    paid = settled(frames["statements"], frames["repayments"])
    status = frames["delinquency"].with_columns(state=_state())
    live = status.filter(pl.col("state") < 5)
    raises = changes.filter(pl.col("new_limit_cny") > pl.col("old_limit_cny"))
    months = live.height
    return [
        Marginal("bad: 60+ days past due within 12 months", _mean(bad_by_month(status), "bad"), 0.03, 0.05),
        Marginal(
            "1-30 days past due at month end", _mean(live.select(x=pl.col("state") == 1), "x"), 0.005, 0.03
        ),
        Marginal(
            "31-60 days past due at month end", _mean(live.select(x=pl.col("state") == 2), "x"), 0.002, 0.015
        ),
        Marginal("bills with something due", _mean(paid.select(x=pl.col("due_cny") > 0), "x"), 0.75, 1.0),
        Marginal("of these: paid in full by the due day", _mean(_due(paid), "full_in_time"), 0.55, 0.85),
        Marginal("of these: carried on in part", _mean(_due(paid), "carried"), 0.10, 0.40),
        Marginal("of these: minimum not paid by the due day", _mean(_due(paid), "missed"), 0.02, 0.10),
        Marginal("utilisation, mean over bills", _mean(utilisation(frames, changes), "used"), 0.15, 0.45),
        Marginal("raises a year and account", len(raises) / months * 12, 0.02, 0.30),
    ]


def _due(paid: pl.DataFrame) -> pl.DataFrame:
    return paid.filter(pl.col("due_cny") > 0)


def _state() -> pl.Expr:
    return pl.sum_horizontal([(pl.col("days_past_due") > edge).cast(pl.Int32) for edge in EDGES])


def settled(statements: pl.DataFrame, repayments: pl.DataFrame) -> pl.DataFrame:
    """Bills whose due day has passed, with what was paid towards them by it and since."""
    last = repayments["paid_at"].dt.date().max()
    bills = statements.filter(pl.col("due_on") < last)
    keys = ["account_id", "statement_on"]
    in_time = pl.col("paid_at").dt.date() <= pl.col("due_on")
    sums = (
        repayments.join(bills.select(*keys, "due_on"), on=keys)
        .group_by(keys)
        .agg(
            pl.col("amount_cny").sum().alias("paid"), pl.col("amount_cny").filter(in_time).sum().alias("soon")
        )
    )
    joined = bills.join(sums, on=keys, how="left").with_columns(pl.col("paid", "soon").fill_null(0.0))
    return joined.with_columns(
        full_in_time=pl.col("soon") >= pl.col("due_cny") - 0.005,
        carried=pl.col("paid") < pl.col("due_cny") - 0.005,
        missed=pl.col("soon") < pl.col("minimum_due_cny") - 0.005,
    )


def utilisation(frames: dict[str, pl.DataFrame], changes: pl.DataFrame) -> pl.DataFrame:
    """`used`: the balance of each bill over the limit on its day."""
    first = frames["accounts"].select(
        "account_id", pl.col("opened_on").alias("day"), limit="initial_limit_cny"
    )
    later = changes.select("account_id", pl.col("effective_at").dt.date().alias("day"), limit="new_limit_cny")
    limits = pl.concat([first, later]).sort("day")
    bills = frames["statements"].sort("statement_on")
    joined = bills.join_asof(
        limits, left_on="statement_on", right_on="day", by="account_id", check_sortedness=False
    )
    return joined.select(used=pl.col("balance_cny") / pl.col("limit"))


def bad_by_month(delinquency: pl.DataFrame) -> pl.DataFrame:
    """`month_end` and `bad` of accounts not yet 60 days past due, up to twelve month ends before the last."""
    last = delinquency["month_end"].max()
    bad = pl.col("days_past_due") >= BAD_DAYS
    ahead = pl.max_horizontal([bad.shift(-k).over("account_id") for k in range(1, WINDOW + 1)])
    return (
        delinquency.sort("account_id", "month_end")
        .with_columns(bad=ahead)
        .filter(~bad, pl.col("month_end").dt.offset_by(f"{WINDOW}mo").dt.month_end() <= last)
        .select("month_end", "bad")
        .sort("month_end")
    )


def roll_rates(delinquency: pl.DataFrame) -> pl.DataFrame:
    """Share of each state (row) that is in each state (column) a month later."""
    pairs = (
        delinquency.sort("account_id", "month_end")
        .with_columns(state=_state())
        .with_columns(then=pl.col("state").shift(-1).over("account_id"))
        .drop_nulls("then")
    )
    counts = pairs.group_by("state", "then").len().pivot("then", index="state", values="len").fill_null(0)
    columns = [str(k) for k in range(len(STATES)) if str(k) in counts.columns]
    total = pl.sum_horizontal(columns)
    return counts.sort("state").select("state", *[pl.col(name) / total for name in columns])


def _figures_table(figures: list[Marginal]) -> Table:
    shown = Table("figure", "value", "plausible", title="Cash-flow portfolio", title_justify="left")
    for figure in figures:
        inside = "" if figure.low <= figure.value <= figure.high else "  outside"
        shown.add_row(figure.name, f"{figure.value:.3f}", f"{figure.low:g} to {figure.high:g}{inside}")
    return shown


def _roll_table(rates: pl.DataFrame) -> Table:
    columns = [name for name in rates.columns if name != "state"]
    shown = Table("from", *[STATES[int(name)] for name in columns], title="Roll rates", title_justify="left")
    for row in rates.iter_rows(named=True):
        shown.add_row(STATES[row["state"]], *[f"{row[name]:.1%}" for name in columns])
    return shown
