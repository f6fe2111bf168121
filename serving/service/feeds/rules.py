"""How late each feed may be, from `feeds.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from features.contract.registry import TABLES
from features.errors import ConfigError
from features.sources.registry import LINKED

FILE = Path(__file__).with_name("feeds.toml")
Use = Literal["as_of_own_watermark", "absent"]
"""What is done with what has arrived: it is used as it is, or the source is withheld."""


class Lag(BaseModel):
    """How late a feed may be, in days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bounds_now: bool = Field(False, description="a decision stands no later than this feed is complete")
    late_after_days: float = Field(gt=0, description="beyond this the feed is listed as late")
    when_late: Use = Field("as_of_own_watermark", description="what is done with a late feed")
    stale_after_days: float = Field(gt=0, description="beyond this `when_stale` holds")
    when_stale: Use | Literal["refuse"] = Field(description="what is done with a stale feed")
    reason: str = Field(min_length=1, description="why these lines")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.stale_after_days < self.late_after_days:
            raise ValueError("stale_after_days lies before late_after_days")
        return self


class FeedRule(Lag):
    """The rule of one table."""

    table: str
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @model_validator(mode="after")
    def _of_a_table(self) -> Self:
        if self.table not in TABLES:
            raise ValueError(f"{self.table!r} is no table of the contract")
        if "absent" in (self.when_late, self.when_stale) and TABLES[self.table].source not in LINKED:
            raise ValueError(f"{self.table!r} belongs to no linked source and cannot be withheld")
        return self


class FeedRules(BaseModel):
    """The rules of all tables; linked sources without an entry share one by their kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    feeds: tuple[FeedRule, ...]
    linked_reports: Lag
    linked_months: Lag

    @property
    def by_table(self) -> Mapping[str, FeedRule]:
        """The rule of each table that has one."""
        return {**self._linked, **{rule.table: rule for rule in self.feeds}}

    @property
    def bounding(self) -> frozenset[str]:
        """Tables that bound the moment of a decision."""
        return frozenset(table for table, rule in self.by_table.items() if rule.bounds_now)

    @property
    def _linked(self) -> dict[str, FeedRule]:
        return {
            source.table: FeedRule(
                table=source.table,
                zh=source.zh,
                en=source.en,
                **(self.linked_months if source.monthly else self.linked_reports).model_dump(),
            )
            for source in LINKED.values()
        }


@cache
def packaged() -> FeedRules:
    """The rules of `feeds.toml`.

    Raises:
        ConfigError: the file breaks a rule; names the entry.
    """
    return read(FILE)


def read(path: Path) -> FeedRules:
    """The rules of a file.

    Raises:
        ConfigError: it cannot be read, or breaks a rule.
    """
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error


def parse(text: str, name: str = FILE.name) -> FeedRules:
    """Rules from TOML; `name` is that of the file, for messages.

    Raises:
        ConfigError: names the entry that is wrong.
    """
    try:
        return FeedRules.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not TOML: {error}") from error
    except ValidationError as error:
        wrong = error.errors()[0]
        raise ConfigError(f"{name}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}") from error
