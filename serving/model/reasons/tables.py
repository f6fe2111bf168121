"""Compiled reasons as they are held in memory and stored in a bundle."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import polars as pl

from features.arrays import Floats
from features.errors import BundleError
from serving.model.reasons.program import Program
from serving.model.reasons.trees import TreeEnsemble

_WIDTHS = {"columns": 4, "tests": 2, "uppers": 2, "groups": 4, "trees": 2}
_ENSEMBLE = tuple(field.name for field in fields(TreeEnsemble))
_PROGRAM = tuple(field.name for field in fields(Program) if field.name != "ensemble")


@dataclass(frozen=True)
class Frames:
    """What goes into a bundle as parquet.

    Attributes:
        program: one row, one list column for each array of the program and its trees.
        values: one row for each reference: `reference`, `base`, `values`.
    """

    program: pl.DataFrame
    values: pl.DataFrame


@dataclass(frozen=True)
class ReasonTables:
    """Everything that explains one row against one reference.

    Attributes:
        program: conditions and layout; shared by the tables of all references of a model.
        values: (program.n_values,) log-odds by group, pattern of bits and slot.
        base: mean margin of the reference, in log-odds.
    """

    program: Program
    values: Floats
    base: float

    def __post_init__(self) -> None:
        self.values.setflags(write=False)
        if self.values.shape != (self.program.n_values,) or not np.isfinite(self.base):
            raise BundleError(
                f"reason tables: {len(self.values)} values and base {self.base}, expected "
                f"{self.program.n_values} values and a number; rebuild the bundle"
            )

    @property
    def n_players(self) -> int:
        """Number of players."""
        return self.program.n_players

    @property
    def n_bytes(self) -> int:
        """Size of the values in memory; the program comes on top once for all references."""
        return int(self.values.nbytes)

    def to_frames(self) -> Frames:
        """For storage, as the only reference."""
        return to_frames({"": self})

    @staticmethod
    def from_frames(frames: Frames) -> "ReasonTables":
        """What `to_frames` wrote.

        Raises:
            BundleError: the frames hold several references, or are damaged.
        """
        stored = from_frames(frames)
        if len(stored) != 1:
            raise BundleError(f"reason tables: {len(stored)} references {sorted(stored)}, expected one")
        return next(iter(stored.values()))


def to_frames(tables: Mapping[str, ReasonTables]) -> Frames:
    """Tables of several references of one model, the program once.

    Raises:
        BundleError: no tables, or tables that do not share one program.
    """
    programs = {id(table.program): table.program for table in tables.values()}
    if len(programs) != 1:
        raise BundleError(f"reason tables: {len(programs)} programs, expected one for all references")
    program = next(iter(programs.values()))
    values = pl.DataFrame(
        {
            "reference": list(tables),
            "base": [table.base for table in tables.values()],
            "values": pl.Series([pl.Series(table.values) for table in tables.values()]),
        }
    )
    return Frames(pl.DataFrame(_columns(program)), values)


def from_frames(frames: Frames) -> dict[str, ReasonTables]:
    """Tables by reference, as `to_frames` stored them.

    Raises:
        BundleError: a column is missing or its content does not fit the others.
    """
    try:
        program = _program(frames.program)
        return {
            row["reference"]: ReasonTables(program, _array(frames.values["values"], i), row["base"])
            for i, row in enumerate(frames.values.select("reference", "base").iter_rows(named=True))
        }
    except (pl.exceptions.PolarsError, KeyError, ValueError, IndexError) as error:
        raise BundleError(f"reason tables: {error}; rebuild the bundle") from error


def _columns(program: Program) -> dict[str, pl.Series]:
    owners = [(program.ensemble, name) for name in _ENSEMBLE] + [(program, name) for name in _PROGRAM]
    columns: dict[str, pl.Series] = {}
    for owner, name in owners:
        content = getattr(owner, name)
        column = f"{'tree' if owner is program.ensemble else 'program'}_{name}"
        if isinstance(content, np.ndarray):
            columns[column] = pl.Series(column, [pl.Series(content.reshape(-1))])
        else:
            columns[column] = pl.Series(column, [content])
    return columns


def _program(frame: pl.DataFrame) -> Program:
    trees = {name: _content(frame, f"tree_{name}") for name in _ENSEMBLE}
    rest = {name: _content(frame, f"program_{name}", _WIDTHS.get(name, 0)) for name in _PROGRAM}
    return Program(ensemble=TreeEnsemble(**trees), **rest)


def _content(frame: pl.DataFrame, column: str, width: int = 0) -> Any:
    if frame.schema[column] != pl.List:
        return int(frame[column][0])
    array = _array(frame[column], 0)
    return array.reshape(-1, width) if width else array


def _array(column: pl.Series, row: int) -> Floats:
    return np.ascontiguousarray(column[row].to_numpy())
