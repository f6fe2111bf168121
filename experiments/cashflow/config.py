"""Settings of a cash-flow simulation; the data do not depend on the number of buckets or workers."""

import hashlib
import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from experiments.cashflow.parameters import Parameters, read_parameters

BURN_IN = 24
"""Months simulated before the first one that the tables show, so that accounts of all ages are there."""
LOOKAHEAD = 14
"""Months of calendar and economy beyond the last one shown: outcomes reach a year ahead of any day."""

GENERATING_CODE = (
    "cashflow/economy.py",
    "cashflow/emit/*.py",
    "cashflow/kernels/*.py",
    "cashflow/layout.py",
    "cashflow/population.py",
    "cashflow/simulation.py",
    "portfolio/kernels/distributions.py",
    "portfolio/kernels/random_streams.py",
)
"""Files under `experiments/` whose code determines the tables."""


class CashflowConfig(BaseModel):
    """Settings of a simulation.

    Attributes:
        n_accounts: accounts ever opened, numbered from 1.
        n_months: months shown in the tables.
        end_month: last month shown, `YYYY-MM`.
        seed: of all random streams.
        n_buckets: buckets of the tables; does not change their rows.
        workers: processes; changes nothing but the time it takes.
        n_employers: firms of the registry.
        parameters: people, their money, the lender.
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

    @property
    def span_days(self) -> int:
        """Days simulated."""
        return self.day_index(self.month_start(self.span))

    def month_start(self, month: int) -> date:
        """First day of a month of the simulation; month `BURN_IN` is the first one shown."""
        year, number = (int(part) for part in self.end_month.split("-"))
        index = year * 12 + (number - 1) - (self.span - 1) + month
        return date(index // 12, index % 12 + 1, 1)

    def day_index(self, day: date) -> int:
        """The day of the simulation; may lie outside of it."""
        return (day - self.month_start(0)).days

    def day(self, index: int) -> date:
        """The calendar day of a day of the simulation."""
        return self.month_start(0) + timedelta(days=index)

    def origin(self) -> dict[str, str]:
        """What determines the tables: the settings, and a digest of settings and code."""
        settings = self.model_dump_json(exclude={"workers"})
        return {"settings": settings, "sha256": _digest(settings, code_digest())}


def from_origin(origin: dict[str, str]) -> CashflowConfig:
    """The configuration that `CashflowConfig.origin` wrote."""
    return CashflowConfig.model_validate(json.loads(origin["settings"]))


@cache
def code_digest() -> str:
    """SHA-256 of the generating code: tables of a changed simulator are never taken for the same ones."""
    experiments = Path(__file__).parent.parent
    files = sorted(path for name in GENERATING_CODE for path in experiments.glob(name))
    return _digest(*(hashlib.sha256(path.read_bytes()).hexdigest() for path in files))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
