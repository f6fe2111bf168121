"""Hard rules: what binds, until when, and how it is said."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from features.calendar import add_months
from serving.decision.policy.sections import PolicySection, Wording

Operator = Literal[">=", ">", "<=", "<", "=="]
EPOCH = datetime(1970, 1, 1)


class BaseRule(PolicySection):
    """A hard rule: while it binds, the limit does not rise.

    Attributes:
        code: stable reason code.
        fact: the fact that it reads.
        zh: the sentence in Chinese; it states what ends the rule, and promises nothing about other rules.
        en: the same in English.
        title: what the rule is called in a list of coming changes; its code where left out.
        absent: whether a stored account whose fact is missing is held (fail closed) or passes. Facts of the
            lender's own books bind: what the lender should know and does not is no ground for a rise.
        missing: the sentence where the fact is missing; needed with `absent = "binds"`.
        notify: whether the customer may be sent the decision.
    """

    code: str = Field(pattern=r"^H\d\d$")
    fact: str = Field(min_length=1)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    title: Wording | None = None
    absent: Literal["passes", "binds"] = "passes"
    missing: Wording | None = None
    notify: bool = True

    @model_validator(mode="after")
    def _worded(self) -> "BaseRule":
        if (self.absent == "binds") != (self.missing is not None):
            raise ValueError(f"rule {self.code}: absent = 'binds' and the text `missing` need each other")
        return self


class ThresholdRule(BaseRule):
    """Binds when `fact when value` holds. Texts may hold `{value}`, the person's own figure by `unit`."""

    kind: Literal["threshold"] = "threshold"
    when: Operator
    value: float
    unit: str = ""

    def holds(self, fact: float) -> bool:
        """Whether the rule binds for this figure."""
        if self.when in (">=", ">"):
            return fact > self.value or (self.when == ">=" and fact == self.value)
        if self.when in ("<=", "<"):
            return fact < self.value or (self.when == "<=" and fact == self.value)
        return fact == self.value


class RecentRule(BaseRule):
    """Binds for some months or days after an event, whose moment is the fact; it lapses on an exact day.

    Texts may hold `{event}`, the day of the event, and `{until}`, the first day on which it binds no longer.
    """

    kind: Literal["recent"]
    months: int = Field(0, ge=0)
    days: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _one_span(self) -> "RecentRule":
        if (self.months > 0) == (self.days > 0):
            raise ValueError(f"rule {self.code}: state either months or days, above 0")
        return self

    def lapses_on(self, event: float) -> date:
        """The first day on which the rule binds no longer.

        Args:
            event: microseconds since 1970 in local time.

        The day is counted from the day of the event, whatever its hour, as people count: a rise on 31 August
        at 14:00 and 6 months make 28 February, from midnight.
        """
        day = day_of(event)
        if self.days:
            return day + timedelta(days=self.days)
        return _months_on(day, self.months)


@lru_cache(maxsize=4096)
def _months_on(day: date, months: int) -> date:
    """Kept, since the coming days of an account ask for the same day again and again."""
    return add_months(datetime(day.year, day.month, day.day), months).date()


def day_of(moment: float) -> date:
    """The day of a moment in microseconds since 1970."""
    return (EPOCH + timedelta(microseconds=int(moment))).date()


def _kind(rule: Any) -> str:
    return str(rule.get("kind", "threshold") if isinstance(rule, dict) else rule.kind)


Rule = Annotated[
    Annotated[ThresholdRule, Tag("threshold")] | Annotated[RecentRule, Tag("recent")], Discriminator(_kind)
]
"""A rule of either kind; one without `kind`, as older files have it, is a threshold."""
