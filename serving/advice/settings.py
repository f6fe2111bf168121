"""What counts as realistic, and what it costs: every number of the advice that is not learnt."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from features.errors import ConfigError

PACKAGED = Path(__file__).with_name("advice.toml")


class EffortWeights(BaseModel):
    """The trouble that a lever is, apart from money and time, in months of waiting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on_time: float = Field(ge=0)
    in_full: float = Field(ge=0)
    use: float = Field(ge=0)
    inquiries: float = Field(ge=0)
    debt: float = Field(ge=0)
    link: float = Field(ge=0)


class Confidence(BaseModel):
    """How likely a path comes true, as a logistic line fitted on paths that the simulated world lived.

    Slack is the distance to the bar in log-odds: how much riskier than projected the account may turn out and
    still be decided better. `make advice-confidence` measures every number; see `advice.toml`.

    Attributes:
        least: a path is given from this probability on.
        intercept: log-odds of a path that governs how bills are paid, a year ahead, at no slack.
        slack: a unit of slack.
        unpaid: added where the path leaves open how bills are paid, as in waiting.
        unpaid_slack: added to `slack` there.
        unpaid_long: added there beyond three months.
        in_full: added where bills are paid in full.
        use: added where bills are brought down to a share of the limit, and not paid in full.
        use_in_full: added where they are both.
        link: added where a source is linked and shows what the condition asks for.
        link_slack: added to `slack` there.
        to_1, to_3, to_6: added up to so many months ahead; a path of one month takes all three.
        young: added where fewer than half a year of bills is known, unless bills are paid in full.
        new: added where fewer than three months of bills are known.
        new_in_full: added to `new` where bills are paid in full.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    least: float = Field(gt=0, lt=1)
    intercept: float
    slack: float = Field(ge=0)
    unpaid: float
    unpaid_slack: float
    unpaid_long: float
    in_full: float
    use: float
    use_in_full: float
    link: float
    link_slack: float
    to_1: float
    to_3: float
    to_6: float
    young: float
    new: float
    new_in_full: float


class AdviceSettings(BaseModel):
    """Settings of the search; `advice.toml` gives each with its reason.

    Attributes:
        horizons: months after which a plan is looked at.
        pace_months: how far back the person's own pace is read.
        use_targets: shares of the limit that a bill may be lowered to.
        debt_rates: shares of the debt elsewhere that may be paid down a month.
        capacity_share: of monthly means, the most that a person can pay beyond the usual.
        means_of_limit: monthly means where no payment and no income is known, share of the limit.
        most_cut: share of a month's new charges that can be paid in cash instead.
        link_months: from when on a newly linked source can be counted on.
        confidence: how sure a path must be, and how that is told.
        income_weight: months of waiting that one month's income is worth in the cost.
        max_plans: lever sets times horizons that a search may evaluate.
        pair_candidates: single levers that are combined.
        effort: trouble of each lever.
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
    max_plans: int = Field(ge=60)
    pair_candidates: int = Field(ge=2)
    effort: EffortWeights

    @property
    def longest(self) -> int:
        """Months projected."""
        return max(self.horizons)


@cache
def packaged() -> AdviceSettings:
    """The settings that ship with the code."""
    return read(PACKAGED)


def read(path: Path) -> AdviceSettings:
    """A settings file.

    Raises:
        ConfigError: names the file and the setting that is wrong.
    """
    try:
        return AdviceSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"advice settings {path} cannot be read: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"advice settings {path} are not TOML: {error}") from error
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(str(part) for part in wrong["loc"])
        raise ConfigError(f"advice settings {path}: {place}: {wrong['msg']}") from error
