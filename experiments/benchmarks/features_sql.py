"""The aggregates of the features as plain DuckDB SQL, generated from their declarations.

Written as an analyst would: one query a view, which joins observations to rows that were known and groups,
every aggregate with its own `filter`. What is the same for all observations of a month is computed once a
month; the results of the views are not even joined with one another.

It is what the engine is timed against. What the engine is checked against is written by hand and knows
nothing of the declarations: `tests/contracts/features/sql_oracle.py`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from experiments.benchmarks.features_sql_linked import rows_of
from experiments.benchmarks.features_sql_rows import ROWS
from features.engine import FeatureSet
from features.engine.aggregate import CONDITIONAL, Aggregate, Op
from features.engine.compiler import FeaturePlan, Stage
from features.engine.filters import ColumnName, Combination, Comparison, Filter, Flag, NullTest
from features.engine.masks import ColumnTypes, stored
from features.engine.views.registry import VIEWS
from features.engine.window import Window
from features.errors import ConfigError
from features.sources.registry import LINKED

VIEW_ROWS = {**ROWS, **{key: rows_of(source) for key, source in LINKED.items()}}

SHARED = ("employers", "macro", "industry_outlook")
CONSENTED = tuple(LINKED)


def queries(features: FeatureSet, root: Path, bucket: str = "*") -> list[str]:
    """Statements that leave a table `agg_<view>` a view: `account_id`, `as_of`, and `a<i>` for aggregate i.

    They expect a table `obs` of `account_id` and `as_of`. Means over time are in `agg_<view>_mean`.
    """
    own = [name for name in features.tables if name not in SHARED]
    tables = {name: f"read_parquet('{root}/{name}/bucket={bucket}/*.parquet')" for name in own}
    tables |= {name: f"read_parquet('{root}/{name}/*.parquet')" for name in SHARED}
    made = [_consent(source, tables["consents"]) for source in CONSENTED]
    return made + [sql for stage in features.plan.stages for sql in _stage(stage, features.plan, tables)]


def _consent(source: str, consents: str) -> str:
    return f"""create or replace temp table obs_{source} as
        select account_id, as_of from obs semi join {consents} c on c.account_id = obs.account_id
        and c.source = '{source}' and c.known_at < obs.as_of and c.granted_at < obs.as_of
        and (c.revoked_at is null or c.revoked_at >= obs.as_of)"""


def _stage(stage: Stage, plan: FeaturePlan, tables: dict[str, str]) -> list[str]:
    view = stage.view
    mine = {place: plan.aggregates[place] for place in stage.places.tolist()}
    windows = [plan.windows[i] for i in stage.used_windows.tolist()]
    rows = f"with v as ({VIEW_ROWS[view.name].format(**tables)}), o as ({_observed(stage, windows)})"
    levels = {place: a for place, a in mine.items() if a.op == Op.TIME_MEAN}
    plain = {place: a for place, a in mine.items() if a.op != Op.TIME_MEAN}
    made = (
        [f"create or replace temp table agg_{view.name} as {rows} {_grouped(plain, windows)}"]
        if plain
        else []
    )
    if levels:
        made.append(
            f"create or replace temp table agg_{view.name}_mean as {rows}, {_time_means(levels, windows)}"
        )
    return made


def _observed(stage: Stage, windows: Sequence[Window]) -> str:
    """Observations with what they are joined by and the ends of the windows."""
    view = stage.view
    ends = []
    for i, window in enumerate(windows):
        if window.months is not None:
            ends.append(f"as_of - interval {window.months} month - interval {window.days} day as l{i}")
    ends += [f"as_of - interval {w.end_months} month as h{i}" for i, w in enumerate(windows) if w.end_months]
    if view.key == "none":
        return f"select distinct null as account_id, as_of, 0 as key, {', '.join(ends)} from obs"
    if isinstance(view.key, Aggregate):
        source, key = f"agg_{view.key.view}", f"a{stage.key_place}"
    else:
        source, key = f"obs_{view.source}" if view.source in CONSENTED else "obs", "account_id"
    return f"select {', '.join(['account_id', 'as_of', f'{key} as key', *ends])} from {source}"


def _grouped(mine: Mapping[int, Aggregate], windows: Sequence[Window]) -> str:
    columns = ", ".join(f"{_expression(a, windows)} as a{place}" for place, a in mine.items())
    longest = max(range(len(windows)), key=lambda i: _reach(windows[i]))
    reach = "" if windows[longest].months is None else f"and v.event >= o.l{longest}"
    return f"""select o.account_id, o.as_of, {columns} from o join v on v.key = o.key
        and v.event < o.as_of and v.known < o.as_of {reach} group by all"""


def _reach(window: Window) -> float:
    return float("inf") if window.months is None else window.months * 31 + window.days


def _conditions(aggregate: Aggregate, windows: Sequence[Window]) -> list[str]:
    """What a row must meet: the window and, unless it is the condition of a run, the filter."""
    i, window = windows.index(aggregate.window), aggregate.window
    parts = [f"v.event >= o.l{i}"] if window.months is not None else []
    parts += [f"v.event < o.h{i}"] if window.end_months else []
    if aggregate.where is not None and aggregate.op not in CONDITIONAL:
        parts.append(filter_sql(aggregate.where, VIEWS[aggregate.view].columns))
    return parts


def filter_sql(condition: Filter, types: ColumnTypes) -> str:
    """A filter as SQL over the columns of a view's rows `v`; null is alike in both."""
    match condition:
        case Combination(left, joined, right):
            return f"({filter_sql(left, types)} {joined} {filter_sql(right, types)})"
        case Comparison(column, relation, operand):
            if isinstance(operand, ColumnName):
                second = f'v."{operand}"'
            else:
                second = f"'{operand}'" if isinstance(operand, str) else str(stored(condition, types))
            return f'v."{column}" {_SQL_RELATIONS.get(relation, relation)} {second}'
        case Flag(column, value):
            return f'{"" if value else "not "}v."{column}"'
        case NullTest(column, null):
            return f'v."{column}" is {"" if null else "not "}null'
    raise ConfigError(f"filter {condition} has no SQL")


_SQL_RELATIONS = {"==": "=", "!=": "<>"}


_SIMPLE = {
    Op.COUNT: "count(*) filter ({c})",
    Op.SUM: "coalesce(sum({x}) filter ({c}), 0)",
    Op.SUM_SQ: "coalesce(sum({x} * {x}) filter ({c}), 0)",
    Op.MIN: "min({x}) filter ({c})",
    Op.MAX: "max({x}) filter ({c})",
    Op.LAST: "arg_max({x}, v.event) filter ({c})",
    Op.FIRST: "arg_min({x}, v.event) filter ({c})",
    Op.LAST_EVENT: "max(v.event) filter ({c})",
    Op.FIRST_EVENT: "min(v.event) filter ({c})",
    Op.DISTINCT: "count(distinct {x}) filter ({c})",
}
_STREAK = "coalesce(length(regexp_extract({runs}, '1*$')), 0)"
_LONGEST = "coalesce(list_max(list_transform(string_split({runs}, '0'), lambda part: length(part))), 0)"
_CHANGES = """coalesce(length(list_filter(range(2, length({list}) + 1),
    lambda i: ({list})[i] <> ({list})[i - 1])), 0)"""


def _expression(aggregate: Aggregate, windows: Sequence[Window]) -> str:
    column, condition = f'v."{aggregate.column}"', " and ".join(_conditions(aggregate, windows)) or "true"
    if aggregate.op in _SIMPLE:
        return _SIMPLE[aggregate.op].format(x=column, c=condition)
    if aggregate.op == Op.CHANGES:
        listed = f"list({column} order by v.event, v.known) filter ({condition} and {column} is not null)"
        return _CHANGES.format(list=listed)
    assert aggregate.where is not None
    met = filter_sql(aggregate.where, VIEWS[aggregate.view].columns)
    digit = f"case when {met} then '1' else '0' end"
    runs = f"string_agg({digit}, '' order by v.event, v.known) filter ({condition})"
    return (_STREAK if aggregate.op == Op.STREAK else _LONGEST).format(runs=runs)


def _time_means(mine: Mapping[int, Aggregate], windows: Sequence[Window]) -> str:
    means = []
    for place, aggregate in mine.items():
        low = f"l{windows.index(aggregate.window)}"
        seconds = f"((epoch_us(greatest(until, {low})) - epoch_us(greatest(event, {low}))) // 1000000)"
        means.append(f"sum(level * {seconds}) // nullif(sum({seconds}), 0) as a{place}")
    column = next(iter(mine.values())).column
    return f"""steps as (select o.*, v.event, v."{column}"::bigint as level, lead(v.event, 1, o.as_of) over (
            partition by o.account_id, o.as_of order by v.event, v.known, v."{column}") as until
            from o join v on v.key = o.key and v.event < o.as_of and v.known < o.as_of)
        select account_id, as_of, {", ".join(means)} from steps group by account_id, as_of"""
