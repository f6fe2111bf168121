"""Feature expressions over a user's loans, oldest first, grouped by theme.

Each reads the columns that `features.history` makes: `age` (days from the loan to the moment of observation),
`amount`, `log_amount`, `plan` (instalments), `gap` (days since the loan before), `rest` and `due`
(instalments outstanding, and due in the next 30 days, in yuan), `balance` and `open_loans` (yuan owed and
open loans just after the loan), `moment`.
"""

from collections.abc import Iterator

import polars as pl

WINDOWS = (3, 7, 14, 21, 28, 42, 56, 84)
"""Counting windows, days; whole weeks from the third on, so that each weekday counts equally often."""
PLANS = (1, 3, 6, 12)
DECAY_DAYS = (7, 15, 30)
LATEST = 5
SMALL_YUAN = 100.0
"""The smallest loan, yuan: added to both sides of a ratio, it stays finite where nothing was borrowed."""
_age, _amount, _plan, _gap, _moment = (
    pl.col("age"),
    pl.col("amount"),
    pl.col("plan"),
    pl.col("gap"),
    pl.col("moment"),
)


def longest_window(window_days: int) -> int:
    """The longest counting window within `window_days`."""
    return max(days for days in WINDOWS if days <= window_days)


def counts(window_days: int) -> Iterator[pl.Expr]:
    """Number of loans, amount, and days with a loan, by window."""
    for days in (w for w in WINDOWS if w <= window_days):
        inside = _age <= days
        yield inside.sum().alias(f"loans_{days}d")
        yield _amount.filter(inside).sum().alias(f"amount_{days}d")
        yield _moment.dt.date().filter(inside).n_unique().alias(f"days_{days}d")
    for low, high in ((28, 56), (56, 84)):
        if high <= window_days:
            between = (_age > low) & (_age <= high)
            yield between.sum().alias(f"loans_{low}_{high}d")
            yield _amount.filter(between).sum().alias(f"amount_{low}_{high}d")


def loan_sizes(window_days: int) -> Iterator[pl.Expr]:
    """Sizes of the loans, their plans, and when in month, week and day they were taken."""
    inside = _age <= window_days
    for name, column in (("amount", _amount), ("log_amount", pl.col("log_amount")), ("plan", _plan)):
        kept = column.filter(inside)
        yield kept.mean().alias(f"{name}_mean")
        yield kept.max().alias(f"{name}_max")
    yield _amount.filter(inside).min().alias("amount_min")
    yield pl.col("log_amount").filter(inside).std().alias("log_amount_spread")
    yield _plan.filter(inside).n_unique().alias("plan_kinds")
    yield _moment.dt.day().filter(inside).mean().alias("day_of_month_mean")
    yield _moment.dt.day().last().alias("day_of_month_last")
    yield _moment.dt.hour().mean().alias("hour_mean")
    yield _moment.dt.weekday().mean().alias("weekday_mean")


def loans_by_plan(window_days: int) -> Iterator[pl.Expr]:
    """Number and amount of loans on each instalment plan, and the time since the last one."""
    inside = _age <= window_days
    for plan in PLANS:
        on_plan = _plan == plan
        yield (on_plan & inside).sum().alias(f"plan{plan}_loans")
        yield _amount.filter(on_plan & inside).sum().alias(f"plan{plan}_amount")
        yield _age.filter(on_plan).last().alias(f"plan{plan}_since")


def outstanding_debt(window_days: int) -> Iterator[pl.Expr]:
    """Outstanding instalments of the loans within the window."""
    inside = _age <= window_days
    yield pl.col("rest").filter(inside).sum().alias("outstanding")
    yield pl.col("due").filter(inside).sum().alias("due_30d")


def balance_levels() -> Iterator[pl.Expr]:
    """Balances just after each loan, over the whole record."""
    yield pl.col("balance").max().alias("balance_max")
    yield pl.col("balance").mean().alias("balance_mean")
    yield pl.col("balance").last().alias("balance_last")
    yield pl.col("open_loans").max().alias("open_loans_max")


def recency() -> Iterator[pl.Expr]:
    """The latest loans and the time since them, over the whole record, however long it is."""
    for k in range(1, LATEST + 1):
        yield _age.get(-k, null_on_oob=True).alias(f"since_{k}")
    for k in range(1, 4):
        yield _amount.get(-k, null_on_oob=True).alias(f"amount_last_{k}")
        yield _plan.get(-k, null_on_oob=True).alias(f"plan_last_{k}")
    yield _gap.last().alias("gap_last")
    yield _gap.mean().alias("gap_mean")
    yield _gap.std().alias("gap_spread")
    yield _gap.max().alias("gap_max")
    yield _age.first().alias("since_first")


def loan_rates(record_days: int) -> Iterator[pl.Expr]:
    """Rates per 30 days of record and decaying sums: comparable between records of any length."""
    per_month = 30.0 / record_days
    yield (pl.len() * per_month).alias("loans_rate")
    yield (_amount.sum() * per_month).alias("amount_rate")
    yield (_moment.dt.date().n_unique() * per_month).alias("days_rate")
    yield _amount.max().alias("amount_max_ever")
    yield pl.col("log_amount").mean().alias("log_amount_mean_ever")
    for days in DECAY_DAYS:
        fading = (-_age / days).exp()
        yield fading.sum().alias(f"loans_fading_{days}d")
        yield (_amount * fading).sum().alias(f"amount_fading_{days}d")


def limit_ratios() -> Iterator[pl.Expr]:
    """Ratios to the initial limit, and to the user's own averages."""
    limit, largest = pl.col("initial_limit"), pl.col("amount_max_ever")
    yield (pl.col("amount_28d") / limit).alias("amount_28d_to_limit")
    yield (largest / limit).alias("amount_max_to_limit")
    yield (pl.col("amount_last_1") / limit).alias("amount_last_to_limit")
    yield (pl.col("outstanding") / limit).alias("outstanding_to_limit")
    yield (pl.col("due_30d") / limit).alias("due_to_limit")
    yield (limit - pl.col("outstanding")).alias("headroom")
    yield (largest.fill_null(0.0) - pl.col("outstanding")).alias("headroom_seen")
    yield (pl.col("since_1") / pl.col("gap_mean")).alias("since_to_gap")
    yield (pl.col("loans_28d") / (pl.col("loans_rate") + 0.01)).alias("loans_28d_to_rate")
    yield (pl.col("amount_28d") + 1.0).log(5.0).alias("log_amount_28d")
    yield (pl.col("since_1") / pl.col("gap_max")).alias("since_to_gap_max")
    yield (pl.col("since_first") - pl.col("since_1")).alias("active_span")


def balance_ratios() -> Iterator[pl.Expr]:
    """Undrawn limit, if the limit is the initial one or the highest balance, whichever is more."""
    limit, highest, owed_now = pl.col("initial_limit"), pl.col("balance_max"), pl.col("outstanding")
    seen = pl.max_horizontal(limit, highest)
    yield (highest / limit).alias("balance_max_to_limit")
    yield (highest - owed_now).alias("below_balance_max")
    yield (owed_now / highest).alias("outstanding_to_balance_max")
    yield (seen - owed_now).alias("headroom_to_limit_seen")
    yield (owed_now / seen).alias("outstanding_to_limit_seen")


def trends(window_days: int) -> Iterator[pl.Expr]:
    """The last four weeks against the four before."""
    if window_days < 56:
        return
    now, before = pl.col("amount_28d"), pl.col("amount_28_56d")
    yield ((now + SMALL_YUAN) / (before + SMALL_YUAN)).alias("amount_trend")
    yield (pl.col("loans_28d").cast(pl.Int64) - pl.col("loans_28_56d")).alias("loans_trend")
    yield (before + 1.0).log(5.0).alias("log_amount_28_56d")
    yield (pl.col("amount_56d") + 1.0).log(5.0).alias("log_amount_56d")


ZERO_WITHOUT_LOANS = (
    r"^(loans_.*|days_.*|amount_\d+d|amount_\d+_\d+d|amount_rate|amount_fading_.*"
    r"|plan\d+_(loans|amount)|outstanding|due_30d)$"
)
"""Features that are 0, not absent, for a user without loans."""
