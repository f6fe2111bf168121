"""What a linked source must show for linking to help, in words: the condition of a conditional path."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from serving.advice.text import Text, cny


@dataclass(frozen=True)
class SourceCondition:
    """The condition on one source.

    Attributes:
        columns: of the source's table, those that the condition states.
        text: the condition with the values asked of these columns.
    """

    columns: tuple[str, ...]
    text: Callable[[Mapping[str, float]], Text]


def _bureau(values: Mapping[str, float]) -> Text:
    debt = cny(values["total_balance_cny"])
    asked, record = _inquiries(int(values["inquiries_3m"])), _overdue(int(values["max_dpd_24m"]))
    return (
        f"负债余额不超过{debt}、{asked[0]}、{record[0]}",
        f"a debt of at most {debt}, {asked[1]} and {record[1]}",
    )


def _inquiries(n: int) -> Text:
    if n == 0:
        return "近3个月无查询", "no inquiry in 3 months"
    return f"近3个月查询不超过{n}次", f"at most {n} inquir{'y' if n == 1 else 'ies'} in 3 months"


def _overdue(days: int) -> Text:
    if days == 0:
        return "近24个月无逾期", "nothing overdue in 24 months"
    return f"近24个月逾期不超过{days}天", f"at most {days} days overdue in 24 months"


def _score(values: Mapping[str, float]) -> Text:
    score = int(values["score"])
    return f"分数不低于{score}", f"a score of at least {score}"


def _social_security(values: Mapping[str, float]) -> Text:
    base = cny(values["contribution_base_cny"])
    return (
        f"近24个月连续缴纳、缴费基数不低于{base}",
        f"24 months of contributions without a gap on a base of at least {base}",
    )


def _housing_fund(values: Mapping[str, float]) -> Text:
    amount = cny(values["contribution_cny"])
    return (
        f"近24个月连续缴存、月缴存额不低于{amount}",
        f"24 months of contributions without a gap of at least {amount} a month",
    )


CONDITIONS: Mapping[str, SourceCondition] = MappingProxyType(
    {
        "bureau": SourceCondition(("total_balance_cny", "inquiries_3m", "max_dpd_24m"), _bureau),
        "third_party": SourceCondition(("score",), _score),
        "social_security": SourceCondition(("contribution_base_cny",), _social_security),
        "housing_fund": SourceCondition(("contribution_cny",), _housing_fund),
    }
)
"""By source. A source without one is not offered: there are no words for what linking depends on."""
