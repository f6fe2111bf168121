"""Refuses a training set that would let a model see what was not yet known.

Two checks, one of dates and one of data:

- *dates* (`check_split`): does the label window of any training row reach past the earliest test observation,
  or, for the same account, into the window that the features of a test row read?
- *data* (`check_known`): are the features the same, to the last byte, when every row that was not yet known,
  and all that was revealed only later, is taken out of the tables?
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from features.contract.registry import TABLES
from features.engine import FeatureSet, build
from features.errors import LeakageError
from features.matrix import KEYS, FeatureMatrix, Observations
from features.tables import Tables

SHOWN = 3


@dataclass(frozen=True)
class SplitDates:
    """The dates of a split, derived anew.

    Attributes:
        first_train: earliest `as_of` of the training rows.
        last_label_end: end of the latest label window in training, included.
        first_test: earliest `as_of` of the test rows.
        shared_accounts: accounts in both training and test.
    """

    first_train: datetime
    last_label_end: datetime
    first_test: datetime
    shared_accounts: int


def check_split(
    train: pl.DataFrame, test: pl.DataFrame, label_months: int, *, feature_months: int | None = None
) -> SplitDates:
    """Checks the dates of a split against what may be known when.

    The label window of a row is `(as_of, as_of + label_months]`: the label is known only at its end. A model
    trained on it exists only then, so no test row may be observed at an earlier moment. And the outcome of an
    account must not also be one of its features: for an account in both training and test, the label window
    of a training row must not reach into `[as_of − feature_months, as_of)` of a test row.

    Args:
        train: `account_id` and `as_of` of the training rows.
        test: the same of the test rows.
        label_months: calendar months of the label window.
        feature_months: longest window of the features in calendar months, None for all of the past.

    Returns:
        The dates found.

    Raises:
        LeakageError: a row breaks the rule; the message shows which and by how much.
    """
    if train.is_empty() or test.is_empty():
        raise LeakageError(
            f"a split of {train.height} training and {test.height} test rows cannot be checked"
        )
    train_windows = train.select(*KEYS, label_end=pl.col("as_of").dt.offset_by(f"{label_months}mo"))
    test_windows = test.select(*KEYS, feature_start=_feature_start(feature_months))
    _refuse_late_labels(train_windows, test_windows, label_months)
    shared = _refuse_own_outcomes(train_windows, test_windows)
    return SplitDates(
        _moment(train["as_of"].min()),
        _moment(train_windows["label_end"].max()),
        _moment(test["as_of"].min()),
        shared,
    )


def _feature_start(feature_months: int | None) -> pl.Expr:
    if feature_months is None:
        return pl.lit(datetime.min, dtype=pl.Datetime("us"))
    return pl.col("as_of").dt.offset_by(f"-{feature_months}mo")


def _refuse_late_labels(train_windows: pl.DataFrame, test_windows: pl.DataFrame, label_months: int) -> None:
    first = _moment(test_windows["as_of"].min())
    late = train_windows.filter(pl.col("label_end") > first).sort("label_end", descending=True)
    if late.height:
        raise LeakageError(
            f"{late.height} training rows have label windows of {label_months} months ending after {first}, "
            f"the earliest test observation, such as {_rows(late)}. Leave at least {label_months} "
            "months between the last training and the first test month"
        )


def _refuse_own_outcomes(train_windows: pl.DataFrame, test_windows: pl.DataFrame) -> int:
    both = train_windows.join(test_windows, on="account_id", suffix="_test")
    inside = both.filter(
        (pl.col("as_of") < pl.col("as_of_test")) & (pl.col("label_end") > pl.col("feature_start"))
    )
    if inside.height:
        raise LeakageError(
            f"{inside['account_id'].n_unique()} accounts are in training and test, and their outcomes in "
            f"training lie in the feature windows of their test rows, such as {_rows(inside)}. "
            "Split by account as well"
        )
    return both["account_id"].n_unique()


def _rows(frame: pl.DataFrame) -> str:
    return "; ".join(str(row) for row in frame.head(SHOWN).to_dicts())


def _moment(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value


def known_before(tables: Tables, as_of: datetime) -> Tables:
    """The tables as they stood at a moment: later rows removed, values revealed later set to null."""
    return Tables({name: _frame_before(frame, name, as_of) for name, frame in tables.frames.items()})


def _frame_before(frame: pl.DataFrame, table: str, as_of: datetime) -> pl.DataFrame:
    moment = pl.lit(as_of, dtype=pl.Datetime("us"))
    blanks = [pl.when(pl.col(c) < moment).then(pl.col(c)).alias(c) for c in TABLES[table].revealed]
    return frame.filter(pl.col("known_at") < moment).with_columns(blanks)


def check_known(tables: Tables, matrix: FeatureMatrix, features: FeatureSet, *, sample: int = 200) -> int:
    """Rebuilds rows of a matrix from tables that hold nothing of the future, and compares every byte.

    Args:
        tables: tables of the accounts, the future included.
        matrix: features as training got them.
        features: their definitions.
        sample: rows compared, spread evenly over the matrix.

    Returns:
        How many rows were compared.

    Raises:
        LeakageError: a feature differs; the message names features, account and moment.
    """
    rows = np.unique(np.linspace(0, matrix.height - 1, min(sample, matrix.height)).astype(np.intp))
    picked = matrix.take(rows).frame
    for (as_of,), group in picked.group_by("as_of"):
        past = known_before(tables, _moment(as_of))
        again = build(past, Observations(group.select(KEYS)), features).frame
        _refuse_difference(group, again)
    return len(rows)


def _refuse_difference(given: pl.DataFrame, again: pl.DataFrame) -> None:
    names = [name for name in given.columns if not given[name].equals(again[name])]
    if names:
        row = int(given[names[0]].ne_missing(again[names[0]]).arg_max() or 0)
        account, as_of = given["account_id"][row], given["as_of"][row]
        raise LeakageError(
            f"features {names} of account {account} at {as_of} change when what was not known then is taken "
            f"out: {names[0]} is {given[names[0]][row]!r}, and {again[names[0]][row]!r} from what was known"
        )
