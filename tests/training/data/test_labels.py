"""Outcomes on small literal histories, at their boundary days."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from features.calendar import last_full_month_end
from training.config.schema import LabelConfig
from training.data.labels import month_ends_until, outcomes

AS_OF = datetime(2024, 1, 1)
LABEL = LabelConfig(dpd=60, window_months=3, indeterminate_dpd=30, min_tenure_months=3)


def history(*rows: tuple[date, int], known: dict[date, datetime] | None = None) -> pl.DataFrame:
    known = known or {}
    return pl.DataFrame(
        {
            "account_id": [1] * len(rows),
            "known_at": [known.get(d, datetime(d.year, d.month, d.day, 12)) for d, _ in rows],
            "month_end": [d for d, _ in rows],
            "days_past_due": [dpd for _, dpd in rows],
        },
        schema_overrides={"known_at": pl.Datetime("us"), "days_past_due": pl.Int32},
    )


def outcome(
    rows: pl.DataFrame,
    opened: date = date(2023, 1, 1),
    last: date = date(2024, 6, 30),
    as_of: datetime = AS_OF,
) -> str | None:
    accounts = pl.DataFrame({"account_id": [1], "opened_on": [opened]})
    observations = pl.DataFrame(
        {"account_id": [1], "as_of": [as_of]}, schema_overrides={"as_of": pl.Datetime("us")}
    )
    found = outcomes(rows, accounts, observations, LABEL, last)
    return found["outcome"][0] if found.height else None


JAN, FEB, MAR, APR = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)
DEC = date(2023, 12, 31)


@pytest.mark.parametrize(
    ("worst", "expected"),
    [(0, "good"), (29, "good"), (30, "indeterminate"), (59, "indeterminate"), (60, "bad")],
)
def test_the_worst_days_past_due_in_the_window_decides(worst: int, expected: str) -> None:
    assert outcome(history((JAN, 0), (FEB, worst), (MAR, 0))) == expected


def test_a_month_end_after_the_window_does_not_count() -> None:
    assert outcome(history((JAN, 0), (FEB, 0), (MAR, 0), (APR, 90))) == "good"


def test_the_last_month_end_of_the_window_counts() -> None:
    assert outcome(history((JAN, 0), (FEB, 0), (MAR, 60))) == "bad"


def test_a_month_end_on_the_as_of_day_belongs_to_the_past() -> None:
    moments = np.array(["2024-01-30T23", "2024-01-31", "2024-02-28", "2024-04-30"], "M8[us]")
    counted = month_ends_until(moments.view(np.int64))
    assert (counted - counted[0]).tolist() == [0, 1, 1, 4]
    rows = history((JAN, 90), (FEB, 0), (MAR, 0), (APR, 0), known={JAN: datetime(2024, 2, 2)})
    assert outcome(rows, as_of=datetime(2024, 1, 31)) == "good"
    assert outcome(rows, as_of=datetime(2024, 1, 30, 23)) == "bad"


@pytest.mark.parametrize("day", [1, 10, 15, 28])
def test_the_window_of_any_day_holds_the_month_ends_of_as_many_months(day: int) -> None:
    as_of = datetime(2024, 1, day, 13)
    assert outcome(history((JAN, 0), (FEB, 0), (MAR, 60), (APR, 0)), as_of=as_of) == "bad"
    assert outcome(history((JAN, 0), (FEB, 0), (MAR, 0), (APR, 60)), as_of=as_of) == "good"


def test_a_day_late_in_its_month_matures_with_its_own_window() -> None:
    rows = history((JAN, 0), (FEB, 0), (MAR, 0), (APR, 60))
    assert outcome(rows, as_of=datetime(2024, 1, 31, 1), last=MAR) == "immature"
    assert outcome(rows, as_of=datetime(2024, 1, 31, 1), last=APR) == "bad"


def test_the_status_of_the_last_known_month_end_says_who_is_already_bad() -> None:
    late = history((DEC, 60), (JAN, 0), (FEB, 0), (MAR, 0), known={DEC: datetime(2024, 1, 15)})
    assert outcome(late, as_of=datetime(2024, 1, 14)) == "good"
    assert outcome(late, as_of=datetime(2024, 1, 16)) == "already_bad"


def test_an_account_known_to_be_60_days_late_is_left_out() -> None:
    assert outcome(history((DEC, 60), (JAN, 90), (FEB, 120), (MAR, 150))) == "already_bad"


def test_lateness_not_yet_known_at_the_moment_leaves_the_account_in() -> None:
    late = history((DEC, 60), (JAN, 90), (FEB, 0), (MAR, 0), known={DEC: AS_OF})
    assert outcome(late) == "bad"


def test_no_outcome_matures_before_the_data_covers_the_whole_window() -> None:
    rows = history((JAN, 90), (FEB, 120))
    assert outcome(rows, last=FEB) == "immature"
    assert outcome(history((JAN, 0), (FEB, 0), (MAR, 0)), last=MAR) == "good"


def test_an_account_that_leaves_the_records_while_good_is_immature() -> None:
    assert outcome(history((JAN, 0), (FEB, 0))) == "immature"


def test_an_account_that_leaves_the_records_after_going_bad_is_bad() -> None:
    assert outcome(history((JAN, 30), (FEB, 60))) == "bad"


def test_accounts_younger_than_the_least_tenure_are_too_new() -> None:
    rows = history((JAN, 0), (FEB, 0), (MAR, 0))
    assert outcome(rows, opened=date(2023, 10, 1)) == "good"
    assert outcome(rows, opened=date(2023, 10, 2)) == "too_new"


def test_an_account_opened_on_the_as_of_day_does_not_exist_yet() -> None:
    assert outcome(history((JAN, 0)), opened=date(2024, 1, 1)) is None


def test_the_last_known_version_of_a_month_end_counts() -> None:
    rows = pl.concat(
        [history((JAN, 0), (FEB, 60), (MAR, 0)), history((FEB, 0), known={FEB: datetime(2024, 5, 1)})]
    )
    assert outcome(rows) == "good"


def test_the_last_full_month_end_of_a_day() -> None:
    assert last_full_month_end(date(2024, 2, 29)) == FEB
    assert last_full_month_end(date(2024, 2, 28)) == JAN
