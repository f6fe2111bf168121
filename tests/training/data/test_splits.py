"""Splits: disjoint in accounts, embargoed in time, stable when other accounts join."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from features.calendar import add_months
from features.errors import ConfigError, DataError
from tests.training.toy import toy_cohort
from training.config.schema import LabelConfig, SplitConfig
from training.data.calendar import AsOfMonths, plan, recent
from training.data.moments import observe
from training.data.splits import folds, latest, out_of_time, share_of, stratified

SPLIT = SplitConfig(kind="out_of_time", test_share=0.3)
ACCOUNTS = pl.Series(range(1, 4001), dtype=pl.Int64)


def test_train_label_windows_end_before_the_first_test_month() -> None:
    months = plan(date(2021, 1, 31), date(2024, 12, 31), SPLIT, LabelConfig())
    assert months.test == (datetime(2023, 11, 1), datetime(2023, 12, 1), datetime(2024, 1, 1))
    assert add_months(months.train[-1], 13) == months.test[0]
    assert months.train[0] >= datetime(2022, 1, 1)


def test_the_last_test_month_is_the_last_that_has_matured() -> None:
    months = plan(date(2021, 1, 31), date(2024, 12, 31), SPLIT, LabelConfig())
    assert add_months(months.test[-1], 12) == datetime(2025, 1, 1)


def test_recent_months_have_their_early_outcome_before_the_first_test_month() -> None:
    months = plan(date(2021, 1, 31), date(2024, 12, 31), SPLIT, LabelConfig())
    assert recent(months, 6, 3).test == (datetime(2023, 2, 1), datetime(2023, 3, 1), datetime(2023, 4, 1))


def test_no_window_of_any_training_moment_reaches_the_first_test_month() -> None:
    months = plan(date(2021, 1, 31), date(2024, 12, 31), SPLIT, LabelConfig())
    train = observe(ACCOUNTS, months.train, SPLIT.seed)
    latest = max(train["as_of"].dt.offset_by("12mo"))
    assert months.test[0] - timedelta(days=1) < latest < months.test[0]


def test_data_too_short_for_two_label_windows_is_refused() -> None:
    with pytest.raises(ConfigError, match="on record for 30 months, 2021-01 to 2023-06, and 39 are needed"):
        plan(date(2021, 1, 31), date(2023, 6, 30), SPLIT, LabelConfig())


def test_out_of_time_is_out_of_account_too() -> None:
    cohort = toy_cohort(400, months=4)
    months = sorted(set(cohort.as_of))
    split = out_of_time(cohort, AsOfMonths(tuple(months[:2]), tuple(months[3:])), SPLIT, holdout=True)
    parts = [set(cohort.groups[rows]) for rows in (split.fit, split.calibration, split.test)]
    assert all(parts)
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]
    assert set(cohort.as_of[split.test]) == {months[3]}
    assert set(cohort.as_of[split.fit]) == set(months[:2])


@pytest.mark.parametrize("holdout", [True, False])
def test_the_latest_cases_of_a_cross_section_test_and_no_person_is_on_both_sides(holdout: bool) -> None:
    cohort = toy_cohort(300, months=6)
    cohort = replace(cohort, groups=np.random.default_rng(0).integers(0, 4 * cohort.n, cohort.n))
    split = latest(cohort, SPLIT, holdout=holdout)
    fitted = np.concatenate([split.fit, split.calibration])
    assert len(split.calibration) > 0 or not holdout
    assert max(cohort.as_of[fitted]) < min(cohort.as_of[split.test])
    assert not set(cohort.groups[fitted]) & set(cohort.groups[split.test])
    assert len(set(cohort.groups)) < cohort.n
    assert 0.3 <= len(split.test) / cohort.n < 0.5


@pytest.mark.parametrize("months", [1, 6])
def test_cases_of_one_day_or_of_persons_that_all_come_again_cannot_be_split_by_date(months: int) -> None:
    with pytest.raises(DataError, match="no person has an earlier case alone; name the column"):
        latest(toy_cohort(300, months=months), SPLIT, holdout=False)


def test_the_share_of_an_account_depends_only_on_its_number_and_the_seed() -> None:
    ids = np.arange(1, 5001, dtype=np.int64)
    shares = share_of(ids, 2026)
    assert np.array_equal(share_of(ids[::-1], 2026)[::-1], shares)
    assert share_of(np.array([7]), 2026)[0] == shares[6]
    assert not np.array_equal(share_of(ids, 1), shares)
    assert abs((shares < 0.3).mean() - 0.3) < 0.02


def test_the_share_is_the_same_on_every_machine() -> None:
    assert share_of(np.array([1, 2, 3]), 2026).tolist() == [0.887398, 0.820159, 0.949419]


def test_stratified_keeps_the_bad_rate_and_the_seed() -> None:
    cohort = toy_cohort(1000)
    config = SplitConfig(test_share=0.3)
    split, again = (stratified(cohort, config, holdout=False) for _ in range(2))
    assert np.array_equal(split.test, again.test)
    assert len(split.test) == 300
    assert abs(cohort.bad[split.fit].mean() - cohort.bad[split.test].mean()) < 0.005
    assert not set(split.fit) & set(split.test)


def test_stratified_keeps_groups_whole() -> None:
    cohort = toy_cohort(900)
    cohort = replace(cohort, groups=cohort.groups // 3)
    split = stratified(cohort, SplitConfig(test_share=0.3), holdout=True)
    parts = [set(cohort.groups[rows]) for rows in (split.fit, split.calibration, split.test)]
    assert not parts[0] & parts[1]
    assert not parts[2] & (parts[0] | parts[1])
    assert 0.25 < len(split.test) / cohort.n < 0.35


def test_folds_keep_groups_whole_and_cover_every_row_once_a_repeat() -> None:
    cohort = toy_cohort(600)
    groups = cohort.groups // 2
    found = folds(cohort.bad, groups, 4, 2, 1)
    assert len(found) == 8
    for fold in found:
        assert not set(groups[fold.train]) & set(groups[fold.valid])
    assert sorted(np.concatenate([fold.valid for fold in found[:4]])) == list(range(600))


def test_a_cohort_of_one_outcome_is_refused() -> None:
    cohort = toy_cohort(50)
    with pytest.raises(DataError, match="a model needs both"):
        replace(cohort, bad=np.zeros(50, dtype=bool))
