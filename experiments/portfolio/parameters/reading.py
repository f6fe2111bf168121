"""The parameters of the simulation; `experiments/configs/simulation.toml` gives value and reason of each."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from experiments.portfolio.parameters.behaviour import Repayment, Risk, Shopping
from experiments.portfolio.parameters.customers import Need, People, Work
from experiments.portfolio.parameters.lender import Economics, Feeds, Incumbent, Observed
from experiments.portfolio.parameters.section import SimulationSection
from features.errors import ConfigError
from features.paths import ROOT

WORLD_TOML = ROOT / "experiments" / "configs" / "simulation.toml"


class Parameters(SimulationSection):
    """All sections. Names are unique across sections, so the kernels read one flat record."""

    people: People
    work: Work
    need: Need
    shopping: Shopping
    repayment: Repayment
    risk: Risk
    incumbent: Incumbent
    economics: Economics
    observed: Observed
    feeds: Feeds

    def flat(self) -> dict[str, float]:
        """Name to value over all sections."""
        return {name: value for section in self.model_dump().values() for name, value in section.items()}

    def record(self) -> Any:
        """The parameters as one numpy record of float64, which compiled code reads by name."""
        values = self.flat()
        return np.array([tuple(values.values())], dtype=[(name, "f8") for name in values])[0]


@lru_cache
def read_parameters(path: Path = WORLD_TOML) -> Parameters:
    """Reads the TOML file.

    Raises:
        ConfigError: the file is missing or a name in it is unknown, missing or not a number.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text())
        return Parameters.model_validate(raw)
    except OSError as error:
        raise ConfigError(f"simulation parameters: {path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"simulation parameters: {path}: {where}: {first['msg']}") from error
