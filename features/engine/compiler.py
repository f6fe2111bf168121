"""From expressions to what the compiled loops take: aggregates by view, and a list of instructions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from features.engine import interpreter
from features.engine.aggregate import CONDITIONAL, VALUED, Aggregate, Op
from features.engine.expressions import Expression
from features.engine.masks import Predicate, compile_filter
from features.engine.views.registry import VIEWS
from features.engine.views.view import View
from features.engine.window import Window
from features.errors import ConfigError
from features.spelling import nearest


@dataclass(frozen=True)
class Stage:
    """The k aggregates of one view, as columns of numbers for the kernel (see `kernels.aggregate`).

    Attributes:
        view: whose rows they aggregate.
        filters: distinct filters, compiled for the view's columns.
        key_place: row of the aggregate matrix that holds the key, None when the account is the key.
        ops: (k,) operation.
        columns: (k,) column of the view.
        masks: (k,) row of the masks: 0 for all rows, 1 + i for filter i.
        windows: (k,) position in `used_windows`.
        places: (k,) row of the aggregate matrix.
        used_windows: the view's windows, as positions in the plan's windows.
    """

    view: View
    filters: tuple[Predicate, ...]
    key_place: int | None
    ops: Ints
    columns: Ints
    masks: Ints
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
class FeaturePlan:
    """All that is needed to compute a set of features.

    Attributes:
        aggregates: each aggregate once; its position is its row of the aggregate matrix.
        windows: each window once.
        stages: in an order in which keys are there before they are looked up.
        instructions: the feature arithmetic.
    """

    aggregates: tuple[Aggregate, ...]
    windows: tuple[Window, ...]
    stages: tuple[Stage, ...]
    instructions: Instructions


def compile_plan(expressions: Sequence[Expression]) -> FeaturePlan:
    """Finds every distinct aggregate and every distinct sub-expression, once each.

    Raises:
        ConfigError: an aggregate names an unknown view or column, or its filter does not fit the view's
            columns.
    """
    nodes = _nodes(expressions)
    read = [node.aggregate for node in nodes if node.aggregate is not None]
    aggregates = tuple(dict.fromkeys([*_keys(read), *read]))
    place = {aggregate: i for i, aggregate in enumerate(aggregates)}
    for aggregate in aggregates:
        _check(aggregate)
    used = [view for view in VIEWS.values() if any(a.view == view.name for a in aggregates)]
    windows = tuple(dict.fromkeys(a.window for a in aggregates))
    stages = tuple(_stage(view, place, windows) for view in used)
    return FeaturePlan(aggregates, windows, stages, _instructions(nodes, expressions, place))


def _nodes(expressions: Sequence[Expression]) -> list[Expression]:
    """Every distinct sub-expression, operands before those who use them."""
    found: dict[Expression, None] = {}

    def visit(node: Expression) -> None:
        if node not in found:
            for arg in node.args:
                visit(arg)
            found[node] = None

    for expression in expressions:
        visit(expression)
    return list(found)


def _keys(aggregates: Iterable[Aggregate]) -> Iterator[Aggregate]:
    """The aggregates whose values are keys of the views, a key's own key before it."""
    for aggregate in aggregates:
        key = VIEWS[aggregate.view].key if aggregate.view in VIEWS else None
        if isinstance(key, Aggregate):
            yield from _keys([key])
            yield key


def _check(aggregate: Aggregate) -> None:
    view, column = VIEWS.get(aggregate.view), aggregate.column
    if view is None:
        close = nearest(aggregate.view, VIEWS)
        raise ConfigError(f"aggregate {aggregate}: there is no view {aggregate.view!r}; {close}")
    if (aggregate.op in VALUED) != bool(column):
        wrong = "names a column, and looks at rows alone" if column else "names no column, and needs one"
        raise ConfigError(f"aggregate {aggregate}: {wrong}; view {view.name} has {', '.join(view.columns)}")
    if column and column not in view.columns:
        close = nearest(column, view.columns)
        raise ConfigError(f"aggregate {aggregate}: view {view.name} has no column {column!r}; {close}")
    if aggregate.op in CONDITIONAL and aggregate.where is None:
        raise ConfigError(f"aggregate {aggregate}: a run needs the condition that its rows meet")


def _stage(view: View, place: Mapping[Aggregate, int], windows: Sequence[Window]) -> Stage:
    mine = [a for a in place if a.view == view.name]
    used = list(dict.fromkeys(a.window for a in mine))
    predicates = [_predicate(a, view) for a in mine]
    filters = [predicate for predicate in dict.fromkeys(predicates) if predicate is not None]
    columns, masks = list(view.columns), [None, *filters]
    return Stage(
        view,
        tuple(filters),
        place[view.key] if isinstance(view.key, Aggregate) else None,
        _ints(int(a.op) for a in mine),
        _ints(columns.index(a.column) if a.column else 0 for a in mine),
        _ints(masks.index(predicate) for predicate in predicates),
        _ints(used.index(a.window) for a in mine),
        _ints(place[a] for a in mine),
        _ints(windows.index(window) for window in used),
    )


def _predicate(aggregate: Aggregate, view: View) -> Predicate | None:
    try:
        return None if aggregate.where is None else compile_filter(aggregate.where, view.columns)
    except ConfigError as error:
        raise ConfigError(f"aggregate {aggregate}: {error}") from None


def scale_of(aggregate: Aggregate) -> float:
    """What an aggregate's integer is divided by to give its unit."""
    rows_only = aggregate.op not in VALUED or aggregate.op in (Op.DISTINCT, Op.CHANGES)
    scale = 1 if rows_only else VIEWS[aggregate.view].columns[aggregate.column].scale
    return float(scale**2 if aggregate.op == Op.SUM_SQ else scale)


def _instructions(
    nodes: Sequence[Expression], expressions: Sequence[Expression], place: Mapping[Aggregate, int]
) -> Instructions:
    """One instruction a node; operands are registers, and a LOAD's is its row of the aggregate matrix."""
    register = {node: i for i, node in enumerate(nodes)}
    args = np.zeros((len(nodes), 3), np.int64)
    constants = np.zeros(len(nodes))
    for i, node in enumerate(nodes):
        if node.aggregate is not None:
            args[i, 0], constants[i] = place[node.aggregate], scale_of(node.aggregate)
        constants[i] = node.constant if node.op == interpreter.CONST else constants[i]
        args[i, : len(node.args)] = [register[arg] for arg in node.args] or args[i, : len(node.args)]
    x, y, z = (np.ascontiguousarray(column) for column in args.T)
    results = _ints(register[expression] for expression in expressions)
    return Instructions(_ints(node.op for node in nodes), x, y, z, constants, results)


def _ints(numbers: Iterable[int]) -> Ints:
    return np.array(list(numbers), dtype=np.int64)
