"""Likely directions of columns, from their names and their values; to be confirmed by a person."""

from typing import Literal

import numpy as np

from features.adapters.flat.checks import auc
from features.adapters.flat.inspection.vocabulary import says, words
from features.adapters.flat.values import Values
from features.arrays import Bools

Direction = Literal[-1, 0, 1]
CLEAR = 0.03
"""Distance of the AUC of a column alone from 0.5 from which it has a direction."""


def likely_direction(column: Values, bad: Bools) -> tuple[Direction, str]:
    """The direction that the values show, and the ground in words; 0 where they show none.

    A name that says otherwise is told too: either the name is misleading or the column has special codes.

    Args:
        column: of (n,) values.
        bad: (n,).
    """
    if column.kind == "category":
        return 0, ""
    values = column.series.to_numpy()
    known = ~np.isnan(values)
    reached = auc(values[known], bad[known])
    shown: Direction = 0 if abs(reached - 0.5) < CLEAR else (1 if reached > 0.5 else -1)
    named = _named(column.name)
    return (shown or named), _ground(shown, named, reached)


def _named(name: str) -> Direction:
    rising, falling = says(name, words("rising")), says(name, words("falling"))
    return 0 if rising == falling else (1 if rising else -1)


def _ground(shown: Direction, named: Direction, reached: float) -> str:
    moves = {1: "rises", -1: "falls", 0: ""}
    if not shown:
        return f"its name says that risk {moves[named]} with it, its values show nothing" if named else ""
    text = f"the bad rate {moves[shown]} with it (AUC alone {reached:.2f})"
    if named == shown:
        return f"{text}, and its name says so"
    return f"{text}, but its name says that risk {moves[named]}" if named else text
