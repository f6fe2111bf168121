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
from features.engine.cycles import Cycles
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

    They expect a table `obs` of `account_id` and `as_of`. Means over time are in `agg_<view>_mean`, events
    that clocks count in `ticks_<view>`.
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
    windows = list(dict.fromkeys(aggregate.window for aggregate in mine.values()))
    rows = f"with v as ({VIEW_ROWS[view.name].format(**tables)}), o as ({_observed(stage, windows)})"
    levels = {place: a for place, a in mine.items() if a.op == Op.TIME_MEAN}
    plain = {place: a for place, a in mine.items() if a.op != Op.TIME_MEAN}
    made = [_ticks(clock.view, stage, tables) for clock in stage.clocks]
    if plain:
        made.append(f"create or replace temp table agg_{view.name} as {rows} {_grouped(plain, windows)}")
    if levels:
        made.append(
            f"create or replace temp table agg_{view.name}_mean as {rows}, {_time_means(levels, windows)}"
        )
    return made


def _ticks(clock: str, stage: Stage, tables: dict[str, str]) -> str:
    """The events that a clock counts, newest first, for observations of the stage's key."""
    return f"""create or replace temp table ticks_{clock} as
        with v as ({VIEW_ROWS[clock].format(**tables)}), o as ({_observed(stage, [])})
        select o.account_id, o.as_of, list_reverse_sort(list(distinct v.event)) as t
        from o join v on v.key = o.key and v.event < o.as_of and v.known < o.as_of group by all"""


def _observed(stage: Stage, windows: Sequence[Window | Cycles]) -> str:
    """Observations with what they are joined by and the ends of the windows."""
    view = stage.view
    ends = [end for i, window in enumerate(windows) for end in _ends(i, window)]
    if view.key == "none":
        keyed = "(select distinct null::bigint as account_id, as_of, 0 as key from obs)"
    elif isinstance(view.key, Aggregate):
        keyed = f"(select account_id, as_of, a{stage.key_place} as key from agg_{view.key.view})"
    else:
        source = f"obs_{view.source}" if view.source in CONSENTED else "obs"
        keyed = f"(select account_id, as_of, account_id as key from {source})"
    clocks = dict.fromkeys(window.view for window in windows if isinstance(window, Cycles))
    joined = " ".join(
        f"left join ticks_{c} on ticks_{c}.as_of = k.as_of and ticks_{c}.account_id is not distinct from "
        "k.account_id" for c in clocks
    )  # fmt: skip
    return f"select {', '.join(['k.account_id', 'k.as_of', 'k.key', *ends])} from {keyed} k {joined}"


def _ends(i: int, window: Window | Cycles) -> list[str]:
    """Lower and upper end of a window as columns, where it has one."""
    if isinstance(window, Window):
        low = [] if window.days is None else [f"k.as_of - interval {window.days} day as l{i}"]
        return low + ([f"k.as_of - interval {window.end_days} day as h{i}"] if window.end_days else [])
    t = f"ticks_{window.view}.t"
    low = [
        f"case when len({t}) >= {window.last} then {t}[{window.last}] when len({t}) >= {window.first} "
        f"then '-infinity'::timestamp else 'infinity'::timestamp end as l{i}"
    ]
    return low + ([f"{t}[{window.first - 1}] as h{i}"] if window.first > 1 else [])


def _grouped(mine: Mapping[int, Aggregate], windows: Sequence[Window | Cycles]) -> str:
    columns = ", ".join(f"{_expression(a, windows)} as a{place}" for place, a in mine.items())
    return f"""select o.account_id, o.as_of, {columns} from o join v on v.key = o.key
        and v.event < o.as_of and v.known < o.as_of {_reach(windows)} group by all"""


def _reach(windows: Sequence[Window | Cycles]) -> str:
    """The rows that any window in days reads; cycles may reach as far back as there are rows."""
    lengths = [w.days for w in windows if isinstance(w, Window) and w.days is not None]
    return f"and v.event >= o.l{lengths.index(max(lengths))}" if len(lengths) == len(windows) else ""


def _conditions(aggregate: Aggregate, windows: Sequence[Window | Cycles]) -> list[str]:
    """What a row must meet: the window and, unless it is the condition of a run, the filter."""
    i = windows.index(aggregate.window)
    ends = " ".join(_ends(i, aggregate.window))
    parts = [f"v.event >= o.l{i}"] if f"as l{i}" in ends else []
    parts += [f"v.event < o.h{i}"] if f"as h{i}" in ends else []
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


def _expression(aggregate: Aggregate, windows: Sequence[Window | Cycles]) -> str:
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


def _time_means(mine: Mapping[int, Aggregate], windows: Sequence[Window | Cycles]) -> str:
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
