"""Settings of the caps: how high a limit may rise, and how each cap is said."""

from pydantic import Field, model_validator

from serving.decision.policy.sections import PolicySection


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
    highest: Sentence | None = None
    unproved: Sentence | None = None
    income_alone: Sentence | None = None


class RequiredSource(PolicySection):
    """A source without which no limit rises above a line.

    Attributes:
        fact: a fact of the source that is there whenever the source is.
        above_cny: the line; a limit may rise to it without the source.
        wording: placeholders: `{line}`.
    """

    fact: str = Field(min_length=1)
    above_cny: float = Field(ge=0)
    wording: Sentence


class Limits(PolicySection):
    """Caps that hold for every tier, and how a limit is rounded.

    `minimum_limit_cny`: the first rise of a limit below it leads up to it, whatever the step; 0 = none.
    `maximum_limit_cny`: no limit rises above it; None = none. `unproved_step` is the share of the tier's step
    that is granted where every fact of `income_evidence` is absent.
    """

    rounding_cny: float = Field(gt=0)
    smallest_rise_cny: float = Field(ge=0)
    minimum_limit_cny: float = Field(0.0, ge=0)
    maximum_limit_cny: float | None = Field(None, gt=0)
    max_annual_cost: float = Field(gt=0, le=1)
    total_unsecured_cny: float = Field(gt=0)
    debt_to_income: float = Field(gt=0, le=1)
    payment_share: float = Field(gt=0, le=1)
    unproved_step: float = Field(1.0, gt=0, le=1)
    income_evidence: tuple[str, ...] = ()
    income_fact: str
    payments_fact: str
    other_limits_fact: str
    required: tuple[RequiredSource, ...] = ()
    wording: LimitWording

    @model_validator(mode="after")
    def _worded(self) -> "Limits":
        if self.maximum_limit_cny is not None and self.wording.highest is None:
            raise ValueError("limits.maximum_limit_cny needs the sentence limits.wording.highest")
        if self.unproved_step < 1.0 and not (self.wording.unproved and self.income_evidence):
            raise ValueError(
                "limits.unproved_step needs limits.income_evidence and the sentence limits.wording.unproved"
            )
        return self

    @property
    def fact_settings(self) -> dict[str, str]:
        """The fact that each cap reads, by the setting that names it."""
        return {
            "limits.income_fact": self.income_fact,
            "limits.payments_fact": self.payments_fact,
            "limits.other_limits_fact": self.other_limits_fact,
            **{f"limits.income_evidence[{i}]": fact for i, fact in enumerate(self.income_evidence)},
            **{f"limits.required[{i}].fact": need.fact for i, need in enumerate(self.required)},
        }
