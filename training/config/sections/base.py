"""What all sections share."""

from pydantic import BaseModel, ConfigDict, Field

Range = tuple[float, float]
Share = Field(gt=0.0, lt=1.0)


class ConfigSection(BaseModel):
    """A frozen section that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
