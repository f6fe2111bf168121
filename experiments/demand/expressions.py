"""What is asked of a user's loans: one list of expressions a question, over loans oldest first.

Each reads the columns that `features.history` makes: `age` (days from the loan to the moment of observation),
`amount`, `log_amount`, `plan` (instalments), `gap` (days from the loan before), `rest` and `due` (instalments
outstanding, and due in the next 30 days, in yuan), `balance` and `open_loans` (yuan owed and loans running
just after the loan), `moment`.
"""

from collections.abc import Iterator

import polars as pl

WINDOWS = (3, 7, 14, 21, 28, 42, 56, 84)
"""Whole weeks from the third on, so that every window holds each weekday as often."""
PLANS = (1, 3, 6, 12)
DECAY_DAYS = (7, 15, 30)
LATEST = 5
SMALL_YUAN = 100.0
"""The smallest loan: keeps a ratio finite where nothing was borrowed."""
_age, _amount, _plan, _gap, _moment = (
    pl.col("age"),
    pl.col("amount"),
    pl.col("plan"),
    pl.col("gap"),
    pl.col("moment"),
)


def longest(window_days: int) -> int:
    """The longest counting window within `window_days`."""
    return max(days for days in WINDOWS if days <= window_days)


def counts(window_days: int) -> Iterator[pl.Expr]:
    """How many loans, how much, on how many days, by window."""
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


def sizes(window_days: int) -> Iterator[pl.Expr]:
    """How large the loans were, on what plans, when in the month and day."""
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


def plans(window_days: int) -> Iterator[pl.Expr]:
    """How many loans and how much on each plan, and the time since the last of it."""
    inside = _age <= window_days
    for plan in PLANS:
        on_plan = _plan == plan
        yield (on_plan & inside).sum().alias(f"plan{plan}_loans")
        yield _amount.filter(on_plan & inside).sum().alias(f"plan{plan}_amount")
        yield _age.filter(on_plan).last().alias(f"plan{plan}_since")


def stock(window_days: int) -> Iterator[pl.Expr]:
    """What is still to be paid, as far as loans of the window tell."""
    inside = _age <= window_days
    yield pl.col("rest").filter(inside).sum().alias("outstanding")
    yield pl.col("due").filter(inside).sum().alias("due_30d")


def owed() -> Iterator[pl.Expr]:
    """How deep in debt the user was seen: this reads the whole record."""
    yield pl.col("balance").max().alias("balance_max")
    yield pl.col("balance").mean().alias("balance_mean")
    yield pl.col("balance").last().alias("balance_last")
    yield pl.col("open_loans").max().alias("open_loans_max")


def recency() -> Iterator[pl.Expr]:
    """The latest loans and the time since: these read the whole record, however long it is."""
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


def rates(record_days: int) -> Iterator[pl.Expr]:
    """Per 30 days of record, and with weights that fade: comparable between records of other lengths."""
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


def against_limit() -> Iterator[pl.Expr]:
    """Set against the initial limit, and against the user's own habit."""
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


def against_balance() -> Iterator[pl.Expr]:
    """What is free, if the limit is the initial one or the highest balance seen, whichever is more."""
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
"""What is 0, and not absent, for a user who took no loan."""
