"""The aggregates of the features as plain DuckDB SQL, generated from their declarations.

Written as an analyst would: one query a view, which joins observations to rows that were known and groups,
every aggregate with its own `filter`. What is the same for all observations of a month is computed once a
month; the results of the views are not even joined with one another.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from experiments.benchmarks.features_sql_linked import rows_of
from features.engine import FeatureSet
from features.engine.aggregate import Aggregate, Op
from features.engine.compiler import Plan, Stage
from features.engine.window import Window
from features.sources.registry import LINKED

ROWS = {
    "accounts": """select account_id as key, opened_on::timestamp as event, known_at as known,
        round(initial_limit_cny * 100) as initial_limit from {accounts}""",
    "limits": """select account_id as key, opened_on::timestamp as event, known_at as known,
        round(initial_limit_cny * 100) as "limit" from {accounts}
        union all select account_id, effective_at, known_at, round(new_limit_cny * 100) from {limit_changes}
        where kind = 'fixed'""",
    "limit_changes": """select account_id as key, effective_at as event, known_at as known,
        kind = 'fixed' and new_limit_cny > old_limit_cny as "raise",
        kind = 'fixed' and new_limit_cny < old_limit_cny as cut,
        kind = 'fixed' and cause = 'request' as requested, kind = 'temporary' as temporary
        from {limit_changes}""",
    "orders": """select account_id as key, placed_at as event, known_at as known,
        round(amount_cny * 100) as amount, round_even(amount_cny, 0) as yuan, instalments, category,
        date_trunc('month', placed_at) as month, on_credit, on_credit and instalments > 1 as split
        from {orders}""",
    "returns": """select account_id as key, placed_at as event, greatest(known_at, returned_at) as known,
        round(amount_cny * 100) as amount from {orders} where returned_at is not null""",
    "statements": """select account_id as key, statement_on::timestamp as event, known_at as known,
        round(balance_cny * 100) as balance, round_even(balance_cny, 0) as yuan,
        round(minimum_due_cny * 100) as minimum, balance_cny > 0 as owing,
        coalesce(minimum_due_cny, 0) > 0 as asking, balance_cny = 0 as empty, balance_cny < 0 as in_credit
        from {statements}""",
    "repayments": """select account_id as key, paid_at as event, known_at as known,
        round(amount_cny * 100) as amount, round_even(amount_cny, 0) as yuan from {repayments}""",
    "settlements": """with matched as (
            select r.account_id as key, r.statement_on::timestamp as event,
                greatest(r.known_at, s.known_at) as known,
                round(r.amount_cny * 100) as amount, s.due_on - r.paid_at::date as days_early,
                round(s.balance_cny * 100) as balance, round(s.minimum_due_cny * 100) as minimum
            from {repayments} r join {statements} s using (account_id, statement_on)),
        running as (
            select *, sum(amount) over bill as paid,
                sum(case when days_early >= 0 then amount else 0 end) over bill as paid_in_time
            from matched
            window bill as (partition by key, event order by known, amount rows unbounded preceding))
        select key, event, known, days_early, days_early < 0 as after_due,
            balance > 0 and paid >= balance and paid - amount < balance as fills_balance,
            minimum > 0 and paid >= minimum and paid - amount < minimum as fills_minimum,
            balance > 0 and days_early >= 0 and paid_in_time >= balance and paid_in_time - amount < balance
                as fills_balance_in_time,
            minimum > 0 and days_early >= 0 and paid_in_time >= minimum and paid_in_time - amount < minimum
                as fills_minimum_in_time
        from running""",
    "delinquency": """select account_id as key, month_end::timestamp as event, known_at as known,
        days_past_due as dpd, account_state is not null as stated, account_state = 'no_use' as no_use,
        account_state = 'paid_in_full' as paid_in_full, account_state = 'revolving' as revolving,
        days_past_due = 0 as current, days_past_due > 0 as late, days_past_due >= 30 as late30,
        days_past_due >= 60 as late60 from {delinquency}""",
    "employers": """select employer_id as key, recorded_at as event, known_at as known,
        round(registered_capital_cny * 100) as capital, industry, status <> 'active' as troubled
        from {employers}""",
    "industry": """select industry as key, month::timestamp as event, known_at as known,
        round(prosperity * 10000) as prosperity from {industry_outlook}""",
    "macro": """select 0 as key, month::timestamp as event, known_at as known,
        round(unemployment * 10000) as unemployment, round(cpi_yoy * 10000) as cpi_yoy,
        round(retail_sales_yoy * 10000) as retail_sales_yoy, round(pmi * 10000) as pmi,
        round(lpr_1y * 10000) as lpr_1y from {macro}""",
}
"""Rows of each view: money in fen and scores times 10,000 as whole doubles, which add up exactly."""
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


def _stage(stage: Stage, plan: Plan, tables: dict[str, str]) -> list[str]:
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
    columns = ", ".join(f"{_expression(a, _condition(a, windows))} as a{place}" for place, a in mine.items())
    longest = max(range(len(windows)), key=lambda i: _reach(windows[i]))
    reach = "" if windows[longest].months is None else f"and v.event >= o.l{longest}"
    return f"""select o.account_id, o.as_of, {columns} from o join v on v.key = o.key
        and v.event < o.as_of and v.known < o.as_of {reach} group by all"""


def _reach(window: Window) -> float:
    return float("inf") if window.months is None else window.months * 31 + window.days


def _condition(aggregate: Aggregate, windows: Sequence[Window], *, flagged: bool = True) -> str:
    i, window = windows.index(aggregate.window), aggregate.window
    parts = [f"v.event >= o.l{i}"] if window.months is not None else []
    parts += [f"v.event < o.h{i}"] if window.end_months else []
    parts += [f'v."{aggregate.where}"'] if aggregate.where and flagged else []
    return " and ".join(parts) or "true"


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


def _expression(aggregate: Aggregate, condition: str) -> str:
    column = f'v."{aggregate.column}"'
    if aggregate.op in _SIMPLE:
        return _SIMPLE[aggregate.op].format(x=column, c=condition)
    if aggregate.op == Op.CHANGES:
        listed = f"list({column} order by v.event, v.known) filter ({condition} and {column} is not null)"
        return _CHANGES.format(list=listed)
    flag = f'v."{aggregate.where}"'
    within = condition.removesuffix(flag).removesuffix(" and ") or "true"
    digit = f"case when {flag} then '1' else '0' end"
    runs = f"string_agg({digit}, '' order by v.event, v.known) filter ({within})"
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
