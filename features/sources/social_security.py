"""Social security (社保): monthly contributions, and the employer that they name."""

from types import MappingProxyType

import dataframely as dy

from features.sources.columns import account_id, amount, known_at
from features.sources.linked import Condition, IntegerEncoding, LinkedSource, Text, ThemeWording, ViewColumn
from features.spec import Theme

KEY = "social_security"


class SocialSecurity(dy.Schema):
    """A month of social security (社保) contributions."""

    account_id = account_id()
    known_at = known_at()
    month = dy.Date(description="first day of the month contributed for")
    contribution_base_cny = amount("monthly contribution base", min=0)
    employer_id = dy.Int64(nullable=True, description="contributing employer, null when self-paid")


CONTRIBUTIONS = ThemeWording(
    against=Text("与社保有关的情况弱于一般水平", "Your social-security figures compare unfavourably"),
    favourable=Text("与社保有关的情况好于一般水平", "Your social-security figures compare favourably"),
    absent=Text("社保记录中没有缴纳信息", "Your social-security record shows no contribution"),
)
EMPLOYER = ThemeWording(
    against=Text("单位与行业情况弱于一般水平", "Your employer and its industry compare unfavourably"),
    favourable=Text("单位与行业情况好于一般水平", "Your employer and its industry compare favourably"),
    absent=Text(
        "社保记录中没有可查到的在职单位",
        "Your social-security record names no employer that the registry knows",
    ),
)

SOURCE = LinkedSource(
    key=KEY,
    code="S03",
    table="social_security",
    schema=SocialSecurity,
    event="month",
    zh="社保缴费记录",
    en="social security record",
    unlinked=Text(
        "未获得社保授权或记录；授权关联社保后可作为收入依据",
        "We hold no social-security record with your consent; link it as evidence of income",
    ),
    linked=Text(
        "您已授权社保，但尚未查到缴纳记录",
        "You linked your social security, but no contribution is on record",
    ),
    view=(
        ViewColumn("base", "contribution_base_cny", IntegerEncoding.FEN),
        ViewColumn("base_yuan", "contribution_base_cny", IntegerEncoding.YUAN),
        ViewColumn("employer", "employer_id", IntegerEncoding.WHOLE),
        ViewColumn("month", "month", IntegerEncoding.MONTH),
    ),
    themes=(
        Theme("social_security", "R13", KEY, False, "社保缴纳", "social security contributions"),
        Theme("employer", "R14", KEY, False, "单位经营状况", "state of the employer"),
    ),
    wording=MappingProxyType({"social_security": CONTRIBUTIONS, "employer": EMPLOYER}),
    profile=MappingProxyType({"contribution_base_cny": 1}),
    conditions=(
        Condition(
            "contribution_base_cny",
            "cny",
            Text(
                "近24个月连续缴纳、缴费基数不低于{value}",
                "24 consecutive months of contributions, each on a base of at least {value}",
            ),
        ),
    ),
)
