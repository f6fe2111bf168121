"""Reads a policy file; a policy is identified by its version and by its hash."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from features.errors import ConfigError
from serving.decision.policy.model import Policy

PACKAGED = Path(__file__).with_name("policy.toml")


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy with its identity.

    Attributes:
        policy: the settings.
        text: the file as read, stored with the decisions made under it.
        sha256: of the text.
    """

    policy: Policy
    text: str
    sha256: str


@cache
def packaged() -> LoadedPolicy:
    """The policy that ships with the code."""
    return read(PACKAGED)


def read(path: Path) -> LoadedPolicy:
    """A policy file.

    Raises:
        ConfigError: names the file and the setting that is wrong.
    """
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise ConfigError(f"policy {path} cannot be read: {error.strerror}") from error


def parse(text: str, where: str = "policy") -> LoadedPolicy:
    """A policy from its text.

    Args:
        text: TOML.
        where: names the text in messages.

    Raises:
        ConfigError: not TOML, or a setting is unknown, missing or contradicts another.

    Example:
        >>> loaded = parse(packaged().text)
        >>> [tier.name for tier in loaded.policy.tiers if tier.raises], loaded.policy.cutoff_pd
        (['A', 'B', 'C'], 0.03)
        >>> parse(packaged().text.replace("rounding_cny = 100", "rounding_cny = -1"), "my.toml")
        Traceback (most recent call last):
        features.errors.ConfigError: my.toml: limits.rounding_cny: Input should be greater than 0
    """
    try:
        policy = Policy.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where} is not TOML: {error}") from error
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(str(part) for part in wrong["loc"])
        raise ConfigError(f"{where}: {place or 'policy'}: {wrong['msg']}") from error
    return LoadedPolicy(policy, text, hashlib.sha256(text.encode()).hexdigest())
