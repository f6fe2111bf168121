"""Parts of the evaluation: intervals, the split of accounts, conditions, logistic regression."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from experiments.advice.logistic import fit, probability
from experiments.advice.outcomes.conditions import condition_met
from experiments.advice.reporting.intervals import wilson
from experiments.advice.sampling import for_calibration
from features.tables import Tables
from serving.advice import Lever, SourceProfiles

UNTIL = datetime(2026, 4, 1)
PROFILES = SourceProfiles({}, {"third_party": {0.25: {"score": 620.0}},
                               "housing_fund": {0.5: {"contribution_cny": 800.0}}})  # fmt: skip


def test_wilson_is_the_published_interval() -> None:
    """Newcombe 1998, table I: 81 of 263 and 0 of 20."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_an_account_is_for_calibration_or_evaluation_and_never_both() -> None:
    sides = [for_calibration(account) for account in range(2_000)]
    assert 0.45 < np.mean(sides) < 0.55
    assert sides == [for_calibration(account) for account in range(2_000)]


def test_logistic_regression_recovers_the_coefficients() -> None:
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(20_000), rng.normal(size=20_000)])
    y = (rng.random(20_000) < probability(x, np.array([0.5, 2.0]))).astype(float)
    assert fit(x, y) == pytest.approx([0.5, 2.0], abs=0.1)
    assert fit(x[:, :1], y, offset=2.0 * x[:, 1]) == pytest.approx([0.5], abs=0.1)


def scores(*seen: tuple[datetime, float]) -> Tables:
    at = [moment for moment, _ in seen]
    frame = pl.DataFrame({"account_id": [1] * len(at), "known_at": at, "scored_at": at,
                          "score": [score for _, score in seen]})  # fmt: skip
    return Tables({"third_party_scores": frame})


@pytest.mark.parametrize(
    ("seen", "met"),
    [
        ([(datetime(2026, 3, 1), 620.0)], True),
        ([(datetime(2026, 3, 1), 619.0)], False),
        ([(datetime(2026, 4, 1), 700.0)], False),
        ([(datetime(2026, 2, 1), 700.0), (datetime(2026, 3, 1), 600.0)], False),
        ([], False),
    ],
)
def test_a_score_meets_its_condition_by_what_is_known_in_time(
    seen: list[tuple[datetime, float]], met: bool
) -> None:
    link = Lever("link", 0.25, "third_party")
    if seen:
        assert condition_met(scores(*seen), 1, link, PROFILES, UNTIL) is met
        assert not condition_met(scores(*seen), 2, link, PROFILES, UNTIL)


def fund(months: list[date], amount: float) -> Tables:
    known = [datetime(m.year, m.month, 1) + timedelta(days=45) for m in months]
    frame = pl.DataFrame({"account_id": [1] * len(months), "known_at": known, "month": months,
                          "contribution_cny": [amount] * len(months)})  # fmt: skip
    return Tables({"housing_fund": frame})


@pytest.mark.parametrize(
    ("left_out", "amount", "met"), [(None, 800.0, True), (None, 799.0, False), (5, 800.0, False)]
)
def test_contributions_meet_their_condition_only_without_a_gap(
    left_out: int | None, amount: float, met: bool
) -> None:
    first = [date(2024 + (k // 12), k % 12 + 1, 1) for k in range(1, 26)]
    months = [m for i, m in enumerate(first) if i != left_out]
    link = Lever("link", 0.5, "housing_fund")
    assert condition_met(fund(months, amount), 1, link, PROFILES, UNTIL) is met
