"""From expressions to what the compiled loops take: aggregates by view, and a list of instructions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from features.engine import interpreter
from features.engine.aggregate import VALUED, Aggregate, Op
from features.engine.expressions import Expression
from features.engine.views.registry import VIEWS
from features.engine.views.view import View
from features.engine.window import Window
from features.errors import ConfigError


@dataclass(frozen=True)
class Stage:
    """The aggregates of one view, as columns of numbers for the kernel (see `kernels.aggregate`).

    `used_windows` are positions in the plan's windows; `windows` counts within them.
    """

    view: View
    key_place: int | None
    ops: Ints
    columns: Ints
    flags: Ints
    windows: Ints
    places: Ints
    used_windows: Ints


@dataclass(frozen=True)
class Instructions:
    """Instructions over aggregates (see `interpreter.evaluate`)."""

    ops: Ints
    x: Ints
    y: Ints
    z: Ints
    constants: Floats
    results: Ints


@dataclass(frozen=True)
class Plan:
    """All that is needed to compute a set of features.

    Attributes:
        aggregates: each aggregate once; its position is its row of the aggregate matrix.
        windows: each window once.
        stages: in an order in which keys are there before they are looked up.
        program: the feature arithmetic.
    """

    aggregates: tuple[Aggregate, ...]
    windows: tuple[Window, ...]
    stages: tuple[Stage, ...]
    program: Instructions


def compile_plan(values: Sequence[Expression]) -> Plan:
    """Finds every distinct aggregate and every distinct sub-expression, once each.

    Raises:
        ConfigError: an aggregate names an unknown view, column or flag.
    """
    nodes = _nodes(values)
    read = [node.aggregate for node in nodes if node.aggregate is not None]
    aggregates = tuple(dict.fromkeys([*_keys(read), *read]))
    place = {aggregate: i for i, aggregate in enumerate(aggregates)}
    used = [view for view in VIEWS.values() if any(a.view == view.name for a in aggregates)]
    for aggregate in aggregates:
        _check(aggregate)
    windows = tuple(dict.fromkeys(a.window for a in aggregates))
    stages = tuple(_stage(view, place, windows) for view in used)
    return Plan(aggregates, windows, stages, _program(nodes, values, place))


def _nodes(values: Sequence[Expression]) -> list[Expression]:
    found: dict[Expression, None] = {}

    def visit(value: Expression) -> None:
        if value not in found:
            for arg in value.args:
                visit(arg)
            found[value] = None

    for value in values:
        visit(value)
    return list(found)


def _keys(aggregates: Iterable[Aggregate]) -> Iterator[Aggregate]:
    for aggregate in aggregates:
        key = VIEWS[aggregate.view].key if aggregate.view in VIEWS else None
        if isinstance(key, Aggregate):
            yield from _keys([key])
            yield key


def _check(aggregate: Aggregate) -> None:
    view = VIEWS.get(aggregate.view)
    if view is None:
        raise ConfigError(f"aggregate {aggregate}: no view {aggregate.view!r}; there are {list(VIEWS)}")
    if (aggregate.op in VALUED) != bool(aggregate.column) or aggregate.column not in {"", *view.columns}:
        raise ConfigError(f"aggregate {aggregate}: view {view.name} has the columns {list(view.columns)}")
    if aggregate.where not in {"", *view.flags}:
        raise ConfigError(f"aggregate {aggregate}: view {view.name} has the flags {list(view.flags)}")


def _stage(view: View, place: dict[Aggregate, int], windows: tuple[Window, ...]) -> Stage:
    mine = [a for a in place if a.view == view.name]
    used = list(dict.fromkeys(a.window for a in mine))
    columns, flags = list(view.columns), ["", *view.flags]
    return Stage(
        view,
        place[view.key] if isinstance(view.key, Aggregate) else None,
        _ints(int(a.op) for a in mine),
        _ints(columns.index(a.column) if a.column else 0 for a in mine),
        _ints(flags.index(a.where) for a in mine),
        _ints(used.index(a.window) for a in mine),
        _ints(place[a] for a in mine),
        _ints(windows.index(window) for window in used),
    )


def scale_of(aggregate: Aggregate) -> float:
    """What an aggregate's integer is divided by to give its unit."""
    rows_only = aggregate.op not in VALUED or aggregate.op in (Op.DISTINCT, Op.CHANGES)
    scale = 1 if rows_only else VIEWS[aggregate.view].columns[aggregate.column]
    return float(scale**2 if aggregate.op == Op.SUM_SQ else scale)


def _program(
    nodes: list[Expression], values: Sequence[Expression], place: dict[Aggregate, int]
) -> Instructions:
    register = {node: i for i, node in enumerate(nodes)}
    args = np.zeros((len(nodes), 3), np.int64)
    constants = np.zeros(len(nodes))
    for i, node in enumerate(nodes):
        if node.aggregate is not None:
            args[i, 0], constants[i] = place[node.aggregate], scale_of(node.aggregate)
        constants[i] = node.constant if node.op == interpreter.CONST else constants[i]
        args[i, : len(node.args)] = [register[arg] for arg in node.args] or args[i, : len(node.args)]
    x, y, z = (np.ascontiguousarray(column) for column in args.T)
    results = _ints(register[value] for value in values)
    return Instructions(_ints(node.op for node in nodes), x, y, z, constants, results)


def _ints(numbers: Iterable[int]) -> Ints:
    return np.array(list(numbers), dtype=np.int64)
