"""The housing fund (公积金): monthly contributions of employer and employee."""

from types import MappingProxyType

import dataframely as dy

from features.sources.columns import account_id, amount, known_at
from features.sources.linked import Condition, IntegerEncoding, LinkedSource, Text, ThemeWording, ViewColumn
from features.spec import Theme

KEY = "housing_fund"


class HousingFund(dy.Schema):
    """A month of housing fund (公积金) contributions, both sides together."""

    account_id = account_id()
    known_at = known_at()
    month = dy.Date(description="first day of the month contributed for")
    contribution_cny = amount("monthly contribution", min=0)


WORDING = ThemeWording(
    against=Text("与公积金有关的情况弱于一般水平", "Your housing-fund figures compare unfavourably"),
    favourable=Text("与公积金有关的情况好于一般水平", "Your housing-fund figures compare favourably"),
    absent=Text("公积金记录中没有缴存信息", "Your housing-fund record shows no contribution"),
)

SOURCE = LinkedSource(
    key=KEY,
    code="S04",
    table="housing_fund",
    schema=HousingFund,
    event="month",
    zh="公积金缴存记录",
    en="housing-fund record",
    unlinked=Text(
        "未获得公积金授权或记录；授权关联公积金后可作为收入依据",
        "We hold no housing-fund record with your consent; link it as evidence of income",
    ),
    linked=Text(
        "您已授权公积金，但尚未查到缴存记录", "You linked your housing fund, but no contribution is on record"
    ),
    view=(
        ViewColumn("contribution", "contribution_cny", IntegerEncoding.FEN),
        ViewColumn("month", "month", IntegerEncoding.MONTH),
    ),
    themes=(Theme("housing_fund", "R15", KEY, False, "公积金缴存", "housing fund contributions"),),
    wording=MappingProxyType({"housing_fund": WORDING}),
    profile=MappingProxyType({"contribution_cny": 1}),
    conditions=(
        Condition(
            "contribution_cny",
            "cny",
            Text(
                "近24个月连续缴存、月缴存额不低于{value}",
                "24 consecutive months of contributions, each at least {value}",
            ),
        ),
    ),
)
