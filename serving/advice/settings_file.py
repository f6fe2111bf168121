"""Reads the settings from TOML and checks them against the levers."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from features.errors import ConfigError
from serving.advice.levers.registry import LEVERS
from serving.advice.search.confidence import COMMON_DRIVERS
from serving.advice.settings import AdviceSettings

PACKAGED = Path(__file__).with_name("advice.toml")


@cache
def packaged() -> AdviceSettings:
    """The settings that ship with the code."""
    return read(PACKAGED)


def read(path: Path) -> AdviceSettings:
    """A settings file.

    Raises:
        ConfigError: names the file and the setting that is wrong, missing, or of no lever.
    """
    try:
        settings = AdviceSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"advice settings {path} cannot be read: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"advice settings {path} are not TOML: {error}") from error
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(str(part) for part in wrong["loc"])
        raise ConfigError(f"advice settings {path}: {place}: {wrong['msg']}") from error
    drivers = [*COMMON_DRIVERS, *(name for lever in LEVERS.values() for name in lever.drivers)]
    _same_names(path, "effort", settings.effort, LEVERS)
    _same_names(path, "confidence", settings.confidence.weights, drivers)
    return settings


def _same_names(path: Path, section: str, given: Iterable[str], levers: Iterable[str]) -> None:
    """Refuses a section that misses a name of the registered levers, or holds one of none."""
    need = tuple(levers)
    missing = sorted(set(need) - set(given))
    if missing:
        raise ConfigError(
            f"advice settings {path}: {section}.{missing[0]} is missing; every lever of "
            f"serving/advice/levers/registry.py needs its numbers in [{section}]"
        )
    _refuse_unknown(path, section, given, need)


def _refuse_unknown(path: Path, section: str, given: Iterable[str], levers: Iterable[str]) -> None:
    unknown = sorted(set(given) - set(levers))
    if unknown:
        raise ConfigError(
            f"advice settings {path}: {section}.{unknown[0]} belongs to no lever of "
            f"serving/advice/levers/registry.py; take it out, or use one of {', '.join(sorted(set(levers)))}"
        )
