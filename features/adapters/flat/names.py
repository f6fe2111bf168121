"""Column names of a file: what is written in its header line, as the configuration and the model name it."""

import re
from collections.abc import Sequence

UNNAMED = "column_{}"
"""Name of a column whose header is empty, by its position from 1."""
RESERVED = re.compile(r"[^\w .-]+")
"""Characters that LightGBM refuses in the name of a feature, or MLflow in that of a setting or figure."""


def column_names(header: Sequence[str | None]) -> tuple[str, ...]:
    """Names that are present, distinct and accepted by the model, in the order of the columns.

    Blanks around a name are dropped, and blanks inside it become one; characters that LightGBM or MLflow
    refuse become `_`. A column without a name is named by its position, and a repeated name is numbered: a
    column that cannot be named can neither be left out nor be the id.

    >>> column_names(["", " income ", "income", "share, in %"])
    ('column_1', 'income', 'income_2', 'share_ in')
    """
    names: list[str] = []
    taken: set[str] = set()
    for position, text in enumerate(header, start=1):
        name = _free(_accepted(" ".join((text or "").split())) or UNNAMED.format(position), taken)
        names.append(name)
        taken.add(_in_model(name))
    return tuple(names)


def _accepted(text: str) -> str:
    return RESERVED.sub("_", text).strip("_ ") if RESERVED.search(text) else text


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while _in_model(free) in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _in_model(name: str) -> str:
    """The name as LightGBM keeps it, which tells blanks from `_` no longer."""
    return name.replace(" ", "_")
