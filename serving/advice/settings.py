"""Settings of the advice: what is realistic, what it costs, how confident a path must be."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

NonNegative = Annotated[float, Field(ge=0)]


class Confidence(BaseModel):
    """Weights of the logistic regression of `search.confidence`, and the least confidence of a path.

    Weights of levers (`LeverDefinition.drivers`) stand beside those below. `make advice-confidence` estimates
    every number; see `advice.toml`.

    Attributes:
        least: a path is given from this probability on.
        intercept: log-odds of a plan that governs payment, a year ahead, at no slack.
        slack: a unit of slack, the margin to the cut-off in log-odds.
        unpaid: added where the plan leaves open how bills are paid, as in waiting.
        unpaid_slack: added to `slack` there.
        unpaid_long: added there beyond three months.
        to_1, to_3, to_6: added up to so many months ahead; a path of one month takes all three.
        young: added where fewer than six months of bills are known.
        new: added where fewer than three months of bills are known.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, float]

    least: float = Field(gt=0, lt=1)
    intercept: float
    slack: float = Field(ge=0)
    unpaid: float
    unpaid_slack: float
    unpaid_long: float
    to_1: float
    to_3: float
    to_6: float
    young: float
    new: float

    @property
    def weights(self) -> Mapping[str, float]:
        """By name of the driver."""
        return self.model_dump(exclude={"least"})


class AdviceSettings(BaseModel):
    """Settings of the search; `advice.toml` gives each with its reason.

    Attributes:
        horizons: coming due days after which a plan is evaluated.
        pace_months: cycles of payment history that the projection repeats.
        use_targets: shares of the limit that a bill may be lowered to.
        debt_rates: shares of the debt elsewhere that may be paid down a month.
        capacity_share: share of the monthly income that can be paid beyond the usual.
        means_of_limit: monthly income where no payment and no income is known, share of the limit.
        most_cut: share of a cycle's new charges that can be paid in cash instead.
        link_months: months after which a newly linked source can be counted on.
        confidence: the confidence model, and how confident a path must be.
        income_weight: months of waiting that one month's income is worth in the cost.
        max_plans: scenarios (plans times moments) that a search may evaluate.
        pair_candidates: single levers that are combined.
        effort: effort of each lever apart from money and time, in months of waiting.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizons: tuple[int, ...]
    pace_months: int = Field(ge=1, le=24)
    use_targets: tuple[float, ...]
    debt_rates: tuple[float, ...]
    capacity_share: float = Field(gt=0, le=1)
    means_of_limit: float = Field(gt=0, le=1)
    most_cut: float = Field(ge=0, le=1)
    link_months: int = Field(ge=1)
    confidence: Confidence
    income_weight: float = Field(ge=0)
    max_plans: int = Field(ge=100)
    pair_candidates: int = Field(ge=2)
    effort: dict[str, NonNegative]

    @property
    def longest(self) -> int:
        """Cycles projected, the longest horizon."""
        return max(self.horizons)
