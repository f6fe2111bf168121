"""What every part of a policy file is: a frozen section, and a text in both languages."""

from pydantic import BaseModel, ConfigDict, Field


class PolicySection(BaseModel):
    """A frozen section that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(PolicySection):
    """A text in both languages; placeholders are named where the text is used."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
