"""The records that compiled code reads and writes by name, and their fields.

Amounts are fen where a field says so, CNY otherwise; rates and counts are a month unless said otherwise.
"""

import numpy as np

MONTHS_OF_SCHEDULE = 25
"""This month and the 24 of the longest instalment plan."""
MAX_ORDERS = 16
"""Orders an account can place in a month; the chance of more is below 1e-6."""

TERMS = (
    "tenure",
    "repayment",
    "delinquency",
    "utilisation",
    "balance",
    "spending",
    "returns",
    "limit_history",
    "other_debt",
    "inquiries",
    "bureau_record",
    "third_party",
    "social_security",
    "employer",
    "housing_fund",
    "economy",
    "hidden",
)
"""Terms of the log-odds in the order of `kernels.hazard`: themes, and the shocks that no source shows.

A theme that is not among them has no part in the simulated risk.
"""

PERSON = np.dtype(
    [
        ("opened", "i8"),
        ("bill_day", "i8"),
        ("due_day", "i8"),
        ("industry", "i8"),
        ("city", "i8"),
        ("formal", "i8"),
        ("fund", "i8"),
        ("self_paid", "i8"),
        ("test_month", "i8"),
        ("test_arm", "i8"),
        ("review", "i8"),
        ("oldest_elsewhere", "i8"),
        ("income", "f8"),
        ("separation", "f8"),
        ("thin", "f8"),
        ("thirst", "f8"),
        ("habit", "f8"),
        ("character", "f8"),
        ("elsewhere", "f8"),
        ("reserves", "f8"),
        ("seek", "f8"),
        ("engagement", "f8"),
        ("ticket", "f8"),
        ("credit_share", "f8"),
        ("returning", "f8"),
        ("declared", "f8"),
        ("initial_limit", "f8"),
        ("debt", "f8"),
        ("n_elsewhere", "f8"),
        ("limit_elsewhere", "f8"),
    ]
)
"""Fixed attributes of a person and the account; the truth table `people` shows them under these names.

`opened` cycle of opening; `bill_day` day of the month of its bills; `due_day` day of the cycle by which the
bill before it is to be paid; `industry` position in `economy.INDUSTRIES`; `city` tier 1 to 4; `formal` an
employer pays social security; `fund` has a housing fund; `self_paid` pays social security alone; `test_month`
(−1 = not drawn), `test_arm` of the randomised test; `review` month of the half-yearly review, 0 to 5;
`oldest_elsewhere` age in months of the oldest account with other lenders.
`income` CNY a month before shocks; `separation` monthly probability of job loss; `thin` reliance on credit, 0
to 1; `thirst` share of the limit that a person who relies on credit wants to carry; `habit` mean payment
habit, `character` what a third-party score measures, `elsewhere` payment habit with other lenders, `reserves`
savings, `seek` inclination to apply for credit, `engagement` with the platform, `returning` inclination to
send goods back: centred traits; `ticket` log of the median order; `credit_share` of orders on credit;
`declared` contribution base; `initial_limit`; `debt`, `n_elsewhere`, `limit_elsewhere` with other lenders.
"""

STATE = np.dtype(
    [
        ("employed", "i8"),
        ("employer", "i8"),
        ("ill", "i8"),
        ("moving", "i8"),
        ("missed", "i8"),
        ("written_off", "i8"),
        ("clean", "i8"),
        ("since_change", "i8"),
        ("held", "i8"),
        ("cut_done", "i8"),
        ("income_shock", "f8"),
        ("income", "f8"),
        ("habit", "f8"),
        ("seek", "f8"),
        ("debt", "f8"),
        ("n_elsewhere", "f8"),
        ("limit_elsewhere", "f8"),
        ("need", "f8"),
        ("carry", "f8"),
        ("limit", "f8"),
        ("extra", "f8"),
        ("spend", "f8"),
        ("recently_cured", "i8"),
        ("revolving", "f8"),
        ("instalment", "f8"),
        ("refund", "f8"),
        ("arrears", "f8"),
        ("billed", "f8"),
        ("minimum", "f8"),
        ("schedule", "f8", (MONTHS_OF_SCHEDULE,)),
    ]
)
"""State of an account at the end of a month.

`employed`, `employer` (−1 = none); `ill`, `moving` months left; `missed` payments missed in a row;
`written_off`; `clean` months without a missed payment; `since_change` months since the limit changed; `held`
months for which a test limit is still held; `cut_done` in this downturn; `recently_cured` of arrears;
`income_shock` log, AR(1); `income`; `habit`, `seek` around the person's means; `debt`, `n_elsewhere`,
`limit_elsewhere`; `need` reliance on credit now; `carry` target revolving balance, CNY; `limit`; `extra`
temporary limit; `spend` smoothed purchases on credit, CNY. In fen: `revolving` and `instalment` balance,
`refund` to be booked next month, `arrears` overdue, `billed` last bill, `minimum` due on it, `schedule`
instalments by month from this one on.
"""

MONTH = np.dtype(
    [
        ("employed", "i1"),
        ("employer", "i4"),
        ("missed", "i2"),
        ("written_off", "i1"),
        ("cause", "i1"),
        ("arm", "i1"),
        ("asked", "i1"),
        ("inquiries", "i2"),
        ("new_accounts", "i2"),
        ("late_elsewhere", "i2"),
        ("pay_day", "i2"),
        ("n_orders", "i2"),
        ("promo", "i1"),
        ("promo_terms", "i1"),
        ("promo_discount", "f4"),
        ("income", "f8"),
        ("declared", "f8"),
        ("debt", "f8"),
        ("n_elsewhere", "f4"),
        ("limit_elsewhere", "f8"),
        ("character", "f4"),
        ("need", "f4"),
        ("carry", "f8"),
        ("log_odds", "f8"),
        ("old_limit", "f8"),
        ("limit", "f8"),
        ("extra", "f8"),
        ("balance", "f8"),
        ("minimum", "f8"),
        ("due", "f8"),
        ("paid", "f8"),
        ("fees", "f8"),
        ("interest", "f8"),
        ("purchases", "f8"),
        ("refunds", "f8"),
        ("spend", "f8"),
    ]
)
"""What a month shows of an account; the truth table `months` shows some of it.

`cause` of a limit change (0 = none), `arm` of the test (−1 = none), `asked` for a higher limit; `inquiries`,
`new_accounts`, `late_elsewhere` with other lenders; `pay_day` 0 = nothing paid; `promo` 1 offered, 2
accepted; `log_odds` of missing this month's payment; `old_limit` before a change. In fen: `balance` (the
bill), `minimum` and `due` of it (what must be paid for nothing to be carried on: all but instalments that
fall due later), `paid` on the bill before, `fees`, `interest`, `purchases` on credit, `refunds`, `spend` (all
orders kept). Other fields as in `PERSON` and `STATE`.
"""

ORDER = np.dtype(
    [
        ("account", "i4"),
        ("month", "i2"),
        ("category", "i1"),
        ("on_credit", "i1"),
        ("instalments", "i1"),
        ("return_days", "i1"),
        ("when", "f8"),
        ("amount", "f8"),
    ]
)
"""An order: `account` row of the account, `when` seconds from the start of the cycle, `amount` fen."""

INTERVENTION = np.dtype(
    [("start", "i8"), ("habit", "f8"), ("use", "f8"), ("seek", "f8"), ("debt", "f8"), ("on_time", "i8")]
)
"""A change of a person's behaviour from month `start` on.

`habit` added to the payment habit, `use` factor on the wanted balance, `seek` log factor on credit
applications, `debt` monthly factor on debt elsewhere, `on_time` never days late within a month.
"""
