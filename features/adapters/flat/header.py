"""A position in place of a column's name."""

import re
from collections.abc import Sequence

from features.adapters.flat.config import FlatConfig
from features.adapters.flat.names import UNNAMED

ROLES = ("target", "id", "group", "date")
POSITION = re.compile(UNNAMED.format(r"(\d+)") + "$")


def by_name(config: FlatConfig, header: Sequence[str]) -> FlatConfig:
    """The configuration with every position in place of target, id, group or date as that column's name."""
    given = {role: getattr(config, role) for role in ROLES}
    found = {role: _named(name, header) for role, name in given.items() if name is not None}
    return config.model_copy(update=found)


def _named(name: str, header: Sequence[str]) -> str:
    position = POSITION.match(name)
    if name in header or position is None or not 1 <= int(position[1]) <= len(header):
        return name
    return header[int(position[1]) - 1]
