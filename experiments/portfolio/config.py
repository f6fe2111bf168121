"""Settings of a simulation; the data they give do not depend on the number of buckets or workers."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from experiments.portfolio.parameters import Parameters, read_parameters
from experiments.portfolio.parameters.lender import Feeds
from features.errors import ConfigError
from features.sources.registry import LINKED

BURN_IN = 24
"""Months simulated before the first one that the tables show, so that accounts of all ages are there."""

GENERATING_CODE = (
    "economy.py",
    "emit/*.py",
    "kernels/*.py",
    "layout.py",
    "population.py",
    "simulation.py",
)
"""Files whose code determines the tables."""


class SimulationConfig(BaseModel):
    """Settings of a simulation.

    Attributes:
        n_accounts: accounts ever opened, numbered from 1.
        n_months: months shown in the tables.
        end_month: last month shown, `YYYY-MM`.
        seed: of all random streams.
        n_buckets: buckets of the tables; does not change their rows.
        workers: processes; changes nothing but the time it takes.
        n_employers: firms of the registry.
        parameters: behaviour and economics.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    n_accounts: int = Field(default=20_000, ge=1)
    n_months: int = Field(default=48, ge=12)
    end_month: str = Field(default="2026-10", pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    seed: int = Field(default=2026, ge=0)
    n_buckets: int = Field(default=16, ge=1)
    workers: int = Field(default=2, ge=1)
    n_employers: int = Field(default=3_000, ge=100)
    parameters: Parameters = Field(default_factory=read_parameters)

    @property
    def span(self) -> int:
        """Months simulated: burn-in and shown."""
        return BURN_IN + self.n_months

    def month_start(self, month: int) -> date:
        """First day of a month of the simulation; month `BURN_IN` is the first one shown."""
        year, number = (int(part) for part in self.end_month.split("-"))
        index = year * 12 + (number - 1) - (self.span - 1) + month
        return date(index // 12, index % 12 + 1, 1)

    def month_index(self, day: date) -> int:
        """The month of the simulation that a day lies in; may lie outside of it."""
        first = self.month_start(0)
        return (day.year - first.year) * 12 + day.month - first.month

    def with_delays(self, hours: Mapping[str, float]) -> "SimulationConfig":
        """The same simulation with feeds that deliver some tables so many hours after the event.

        Raises:
            ConfigError: a table has no such setting, or a delay is negative.
        """
        feeds = {**self.parameters.feeds.model_dump(), **hours}
        try:
            changed = Feeds.model_validate(feeds)
        except ValidationError as error:
            wrong = error.errors()[0]
            raise ConfigError(
                f"delay of {wrong['loc'][0]}: {wrong['msg']}; give hours ≥ 0 for one of "
                f"{list(Feeds.model_fields)}"
            ) from error
        return self.model_copy(update={"parameters": self.parameters.model_copy(update={"feeds": changed})})

    def origin(self) -> dict[str, str]:
        """What determines the tables: the settings, and a digest of settings and code."""
        settings = self.model_dump_json(exclude={"workers"})
        return {"settings": settings, "sha256": _digest(settings, code_digest())}


def from_origin(origin: dict[str, str]) -> SimulationConfig:
    """The configuration that `SimulationConfig.origin` wrote.

    Older data sets name the shares of consent among the parameters; these stand with the feeds now.

    Raises:
        ConfigError: another version of the simulator wrote it, with other settings.
    """
    settings = json.loads(origin["settings"])
    for source in LINKED:
        settings["parameters"]["observed"].pop(f"consent_{source}", None)
    try:
        return SimulationConfig.model_validate(settings)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ConfigError(
            f"simulated data set: its setting {where} is not of this version; `make portfolio` makes it anew"
        ) from error


@cache
def code_digest() -> str:
    """SHA-256 of the generating code: tables of a changed simulator are never taken for the same ones."""
    here = Path(__file__).parent
    files = sorted(path for name in GENERATING_CODE for path in here.glob(name))
    return _digest(*(hashlib.sha256(path.read_bytes()).hexdigest() for path in files))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
