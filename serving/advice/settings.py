"""What counts as realistic, and what it costs: every number of the advice that is not learnt."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from features.errors import ConfigError

PACKAGED = Path(__file__).with_name("advice.toml")


class Effort(BaseModel):
    """The trouble that a lever is, apart from money and time, in months of waiting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on_time: float = Field(ge=0)
    in_full: float = Field(ge=0)
    use: float = Field(ge=0)
    inquiries: float = Field(ge=0)
    debt: float = Field(ge=0)
    link: float = Field(ge=0)


class Life(BaseModel):
    """What goes on around the levers: the usual, or a life that a path must hold in as well.

    Attributes:
        pace_months: how far back the person's own pace is read, months.
        to_months: longest path that must hold in it.
        charges: new charges, as a multiple of the usual.
        paid: what is paid, as a multiple of the usual, where no lever says otherwise.
        late: whether one payment comes a few days late, where no lever says otherwise.
        orders: share of the usual orders that are placed.
        debt: debt elsewhere, as a multiple of the usual.
        inquiries: applications for credit beyond the usual, where no lever says otherwise.
        late_elsewhere: months overdue with other lenders beyond the usual.
        score_drop: points by which third-party scores fall short of the usual.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pace_months: int = Field(default=12, ge=1, le=24)
    to_months: int = Field(default=12, ge=1)
    charges: float = Field(default=1.0, gt=0)
    paid: float = Field(default=1.0, gt=0, le=1)
    late: bool = False
    orders: float = Field(default=1.0, gt=0, le=1)
    debt: float = Field(default=1.0, gt=0)
    inquiries: int = Field(default=0, ge=0)
    late_elsewhere: int = Field(default=0, ge=0)
    score_drop: float = Field(default=0.0, ge=0)


class Margin(BaseModel):
    """How much riskier than projected an account may turn out, in log-odds, up to some months ahead.

    Attributes:
        to_months: longest path it is meant for.
        paying: where the path governs how bills are paid.
        other: where it does not, as in waiting.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    to_months: int = Field(ge=1)
    paying: float = Field(ge=0)
    other: float = Field(ge=0)


class AdviceSettings(BaseModel):
    """Settings of the search; `advice.toml` gives each with its reason.

    Attributes:
        horizons: months after which a plan is looked at.
        usual: life as it goes on, its pace that of the person's own last months.
        use_targets: shares of the limit that a bill may be lowered to.
        debt_rates: shares of the debt elsewhere that may be paid down a month.
        capacity_share: of monthly means, the most that a person can pay beyond the usual.
        means_of_limit: monthly means where no payment and no income is known, share of the limit.
        most_cut: share of a month's new charges that can be paid in cash instead.
        lives: other lives, in which a path must hold as well.
        margins: by length of path, rising; the last one holds beyond it.
        income_weight: months of waiting that one month's income is worth in the cost.
        max_plans: lever sets times horizons that a search may evaluate.
        pair_candidates: single levers that are combined.
        effort: trouble of each lever.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizons: tuple[int, ...]
    usual: Life
    use_targets: tuple[float, ...]
    debt_rates: tuple[float, ...]
    capacity_share: float = Field(gt=0, le=1)
    means_of_limit: float = Field(gt=0, le=1)
    most_cut: float = Field(ge=0, le=1)
    lives: tuple[Life, ...]
    margins: tuple[Margin, ...]
    income_weight: float = Field(ge=0)
    max_plans: int = Field(ge=20)
    pair_candidates: int = Field(ge=2)
    effort: Effort

    def margin(self, months: int, *, paying: bool) -> float:
        """Log-odds by which a path of so many months must hold when the account turns out riskier."""
        fitting = [m for m in self.margins if m.to_months >= months] or list(self.margins[-1:])
        return (fitting[0].paying if paying else fitting[0].other) if fitting else 0.0

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
