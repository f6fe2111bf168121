"""The policy as frozen, checked settings."""

from datetime import date

from pydantic import Field, model_validator

from serving.decision.policy.limit_settings import Limits
from serving.decision.policy.rule import Rule
from serving.decision.policy.sections import PolicySection


class Tier(PolicySection):
    """A band of probability of bad, and the raises it may have.

    `budget_cny` bounds the sum of all raises of the tier under one version of the policy; none when left out.
    """

    name: str = Field(pattern=r"^[A-Z]$")
    max_pd: float = Field(gt=0.0, le=1.0)
    raises: bool
    step: float = Field(0.0, ge=0.0, le=2.0)
    cap_cny: float = Field(0.0, ge=0.0)
    budget_cny: float | None = Field(None, ge=0.0)
    annual_cost: float = Field(ge=0.0, le=1.0)


class Policy(PolicySection):
    """Every setting that decides and is not learnt from data.

    `approver` is who approved it, `licence` the kind of lender that it is written for; `valid_from` is the
    first day on which it may decide, `valid_to` the last, None without an end. Files from before these
    settings existed have none of them, and hold at any time.
    """

    version: str = Field(min_length=1)
    approver: str = ""
    licence: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    rules: tuple[Rule, ...]
    tiers: tuple[Tier, ...] = Field(min_length=1)
    books: dict[str, float] = Field(default_factory=dict)
    limits: Limits

    @model_validator(mode="after")
    def _ordered(self) -> "Policy":
        pds = [tier.max_pd for tier in self.tiers]
        if pds != sorted(set(pds)) or pds[-1] != 1.0:
            raise ValueError(f"tiers: max_pd {pds} must rise and end at 1.0")
        raising = [tier.raises for tier in self.tiers]
        if raising != sorted(raising, reverse=True) or not raising[0] or raising[-1]:
            raise ValueError(
                "tiers: the safest must raise, the riskiest must not, and no tier below a held one may"
            )
        return self

    @model_validator(mode="after")
    def _affordable(self) -> "Policy":
        for tier in self.tiers:
            if tier.annual_cost > self.limits.max_annual_cost:
                raise ValueError(
                    f"tier {tier.name}: annual_cost {tier.annual_cost} lies above the ceiling of "
                    f"{self.limits.max_annual_cost} (limits.max_annual_cost)"
                )
        return self

    @model_validator(mode="after")
    def _distinct(self) -> "Policy":
        codes = [rule.code for rule in self.rules]
        if len(set(codes)) != len(codes):
            raise ValueError(f"rules: codes {codes} must differ")
        for book, bar in self.books.items():
            if not 0.0 < bar < 1.0:
                raise ValueError(f"books.{book}: bar {bar} is not a probability")
        return self

    @model_validator(mode="after")
    def _some_time(self) -> "Policy":
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError(f"valid_from {self.valid_from} lies after valid_to {self.valid_to}")
        return self

    @property
    def budgeted(self) -> bool:
        """Whether any tier has a budget."""
        return any(tier.budget_cny is not None for tier in self.tiers)

    @property
    def cutoff_pd(self) -> float:
        """The highest probability of bad that still raises."""
        return max(tier.max_pd for tier in self.tiers if tier.raises)

    @property
    def fact_settings(self) -> dict[str, str]:
        """The fact that each rule and each cap reads, by the setting that names it."""
        rules = {f"rules.{rule.code}.fact": rule.fact for rule in self.rules}
        return {**rules, **self.limits.fact_settings}

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that a rule or a cap reads, once."""
        return tuple(dict.fromkeys(self.fact_settings.values()))
