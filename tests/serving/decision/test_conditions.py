"""Conditions of linked sources in words."""

import pytest

from features.sources.registry import LINKED
from serving.decision.wording.conditions import condition_of


@pytest.mark.parametrize(
    ("source", "values", "zh", "en"),
    [
        (
            "bureau",
            {"total_balance_cny": 12_300.0, "inquiries_3m": 0.0, "max_dpd_24m": 0.0},
            "负债余额不超过¥12,300、近3个月无查询、近24个月无逾期",
            "a debt of at most ¥12,300, no inquiry in 3 months and nothing overdue in 24 months",
        ),
        (
            "bureau",
            {"total_balance_cny": 0.0, "inquiries_3m": 1.0, "max_dpd_24m": 35.0},
            "负债余额不超过¥0、近3个月查询不超过1次、近24个月逾期不超过35天",
            "a debt of at most ¥0, at most 1 inquiry in 3 months and at most 35 days overdue in 24 months",
        ),
        (
            "bureau",
            {"total_balance_cny": 1.0, "inquiries_3m": 2.0, "max_dpd_24m": 1.0},
            "负债余额不超过¥1、近3个月查询不超过2次、近24个月逾期不超过1天",
            "a debt of at most ¥1, at most 2 inquiries in 3 months and at most 1 days overdue in 24 months",
        ),
        ("third_party", {"score": 652.0}, "分数不低于652", "a score of at least 652"),
        (
            "social_security",
            {"contribution_base_cny": 5_110.0},
            "近24个月连续缴纳、缴费基数不低于¥5,110",
            "24 consecutive months of contributions, each on a base of at least ¥5,110",
        ),
        (
            "housing_fund",
            {"contribution_cny": 800.0},
            "近24个月连续缴存、月缴存额不低于¥800",
            "24 consecutive months of contributions, each at least ¥800",
        ),
    ],
)
def test_a_condition_states_every_column_with_its_value(
    source: str, values: dict[str, float], zh: str, en: str
) -> None:
    stated = condition_of(LINKED[source], values)
    assert (stated.zh, stated.en) == (zh, en)
