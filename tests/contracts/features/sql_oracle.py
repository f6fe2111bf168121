"""Aggregates written out in SQL by hand: an oracle that shares neither code nor declarations with the engine.

A case is one aggregate as a definition would write it, and one scalar of an observation `o` in DuckDB, in the
integers of the engine: fen, microseconds, scores times 10,000. What several cases read is made by `PRELUDE`,
over tables of the data contract and `obs` (account_id, as_of). No filter, window, view or column type of the
engine stands behind the SQL: what they mean is stated a second time on purpose.
"""

from features.definitions.dsl import (
    ACCOUNT_FLAGS,
    ACCOUNTS,
    BUREAU,
    CONSENT_GRANTS,
    CONSENT_WITHDRAWALS,
    DELINQUENCY,
    DUE_BILLS,
    EMPLOYERS,
    HOUSING_FUND,
    INDUSTRY,
    LIMIT_CHANGES,
    LIMITS,
    MACRO,
    ORDERS,
    REPAYMENTS,
    RETURNS,
    SETTLEMENTS,
    SOCIAL_SECURITY,
    STATEMENTS,
    THIRD_PARTY,
    cny,
    col,
    days,
    days_back,
    due,
    issued,
    known,
    month_ends,
)
from features.engine.aggregate import Aggregate, Op
from features.engine.expressions import Expression, aggregates_of

PRELUDE = """
create table consented as
    select distinct o.account_id, o.as_of, c.source::varchar as source
    from obs o join consents c on c.account_id = o.account_id and c.known_at < o.as_of
        and c.granted_at < o.as_of and (c.revoked_at is null or c.revoked_at >= o.as_of);

-- The fixed limit as steps, each until the next.
create table steps as
    with changes as (
        select account_id, opened_on::timestamp as begins, known_at,
            round(initial_limit_cny * 100)::bigint as level from accounts
        union all
        select account_id, effective_at, known_at, round(new_limit_cny * 100)::bigint
        from limit_changes where kind = 'fixed')
    select o.account_id, o.as_of, begins, c.known_at, level,
        lead(begins, 1, o.as_of) over (partition by o.account_id, o.as_of
            order by begins, c.known_at, level) as ends
    from obs o join changes c on c.account_id = o.account_id and c.known_at < o.as_of and begins < o.as_of;

-- Bills and month ends as they stood, the newest first: of several versions of one, the one learned last.
create table bills as
    with stood as (
        select o.account_id, o.as_of, s.statement_on, round(s.balance_cny * 100)::bigint as balance,
            round(s.minimum_due_cny * 100)::bigint as minimum
        from obs o join statements s on s.account_id = o.account_id and s.known_at < o.as_of
        where s.statement_on < o.as_of
        qualify row_number() over (partition by o.account_id, o.as_of, s.statement_on
            order by s.known_at desc, s.balance_cny desc, s.minimum_due_cny desc nulls last) = 1)
    select *, row_number() over (partition by account_id, as_of order by statement_on desc) as nth
    from stood;

create table month_ends as
    with stood as (
        select o.account_id, o.as_of, d.month_end, d.days_past_due as dpd, d.account_state::varchar as state
        from obs o join delinquency d on d.account_id = o.account_id and d.known_at < o.as_of
        where d.month_end < o.as_of
        qualify row_number() over (partition by o.account_id, o.as_of, d.month_end
            order by d.known_at desc, d.days_past_due desc,
                list_position(['no_use', 'paid_in_full', 'revolving', 'past_due'], d.account_state::varchar)
                desc nulls last) = 1)
    select *, row_number() over (partition by account_id, as_of order by month_end desc) as nth from stood;

-- Runs of month ends past due among the last 24 known: rows less rows alike is constant within a run.
create table late_runs as
    with numbered as (
        select *, row_number() over (partition by account_id, as_of order by month_end)
            - row_number() over (partition by account_id, as_of, dpd > 0 order by month_end) as run
        from month_ends where nth <= 24)
    select account_id, as_of, count(*) as length from numbered where dpd > 0 group by account_id, as_of, run;

-- Bills as they were first learned, and of these the known ones whose due day is over, the newest first.
create table billed as
    select account_id, statement_on, known_at, due_on, round(due_cny * 100)::bigint as due,
        round(minimum_due_cny * 100)::bigint as minimum, round(balance_cny * 100)::bigint as balance
    from statements
    qualify row_number() over (partition by account_id, statement_on order by known_at, balance_cny) = 1;

create table past_due_day as
    select o.account_id, o.as_of, b.statement_on, b.due_on, b.due, b.minimum,
        dense_rank() over (partition by o.account_id, o.as_of order by b.due_on desc) as nth
    from obs o join billed b on b.account_id = o.account_id and b.known_at < o.as_of
        and b.due_on < o.as_of::date;

-- Payments beside their bill, and what was paid towards it before: by then, and in time.
create table paired as
    with matched as (
        select r.account_id, r.statement_on, greatest(r.known_at, b.known_at) as known_at, b.due, b.minimum,
            b.due_on - r.paid_at::date as days_early,
            case when days_early >= 0 then round(r.amount_cny * 100)::bigint else 0 end as in_time,
            round(r.amount_cny * 100)::bigint as amount
        from repayments r join billed b using (account_id, statement_on))
    select *, coalesce(sum(in_time) over earlier, 0) as in_time_before,
        coalesce(sum(amount) over earlier, 0) as before
    from matched window earlier as (partition by account_id, statement_on order by known_at, amount
        rows between unbounded preceding and 1 preceding);

-- Payments known by then towards the bills whose due day is over.
create table settled as
    select d.as_of, d.nth, p.* from past_due_day d join paired p using (account_id, statement_on)
    where p.known_at < d.as_of;

create table reports as
    select o.as_of, b.* from obs o join consented using (account_id, as_of)
        join bureau_reports b on b.account_id = o.account_id and b.known_at < o.as_of
            and b.reported_at < o.as_of
    where source = 'bureau';

create table scores as
    select o.as_of, s.* from obs o join consented using (account_id, as_of)
        join third_party_scores s on s.account_id = o.account_id and s.known_at < o.as_of
            and s.scored_at < o.as_of
    where source = 'third_party';

create table fund as
    select o.as_of, h.* from obs o join consented using (account_id, as_of)
        join housing_fund h on h.account_id = o.account_id and h.known_at < o.as_of and h.month < o.as_of
    where source = 'housing_fund';

create table contributions as
    select o.as_of, s.*, dense_rank() over (partition by s.account_id, o.as_of order by month desc) as nth
    from obs o join consented using (account_id, as_of)
        join social_security s on s.account_id = o.account_id and s.known_at < o.as_of and s.month < o.as_of
    where source = 'social_security';

create table employer_changes as
    select account_id, as_of, employer_id <> lag(employer_id) over (partition by account_id, as_of
        order by month, known_at, contribution_base_cny, employer_id) as changed
    from contributions where employer_id is not null and nth <= 24;

-- The employer of the latest contribution that names one, its registry as it stood, and its industry.
create table employed as
    select account_id, as_of, employer_id from contributions where employer_id is not null
    qualify row_number() over (partition by account_id, as_of
        order by month desc, known_at desc, contribution_base_cny desc, employer_id desc) = 1;

create table registry as
    select c.account_id, c.as_of, e.recorded_at, e.known_at, e.status::varchar as status, e.industry
    from employed c join employers e on e.employer_id = c.employer_id and e.known_at < c.as_of
        and e.recorded_at < c.as_of
    qualify row_number() over (partition by c.account_id, c.as_of, e.recorded_at
        order by e.known_at desc) = 1;

create table outlook as
    select r.account_id, r.as_of, i.month, round(i.prosperity * 10000)::bigint as prosperity,
        dense_rank() over (partition by r.account_id, r.as_of order by i.month desc) as nth
    from (select * from registry qualify row_number() over (partition by account_id, as_of
        order by recorded_at desc) = 1) r
        join industry_outlook i on i.industry = r.industry and i.known_at < r.as_of and i.month < r.as_of;
"""
OWN = "r.account_id = o.account_id and r.known_at < o.as_of"
SAME = "r.account_id = o.account_id and r.as_of = o.as_of"
Y1, Y2, H1 = days(365), days(730), days(180)


def _case(expression: Expression, sql: str) -> tuple[Aggregate, str]:
    [aggregate] = aggregates_of(expression)
    return aggregate, sql


CASES: tuple[tuple[Aggregate, str], ...] = (
    _case(
        ACCOUNTS.months_since_last(),
        f"select epoch_us(max(opened_on::timestamp)) from accounts r where {OWN} and opened_on < o.as_of",
    ),
    _case(
        LIMITS.time_mean("limit", H1),
        f"""select coalesce(sum(level * seconds) // nullif(sum(seconds), 0), arg_max(level, begins))
            from (select *, date_diff('second', greatest(begins, as_of - interval 180 day),
                greatest(ends, as_of - interval 180 day)) as seconds from steps) r where {SAME}""",
    ),
    _case(
        LIMITS.first("limit"),
        f"select first(level order by begins, known_at, level) from steps r where {SAME}",
    ),
    _case(
        LIMIT_CHANGES.count(Y2, where=(col("kind") == "fixed") & (col("change") > 0)),
        f"""select count(*) from limit_changes r where {OWN} and effective_at < o.as_of
            and effective_at >= o.as_of - interval 730 day and kind = 'fixed'
            and round(new_limit_cny * 100) > round(old_limit_cny * 100)""",
    ),
    _case(
        LIMIT_CHANGES.months_since_last(where=(col("cause") == "request") | ~(col("kind") == "fixed")),
        f"""select epoch_us(max(effective_at)) from limit_changes r where {OWN} and effective_at < o.as_of
            and (cause = 'request' or kind <> 'fixed')""",
    ),
    _case(
        ORDERS.sum("amount", Y1, where=col("on_credit") & (col("instalments") > 1)),
        f"""select coalesce(sum(round(amount_cny * 100)), 0) from orders r where {OWN} and placed_at < o.as_of
            and placed_at >= o.as_of - interval 365 day and on_credit and instalments > 1""",
    ),
    _case(
        ORDERS.count(days(90), where=(col("amount") >= cny(4500.5)) & (col("category") == "phone")),
        f"""select count(*) from orders r where {OWN} and placed_at < o.as_of
            and placed_at >= o.as_of - interval 90 day and amount_cny >= 4500.5 and category = 'phone'""",
    ),
    (
        Aggregate("orders", Op.SUM_SQ, "yuan", window=Y1),
        f"""select coalesce(sum(round_even(amount_cny, 0) ** 2), 0) from orders r where {OWN}
            and placed_at < o.as_of and placed_at >= o.as_of - interval 365 day""",
    ),
    _case(
        ORDERS.distinct("category", H1),
        f"""select count(distinct category) from orders r where {OWN} and placed_at < o.as_of
            and placed_at >= o.as_of - interval 180 day""",
    ),
    _case(
        ORDERS.months_since_first(),
        f"select epoch_us(min(placed_at)) from orders r where {OWN} and placed_at < o.as_of",
    ),
    _case(
        RETURNS.sum("amount", Y1),
        f"""select coalesce(sum(round(amount_cny * 100)), 0) from orders r where {OWN}
            and returned_at < o.as_of and placed_at < o.as_of and placed_at >= o.as_of - interval 365 day""",
    ),
    _case(
        STATEMENTS.max("balance", issued(1, 6)),
        f"select max(balance) from bills r where {SAME} and nth <= 6",
    ),
    _case(
        STATEMENTS.min("balance", Y1, where=col("balance") != 0),
        f"""select min(balance) from bills r where {SAME} and balance <> 0
            and statement_on >= o.as_of - interval 365 day""",
    ),
    _case(
        STATEMENTS.count(issued(2, 7), where=~(col("minimum") > 0)),
        f"select count(*) from bills r where {SAME} and not minimum > 0 and nth between 2 and 7",
    ),
    _case(
        STATEMENTS.last("balance", issued(2)),
        f"select balance from bills r where {SAME} and nth = 2",
    ),
    _case(
        REPAYMENTS.sum("amount", days_back(31, 60)),
        f"""select coalesce(sum(round(amount_cny * 100)), 0) from repayments r where {OWN}
            and paid_at < o.as_of - interval 30 day and paid_at >= o.as_of - interval 60 day""",
    ),
    _case(
        REPAYMENTS.sum("amount", issued(2)),
        f"""select coalesce(sum(round(amount_cny * 100)), 0) from repayments r where {OWN}
            and paid_at >= (select statement_on from bills r where {SAME} and nth = 2)
            and paid_at < (select statement_on from bills r where {SAME} and nth = 1)""",
    ),
    _case(
        REPAYMENTS.count(issued(1, 4)),
        f"""select count(*) from repayments r where {OWN} and paid_at < o.as_of
            and exists (select 1 from bills r where {SAME}) and paid_at >= coalesce((select statement_on
            from bills r where {SAME} and nth = 4), '-infinity'::timestamp)""",
    ),
    _case(
        DUE_BILLS.last("due", due(1)),
        f"select due from past_due_day r where {SAME} and nth = 1",
    ),
    _case(
        DUE_BILLS.sum("due", due(2, 4), where=col("minimum") > 0),
        f"""select coalesce(sum(due), 0) from past_due_day r where {SAME} and nth between 2 and 4
            and minimum > 0""",
    ),
    _case(
        DUE_BILLS.days_since_last(),
        f"""select epoch_us(max(due_on) + interval 1 day) - 1 from past_due_day r where {SAME}""",
    ),
    _case(
        SETTLEMENTS.sum("amount", due(1)),
        f"select coalesce(sum(amount), 0) from settled r where {SAME} and nth = 1",
    ),
    _case(
        SETTLEMENTS.count(due(1, 12), where=col("fills_due_in_time")),
        f"""select count(*) from settled r where {SAME} and nth <= 12 and due > 0 and days_early >= 0
            and in_time_before < due and in_time_before + in_time >= due""",
    ),
    _case(
        SETTLEMENTS.count(due(2, 6), where=col("fills_due")),
        f"""select count(*) from settled r where {SAME} and nth between 2 and 6 and due > 0
            and before < due and before + amount >= due""",
    ),
    _case(
        SETTLEMENTS.count(due(1, 6), where=col("fills_minimum")),
        f"""select count(*) from settled r where {SAME} and nth <= 6 and minimum > 0
            and before < minimum and before + amount >= minimum""",
    ),
    _case(
        SETTLEMENTS.sum("days_early", due(1, 3), where=(col("days_early") < 0) & col("due").is_not_null()),
        f"""select coalesce(sum(days_early), 0) from settled r where {SAME} and nth <= 3 and days_early < 0
            and due is not null""",
    ),
    _case(
        DELINQUENCY.count(month_ends(1, 6), where=col("dpd") >= 30),
        f"select count(*) from month_ends r where {SAME} and dpd >= 30 and nth <= 6",
    ),
    _case(
        DELINQUENCY.last("dpd", month_ends(2)),
        f"select dpd from month_ends r where {SAME} and nth = 2",
    ),
    _case(
        DELINQUENCY.count(Y1, where=col("state").is_null() | (col("state") != "revolving")),
        f"""select count(*) from month_ends r where {SAME} and (state is null or state <> 'revolving')
            and month_end >= o.as_of - interval 365 day""",
    ),
    _case(
        DELINQUENCY.streak(col("dpd") == 0),
        f"""select count(*) from month_ends r where {SAME} and not exists (select 1 from month_ends late
            where late.account_id = r.account_id and late.as_of = r.as_of and late.month_end >= r.month_end
            and late.dpd <> 0)""",
    ),
    _case(
        DELINQUENCY.longest(col("dpd") > 0, month_ends(1, 24)),
        f"select coalesce(max(length), 0) from late_runs r where {SAME}",
    ),
    _case(
        ACCOUNT_FLAGS.sum("change", where=col("flag") == "fraud"),
        f"""select coalesce(count(*) filter (set_at < o.as_of)
            - count(*) filter (lifted_at < o.as_of), 0)
            from account_flags r where {OWN} and flag = 'fraud'""",
    ),
    _case(
        CONSENT_GRANTS.count(where=col("source") == "bureau"),
        f"select count(*) from consents r where {OWN} and granted_at < o.as_of and source = 'bureau'",
    ),
    _case(
        CONSENT_WITHDRAWALS.last_moment(col("source") == "housing_fund"),
        f"""select epoch_us(max(revoked_at)) from consents r where {OWN} and revoked_at < o.as_of
            and source = 'housing_fund'""",
    ),
    _case(
        BUREAU.last("total_balance"),
        f"""select round(first(total_balance_cny order by reported_at desc, known_at desc, n_accounts desc,
            n_lenders desc, max_dpd_24m desc) * 100) from reports r where {SAME}""",
    ),
    _case(
        THIRD_PARTY.min("score", Y1),
        f"""select round(min(score) * 10000) from scores r where {SAME}
            and scored_at >= o.as_of - interval 365 day""",
    ),
    _case(
        SOCIAL_SECURITY.changes("employer", known("social_security", 1, 24)),
        f"""select case when exists (select 1 from contributions r where {SAME}) then
            (select coalesce(sum(changed::int), 0) from employer_changes r where {SAME}) end""",
    ),
    _case(
        SOCIAL_SECURITY.count(known("social_security", 1, 12), where=col("employer").is_null()),
        f"""select case when count(*) > 0 then count(*) filter (employer_id is null
            and nth <= 12) end from contributions r where {SAME}""",
    ),
    _case(
        HOUSING_FUND.sum("contribution", Y1),
        f"""select case when count(*) > 0 then coalesce(sum(round(contribution_cny * 100))
            filter (month >= o.as_of - interval 365 day), 0) end from fund r where {SAME}""",
    ),
    _case(
        EMPLOYERS.last("status"),
        f"""select list_position(['active', 'abnormal', 'revoked', 'deregistered'],
            arg_max(status, recorded_at)) - 1 from registry r where {SAME}""",
    ),
    _case(
        EMPLOYERS.streak(col("status") != "active"),
        f"""select case when count(*) > 0 then count(*) filter (not exists (select 1 from registry active
            where active.account_id = r.account_id and active.as_of = r.as_of
            and active.recorded_at >= r.recorded_at and active.status = 'active')) end
            from registry r where {SAME}""",
    ),
    _case(
        INDUSTRY.sum("prosperity", known("industry", 1, 6)),
        f"""select case when count(*) > 0 then coalesce(sum(prosperity)
            filter (nth <= 6), 0) end from outlook r where {SAME}""",
    ),
    _case(
        MACRO.last("unemployment"),
        """select round(arg_max(unemployment, month) * 10000) from macro r
            where r.known_at < o.as_of and month < o.as_of""",
    ),
    _case(
        MACRO.last("pmi", known("macro", 13)),
        """select round(pmi * 10000) from (select * from macro r where r.known_at < o.as_of
            and month < o.as_of order by month desc limit 1 offset 12)""",
    ),
    _case(
        MACRO.sum("pmi", days(120)),
        """select case when count(*) > 0 then coalesce(sum(round(pmi * 10000))
            filter (month >= o.as_of - interval 120 day), 0) end from macro r
            where r.known_at < o.as_of and month < o.as_of""",
    ),
)
