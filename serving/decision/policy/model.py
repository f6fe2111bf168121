"""The policy as frozen, checked settings."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Operator = Literal[">=", ">", "<=", "<", "=="]


class PolicySection(BaseModel):
    """A frozen section that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(PolicySection):
    """A hard rule: when `fact when value` holds, the limit does not rise.

    `zh` and `en` may hold `{value}`, the person's own figure, formatted by `unit`.
    """

    code: str = Field(pattern=r"^H\d\d$")
    fact: str = Field(min_length=1)
    when: Operator
    value: float
    unit: str = ""
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def holds(self, fact: float) -> bool:
        """Whether the rule binds for this figure."""
        if self.when in (">=", ">"):
            return fact > self.value or (self.when == ">=" and fact == self.value)
        if self.when in ("<=", "<"):
            return fact < self.value or (self.when == "<=" and fact == self.value)
        return fact == self.value


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


class Sentence(PolicySection):
    """A reason text with its code; placeholders are the caps' own figures."""

    code: str = Field(pattern=r"^[LB]\d\d$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class LimitWording(PolicySection):
    """The sentences of the caps: why a rise is not larger."""

    step: Sentence
    cap: Sentence
    total: Sentence
    income: Sentence
    small: Sentence
    budget: Sentence
    spent: Sentence


class Limits(PolicySection):
    """Caps that hold for every tier, and how a limit is rounded."""

    rounding_cny: float = Field(gt=0)
    smallest_rise_cny: float = Field(ge=0)
    max_annual_cost: float = Field(gt=0, le=1)
    total_unsecured_cny: float = Field(gt=0)
    debt_to_income: float = Field(gt=0, le=1)
    payment_share: float = Field(gt=0, le=1)
    income_fact: str
    payments_fact: str
    other_limits_fact: str
    wording: LimitWording


class Policy(PolicySection):
    """Every setting that decides and is not learnt from data."""

    version: str = Field(min_length=1)
    rules: tuple[Rule, ...]
    tiers: tuple[Tier, ...] = Field(min_length=1)
    books: dict[str, float] = {}
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
        limits = self.limits
        return {
            **{f"rules.{rule.code}.fact": rule.fact for rule in self.rules},
            "limits.income_fact": limits.income_fact,
            "limits.payments_fact": limits.payments_fact,
            "limits.other_limits_fact": limits.other_limits_fact,
        }

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that a rule or a cap reads, once."""
        return tuple(dict.fromkeys(self.fact_settings.values()))
