"""Themes: the players of the reasons. A feature has exactly one theme, a theme exactly one source.

One source a theme is what lets an absent source be told as absence: all that the model draws from it is
then the effect of not having it, and none of it can be mistaken for behaviour.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """A group of features that a person would recognise as one matter.

    Attributes:
        key: stable key, also the column name of its points.
        code: reason code, stable across releases, such as `R03`.
        source: the source its features are drawn from (`platform`, `bureau`, …, `public`, or `file`).
        actionable: whether a person can do something about it.
        zh: name in Chinese.
        en: name in English.
    """

    key: str
    code: str
    source: str
    actionable: bool
    zh: str
    en: str


_ALL = (
    Theme("tenure", "R01", "platform", False, "账户使用时长", "length of the relationship"),
    Theme("repayment", "R02", "platform", True, "还款记录", "repayment record"),
    Theme("delinquency", "R03", "platform", True, "逾期情况", "late payments"),
    Theme("utilisation", "R04", "platform", True, "额度使用率", "use of the limit"),
    Theme("balance", "R05", "platform", True, "账单金额与分期", "bills and instalments"),
    Theme("spending", "R06", "platform", True, "平台消费", "purchases on the platform"),
    Theme("returns", "R07", "platform", True, "退货", "returned goods"),
    Theme("limit_history", "R08", "platform", False, "额度调整历史", "history of the limit"),
    Theme("other_debt", "R09", "bureau", True, "其他机构负债", "debt with other lenders"),
    Theme("inquiries", "R10", "bureau", True, "近期信贷申请", "recent credit applications"),
    Theme("bureau_record", "R11", "bureau", False, "征信记录", "credit record with other lenders"),
    Theme("third_party", "R12", "third_party", False, "第三方信用分", "third-party credit score"),
    Theme("social_security", "R13", "social_security", False, "社保缴纳", "social security contributions"),
    Theme("employer", "R14", "social_security", False, "单位经营状况", "state of the employer"),
    Theme("housing_fund", "R15", "housing_fund", False, "公积金缴存", "housing fund contributions"),
    Theme("economy", "R16", "public", False, "经济环境", "the economy"),
)

THEMES = {theme.key: theme for theme in _ALL}
