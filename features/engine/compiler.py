"""From expressions to what the compiled loops take: aggregates by view, and a list of instructions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.arrays import Floats, Ints
from features.engine import interpreter, ticks
from features.engine.aggregate import CONDITIONAL, VALUED, Aggregate, Op
from features.engine.cycles import CLOCKS, Cycles
from features.engine.expressions import Expression
from features.engine.masks import Predicate, compile_filter
from features.engine.views.registry import VIEWS
from features.engine.views.view import View
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
        windows: (k,) column of `ends`.
        places: (k,) row of the aggregate matrix.
        ends: (5, w) where the view's windows find their ends, see `ticks.ends`.
        clocks: clocks to be read before it; they have its key.
    """

    view: View
    filters: tuple[Predicate, ...]
    key_place: int | None
    ops: Ints
    columns: Ints
    masks: Ints
    windows: Ints
    places: Ints
    ends: Ints
    clocks: tuple[ticks.Clock, ...]


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
        clocks: each clock once, by view.
        stages: in an order in which keys are there before they are looked up.
        instructions: the feature arithmetic.
    """

    aggregates: tuple[Aggregate, ...]
    clocks: Mapping[str, ticks.Clock]
    stages: tuple[Stage, ...]
    instructions: Instructions


def compile_plan(expressions: Sequence[Expression]) -> FeaturePlan:
    """Finds every distinct aggregate and every distinct sub-expression, once each.

    Raises:
        ConfigError: an aggregate names an unknown view, column or clock, or its filter or clock does not fit
            the view.
    """
    nodes = _nodes(expressions)
    read = [node.aggregate for node in nodes if node.aggregate is not None]
    aggregates = tuple(dict.fromkeys([*_keys(read), *read]))
    place = {aggregate: i for i, aggregate in enumerate(aggregates)}
    for aggregate in aggregates:
        _check(aggregate)
    used = [view for view in VIEWS.values() if any(a.view == view.name for a in aggregates)]
    clocks = ticks.clocks_of([a.window for a in aggregates])
    stages = tuple(_stage(view, place, clocks) for view in used)
    return FeaturePlan(aggregates, clocks, _read_once(stages), _instructions(nodes, expressions, place))


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
    if isinstance(aggregate.window, Cycles):
        _check_clock(aggregate, aggregate.window, view)


def _check_clock(aggregate: Aggregate, window: Cycles, view: View) -> None:
    """Ticks of another key would be another's, and those of a source not consented to would tell of it."""
    clock = VIEWS.get(window.view)
    if clock is None:
        close = nearest(window.clock, [*CLOCKS, *VIEWS])
        raise ConfigError(f"aggregate {aggregate}: there is no clock {window.clock!r}; {close}")
    if clock.key != view.key or clock.source not in (view.source, "platform", "public"):
        raise ConfigError(
            f"aggregate {aggregate}: clock {window.clock} has another key or source than view {view.name}; "
            "count the events of a view with the same key and source"
        )
    if not 1 <= window.first <= window.last:
        raise ConfigError(f"aggregate {aggregate}: events are counted from 1, and the newest comes first")


def _stage(view: View, place: Mapping[Aggregate, int], clocks: Mapping[str, ticks.Clock]) -> Stage:
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
        ticks.ends(used, clocks),
        tuple(clocks[name] for name in dict.fromkeys(w.view for w in used if isinstance(w, Cycles))),
    )


def _read_once(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Each clock is read before the first stage that needs it, and stays for those that follow."""
    read: set[str] = set()
    found = []
    for stage in stages:
        found.append(replace(stage, clocks=tuple(c for c in stage.clocks if c.view not in read)))
        read |= {clock.view for clock in stage.clocks}
    return tuple(found)


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
