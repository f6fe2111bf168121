"""A section of the parameter file."""

from pydantic import BaseModel, ConfigDict


class SimulationSection(BaseModel):
    """A table of the TOML file; unknown and missing names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
