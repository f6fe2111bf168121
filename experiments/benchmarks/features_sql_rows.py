"""The rows of the lender's own and of public views as DuckDB SQL, for the benchmark of the feature engine."""

ROWS = {
    "accounts": """select account_id as key, opened_on::timestamp as event, known_at as known,
        round(initial_limit_cny * 100) as initial_limit from {accounts}""",
    "limits": """select account_id as key, opened_on::timestamp as event, known_at as known,
        round(initial_limit_cny * 100) as "limit" from {accounts}
        union all select account_id, effective_at, known_at, round(new_limit_cny * 100) from {limit_changes}
        where kind = 'fixed'""",
    "limit_changes": """select account_id as key, effective_at as event, known_at as known,
        round(new_limit_cny * 100) - round(old_limit_cny * 100) as change,
        round(new_limit_cny * 100) as new_limit, kind, cause from {limit_changes}""",
    "orders": """select account_id as key, placed_at as event, known_at as known,
        round(amount_cny * 100) as amount, round_even(amount_cny, 0) as yuan, instalments, category,
        on_credit from {orders}""",
    "returns": """select account_id as key, placed_at as event, greatest(known_at, returned_at) as known,
        round(amount_cny * 100) as amount from {orders} where returned_at is not null""",
    "statements": """select account_id as key, statement_on::timestamp as event, known_at as known,
        round(balance_cny * 100) as balance, round_even(balance_cny, 0) as yuan,
        round(minimum_due_cny * 100) as minimum from {statements}""",
    "repayments": """select account_id as key, paid_at as event, known_at as known,
        round(amount_cny * 100) as amount, round_even(amount_cny, 0) as yuan from {repayments}""",
    "due_bills": """select account_id as key, due_on + interval 1 day - interval 1 microsecond as event,
        known_at as known, round(balance_cny * 100) as balance, round(minimum_due_cny * 100) as minimum,
        round(due_cny * 100) as due from {statements}""",
    "settlements": """with matched as (
            select r.account_id as key, s.due_on + interval 1 day - interval 1 microsecond as event,
                greatest(r.known_at, s.known_at) as known, r.statement_on,
                round(r.amount_cny * 100) as amount, s.due_on - r.paid_at::date as days_early,
                round(s.due_cny * 100) as due, round(s.minimum_due_cny * 100) as minimum
            from {repayments} r join {statements} s using (account_id, statement_on)),
        running as (
            select *, sum(amount) over bill as paid,
                sum(case when days_early >= 0 then amount else 0 end) over bill as paid_in_time
            from matched
            window bill as (partition by key, statement_on order by known, amount rows unbounded preceding))
        select key, event, known, amount, days_early, due,
            due > 0 and paid >= due and paid - amount < due as fills_due,
            minimum > 0 and paid >= minimum and paid - amount < minimum as fills_minimum,
            due > 0 and days_early >= 0 and paid_in_time >= due and paid_in_time - amount < due
                as fills_due_in_time,
            minimum > 0 and days_early >= 0 and paid_in_time >= minimum and paid_in_time - amount < minimum
                as fills_minimum_in_time
        from running""",
    "delinquency": """select account_id as key, month_end::timestamp as event, known_at as known,
        days_past_due as dpd, account_state as state from {delinquency}""",
    "employers": """select employer_id as key, recorded_at as event, known_at as known,
        round(registered_capital_cny * 100) as capital, industry, status from {employers}""",
    "industry": """select industry as key, month::timestamp as event, known_at as known,
        round(prosperity * 10000) as prosperity from {industry_outlook}""",
    "macro": """select 0 as key, month::timestamp as event, known_at as known,
        round(unemployment * 10000) as unemployment, round(cpi_yoy * 10000) as cpi_yoy,
        round(retail_sales_yoy * 10000) as retail_sales_yoy, round(pmi * 10000) as pmi,
        round(lpr_1y * 10000) as lpr_1y from {macro}""",
}
"""Rows of each view: money in fen and scores times 10,000 as whole doubles, which add up exactly."""
