"""Names of columns: what the header leaves empty is named by position, and a position stands for a name."""

import re
from collections.abc import Sequence

from features.adapters.flat.config import UNNAMED, FlatConfig

ROLES = ("target", "id", "group", "date")
POSITION = re.compile(UNNAMED.format(r"(\d+)") + "$")


def filled(header: Sequence[str]) -> list[str]:
    """The header, in which an empty name is `column_<position>`, counted from 1.

    Example:
        >>> filled(["", "income", " "])
        ['column_1', 'income', 'column_3']
    """
    return [name if name.strip() else UNNAMED.format(i) for i, name in enumerate(header, start=1)]


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
