"""Themes: the players of the Shapley values. A feature has exactly one theme, a theme exactly one source.

With one source a theme, the effect of an absent source is the sum of its themes' values, and cannot be taken
for behaviour. Themes of a linked source are stated in its module under `features.sources`.
"""

from features.sources.registry import LINKED
from features.spec import Theme

_OWN = (
    Theme("tenure", "R01", "platform", False, "账户使用时长", "length of the relationship"),
    Theme("repayment", "R02", "platform", True, "按时还款记录", "record of paying on time"),
    Theme("delinquency", "R03", "platform", True, "逾期情况", "late payments"),
    Theme("utilisation", "R04", "platform", True, "额度使用率", "use of the limit"),
    Theme("balance", "R05", "platform", True, "账单与结转余额", "bills and what is carried over"),
    Theme("spending", "R06", "platform", True, "平台消费", "purchases on the platform"),
    Theme("returns", "R07", "platform", True, "退货", "returned goods"),
    Theme("limit_history", "R08", "platform", False, "额度调整历史", "history of the limit"),
    Theme("economy", "R16", "public", False, "经济环境", "the economy", attributable=False),
)
_LINKED = tuple(theme for source in LINKED.values() for theme in source.themes)

THEMES = {theme.key: theme for theme in sorted((*_OWN, *_LINKED), key=lambda theme: theme.code)}
"""By key, in the order of their codes."""

__all__ = ["THEMES", "Theme"]
