"""Settings of the demand experiment."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from features.errors import ConfigError

DEFAULT = Path(__file__).with_name("settings.toml")


class Boosting(BaseModel):
    """Parameters of LightGBM: one candidate of the search."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    learning_rate: float = Field(gt=0, le=0.5)
    num_leaves: int = Field(ge=2, le=64)
    min_data_in_leaf: int = Field(ge=1)
    feature_fraction: float = Field(gt=0, le=1)
    bagging_fraction: float = Field(gt=0, le=1)
    lambda_l2: float = Field(ge=0)


class DemandSettings(BaseModel):
    """Settings of the experiment; units are in the names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizon_days: int = Field(ge=1)
    window_days: int = Field(ge=28)
    record_window_days: int = Field(ge=28)
    earlier_weight: float = Field(ge=0, le=1)
    folds: int = Field(ge=2)
    seeds: int = Field(ge=1)
    threads: int = Field(ge=1)
    seed: int
    bootstrap: int = Field(ge=50)
    candidates: tuple[Boosting, ...] = Field(min_length=1)


def load_settings(path: Path = DEFAULT) -> DemandSettings:
    """Reads the settings.

    Raises:
        ConfigError: the file is missing, not TOML, or holds a key or value that does not fit.
    """
    try:
        return DemandSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"no settings at {path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{path}: {where}: {first['msg']}") from None
