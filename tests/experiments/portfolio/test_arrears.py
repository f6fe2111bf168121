"""Month-end status, recomputed by a plain loop over the bills and payments that the tables show."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.emit.tables import account_tables
from experiments.portfolio.simulation import Trajectories
from tests.scalars import number

Frames = dict[str, pl.DataFrame]
Bill = tuple[date, date, int]
Payments = Mapping[tuple[int, date], Sequence[tuple[date, int]]]


def bills_of(tables: Frames) -> Mapping[int, list[Bill]]:
    """By account, in order: bill date, due day, minimum in fen."""
    found: dict[int, list[Bill]] = defaultdict(list)
    columns = ("account_id", "statement_on", "due_on", "minimum_due_cny")
    for account, day, due, minimum in tables["statements"].select(columns).sort(columns[:2]).iter_rows():
        found[account].append((day, due, round(100 * minimum)))
    return found


def payments_of(tables: Frames) -> Payments:
    found: dict[tuple[int, date], list[tuple[date, int]]] = defaultdict(list)
    columns = ("account_id", "statement_on", "paid_at", "amount_cny")
    for account, bill, at, amount in tables["repayments"].select(columns).iter_rows():
        found[account, bill].append((at.date(), round(100 * amount)))
    return found


def unmet(account: int, bills: Sequence[Bill], payments: Payments, end: date) -> list[date] | None:
    """Due days whose minimum is unmet at the end of a day; None before the first bill that was met.

    Every minimum includes what is overdue: paying it clears all that was due before, paying less of it the
    oldest due day.
    """
    known, behind = False, list[date]()
    for day, due, minimum in bills:
        if day > end:
            break
        paid = sum(amount for at, amount in payments.get((account, day), ()) if at <= end)
        known = known or paid >= minimum
        behind = [] if paid >= minimum else [*behind[paid > 0 :], due]
    return behind if known else None


def recomputed(tables: Frames) -> Iterator[tuple[int, int]]:
    """Days past due as shown and as recomputed, at every month end after a bill that was met."""
    bills, payments = bills_of(tables), payments_of(tables)
    columns = ("account_id", "month_end", "days_past_due")
    for account, end, shown in tables["delinquency"].select(columns).iter_rows():
        behind = unmet(account, bills[account], payments, end)
        if behind is not None:
            yield shown, max([0, *((end - due).days for due in behind)])


def test_days_past_due_are_those_of_the_oldest_minimum_unmet_after_its_due_day(tables: Frames) -> None:
    found = list(recomputed(tables))
    assert len(found) > 30_000
    assert sum(shown > 0 for shown, _ in found) > 1_000
    assert [pair for pair in found if pair[0] != pair[1]] == []


def test_a_payment_some_days_late_across_a_month_end_shows_as_a_few_days_past_due(tables: Frames) -> None:
    paid = tables["repayments"].join(tables["statements"], on=["account_id", "statement_on"])
    late = paid.filter(
        (pl.col("paid_at").cast(pl.Date) > pl.col("due_on"))
        & (pl.col("amount_cny") >= pl.col("minimum_due_cny"))
        & (pl.col("due_on").dt.month() != pl.col("paid_at").dt.month())
    ).with_columns(month_end=pl.col("due_on").dt.month_end())
    late = late.filter(pl.col("due_on") < pl.col("month_end"))
    shown = late.select("account_id", "month_end").join(tables["delinquency"], on=["account_id", "month_end"])
    assert shown.height == late.height
    assert shown.height > 50
    assert number(shown["days_past_due"].min()) > 0
    few = shown.filter(pl.col("days_past_due") <= 20)
    assert few.height > 0.6 * shown.height


def test_an_account_written_off_goes_on_ageing(tables: Frames) -> None:
    days = (
        tables["delinquency"]
        .sort("account_id", "month_end")
        .with_columns(
            before=pl.col("days_past_due").shift(1).over("account_id"),
            month=pl.col("month_end").dt.days_in_month(),
        )
    )
    gone = days.filter(pl.col("before") > 215)
    assert gone.height > 500
    assert (gone["days_past_due"] - gone["before"] == gone["month"]).all()


def test_sixty_days_follow_two_or_three_bills_left_unpaid(trajectories: Trajectories, tables: Frames) -> None:
    """Which of the two depends on how the bill day lies to the month end; three in a row always do."""
    shown = tables["delinquency"]
    row = np.searchsorted(trajectories.accounts, shown["account_id"].to_numpy())
    first, at = trajectories.config.month_start(0), shown["month_end"]
    column = ((at.dt.year() - first.year) * 12 + at.dt.month().cast(pl.Int32) - first.month).to_numpy()
    before = trajectories.months["missed"][row, column - 1]
    bad = shown["days_past_due"].to_numpy() >= 60
    assert before[bad].min() == 2
    assert bad[before >= 4].mean() > 0.98


def test_statuses_arrive_as_long_after_the_month_as_the_feed_takes(
    config: SimulationConfig, trajectories: Trajectories, tables: Frames
) -> None:
    for hours in (2, 72, 360):
        slow = Trajectories(
            config.with_delays({"delinquency": hours}), trajectories.accounts[:50], trajectories.people[:50],
            0, trajectories.months[:50], trajectories.orders[:0],
        )  # fmt: skip
        status = account_tables(slow)["delinquency"]
        wait = status["known_at"] - (status["month_end"] + timedelta(days=1)).cast(pl.Datetime("us"))
        assert set(wait.dt.total_hours()) == {hours}
        last = trajectories.config.month_start(config.span) - timedelta(days=1)
        assert (last in status["month_end"].to_list()) is False
