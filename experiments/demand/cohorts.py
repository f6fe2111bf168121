"""What the neighbours did: users activated within days of each other, and those of them with the same limit.

A user without a loan on record tells no more than a limit and a day of activation; who was invited on a day,
and how, shows in what the others of that day did. Only features are read, never an outcome.

Shares are set against the share of all users: demand drifts from month to month, and a model that learnt this
month's level as a threshold would carry it into the next.
"""

import polars as pl

NEAR_DAYS = 7
NEAR_DAYS_SAME_LIMIT = 15
DAY = "activated_day"
LIMIT = "initial_limit"
COHORT = ("cohort_users", "cohort_borrowed", "near_borrowed", "near_borrowed_28d", "alike_borrowed")


def with_cohorts(features: pl.DataFrame, window_days: int) -> pl.DataFrame:
    """Adds `COHORT`: how many share the user's day of activation, how often neighbours borrowed (1 = as all).

    Args:
        features: with `activated_day`, `initial_limit` and the loans of 28 days and of the longest window.
        window_days: the longest counting window.
    """
    users = features.select(
        DAY, LIMIT, users=1, lately=pl.col("loans_28d") > 0, borrowed=pl.col(f"loans_{window_days}d") > 0
    )
    share = pl.col("borrowed") / pl.col("users") / users["borrowed"].mean()
    share_28d = pl.col("lately") / pl.col("users") / users["lately"].mean()
    same_day = around(users, 1).select(DAY, cohort_users="users", cohort_borrowed=share)
    near = around(users, NEAR_DAYS).select(DAY, near_borrowed=share, near_borrowed_28d=share_28d)
    alike = around(users, NEAR_DAYS_SAME_LIMIT, LIMIT).select(DAY, LIMIT, alike_borrowed=share)
    wide = features.join(same_day, on=DAY, how="left", maintain_order="left")
    wide = wide.join(near, on=DAY, how="left", maintain_order="left")
    return wide.join(alike, on=[DAY, LIMIT], how="left", maintain_order="left")


def around(users: pl.DataFrame, days: int, within: str | None = None) -> pl.DataFrame:
    """Sums over the users activated within `days` days centred on each day, for each value of `within`."""
    keys = [within, DAY] if within else [DAY]
    daily = users.group_by(keys).agg(pl.col("users", "lately", "borrowed").sum()).sort(keys)
    half = days // 2
    return daily.rolling(DAY, period=f"{days}i", offset=f"-{half + 1}i", group_by=within).agg(
        pl.col("users", "lately", "borrowed").sum()
    )
