"""Borrowing rates of activation cohorts: users activated within days of each other, also by initial limit.

All that is known of a user without loans is a limit and a day of activation; how the users of that day were
acquired shows in the loans of the others. Only features are read, never an outcome.

Rates are relative to the rate of all users: demand drifts from month to month, and a split on an absolute
rate would carry the training month's level into the next.
"""

import polars as pl

NEAR_DAYS = 7
NEAR_DAYS_SAME_LIMIT = 15
DAY = "activated_day"
LIMIT = "initial_limit"
COHORT = ("cohort_users", "cohort_borrowed", "near_borrowed", "near_borrowed_28d", "alike_borrowed")


def add_cohort_shares(features: pl.DataFrame, window_days: int) -> pl.DataFrame:
    """Adds `COHORT`: size of the day's cohort, borrowing rates of cohorts near it relative to all users.

    Args:
        features: with `activated_day`, `initial_limit` and the loans of 28 days and of the longest window.
        window_days: the longest counting window.
    """
    users = features.select(
        DAY, LIMIT, users=1, lately=pl.col("loans_28d") > 0, borrowed=pl.col(f"loans_{window_days}d") > 0
    )
    share = pl.col("borrowed") / pl.col("users") / users["borrowed"].mean()
    share_28d = pl.col("lately") / pl.col("users") / users["lately"].mean()
    same_day = rolling_sums(users, 1).select(DAY, cohort_users="users", cohort_borrowed=share)
    near = rolling_sums(users, NEAR_DAYS).select(DAY, near_borrowed=share, near_borrowed_28d=share_28d)
    alike = rolling_sums(users, NEAR_DAYS_SAME_LIMIT, LIMIT).select(DAY, LIMIT, alike_borrowed=share)
    wide = features.join(same_day, on=DAY, how="left", maintain_order="left")
    wide = wide.join(near, on=DAY, how="left", maintain_order="left")
    return wide.join(alike, on=[DAY, LIMIT], how="left", maintain_order="left")


def rolling_sums(users: pl.DataFrame, days: int, within: str | None = None) -> pl.DataFrame:
    """Sums over the users activated in a window of `days` days centred on each day, by value of `within`."""
    keys = [within, DAY] if within else [DAY]
    daily = users.group_by(keys).agg(pl.col("users", "lately", "borrowed").sum()).sort(keys)
    half = days // 2
    return daily.rolling(DAY, period=f"{days}i", offset=f"-{half + 1}i", group_by=within).agg(
        pl.col("users", "lately", "borrowed").sum()
    )
