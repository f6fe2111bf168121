"""Parameters of the cash-flow simulation, read from `experiments/configs/cashflow_simulation.toml`."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError, model_validator

from experiments.cashflow.sections import (
    Borrowing,
    Household,
    Income,
    Lender,
    Obligations,
    Observed,
    Payment,
    Section,
    Shopping,
)
from features.errors import ConfigError
from features.paths import ROOT

CASHFLOW_TOML = ROOT / "experiments" / "configs" / "cashflow_simulation.toml"


class Parameters(Section):
    """All sections; a name occurs once in all of them, so that compiled code reads one flat record."""

    income: Income
    obligations: Obligations
    household: Household
    payment: Payment
    borrowing: Borrowing
    shopping: Shopping
    lender: Lender
    observed: Observed

    @model_validator(mode="after")
    def _names_once(self) -> "Parameters":
        names = [name for section in self.model_dump().values() for name in section]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{twice} stand in two sections; give each name once")
        return self

    def flat(self) -> dict[str, float]:
        """Name to value over all sections."""
        return {name: value for section in self.model_dump().values() for name, value in section.items()}

    def record(self) -> Any:
        """The parameters as one numpy record of float64."""
        values = self.flat()
        return np.array([tuple(values.values())], dtype=[(name, "f8") for name in values])[0]

    def with_values(self, **values: float) -> "Parameters":
        """The same parameters with some replaced.

        Raises:
            ConfigError: there is no parameter of that name.
        """
        unknown = sorted(set(values) - set(self.flat()))
        if unknown:
            raise ConfigError(f"cash-flow parameters: no {unknown}; there are {sorted(self.flat())}")
        sections = {
            name: {key: values.get(key, old) for key, old in section.items()}
            for name, section in self.model_dump().items()
        }
        return Parameters.model_validate(sections)


@lru_cache
def read_parameters(path: Path = CASHFLOW_TOML) -> Parameters:
    """Reads the TOML file.

    Raises:
        ConfigError: the file is missing, or a section in it is unknown, missing or not of numbers.
    """
    try:
        return Parameters.model_validate(tomllib.loads(path.read_text()))
    except OSError as error:
        raise ConfigError(f"cash-flow parameters: {path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"cash-flow parameters: {path}: {where}: {first['msg']}") from error
