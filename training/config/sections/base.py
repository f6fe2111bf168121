"""What all sections share."""

from pydantic import BaseModel, ConfigDict

Range = tuple[float, float]


class ConfigSection(BaseModel):
    """A frozen section that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
