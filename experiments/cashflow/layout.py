"""The records that compiled code reads and writes by name, and their fields.

The platform's ledger counts fen in float64 that hold whole numbers; money of the household is in CNY. Days
are numbered from the first day of the burn-in; −1 stands for none.
"""

import numpy as np

LOANS = 4
"""Loans with other lenders that a person can have at a time."""
SCHEDULE = 24
"""Bills ahead that an instalment plan can reach."""
OWED = 8
"""Bills that can be overdue at a time; an account is written off before there are more."""
RETURNS = 4
"""Orders on their way back at a time."""

FORMAL, INFORMAL, SELF_EMPLOYED = 0, 1, 2
"""Kinds of work: a wage with and without social security, own business."""
RENT, LOAN, FAMILY, PLATFORM = range(4)
"""Obligations that compete for the same money; `rank_*` is their place in a person's order of priority."""

PERSON = np.dtype(
    [
        ("opened", "i8"),
        ("bill_day", "i8"),
        ("review", "i8"),
        ("test_month", "i8"),
        ("test_arm", "i8"),
        ("industry", "i8"),
        ("city", "i8"),
        ("kind", "i8"),
        ("fund", "i8"),
        ("pay_day", "i8"),
        ("rent_day", "i8"),
        ("family_day", "i8"),
        ("autopay", "i8"),
        ("lead", "i8"),
        ("rank", "i8", (4,)),
        ("oldest_elsewhere", "i8"),
        ("n_loans", "i8"),
        ("wage", "f8"),
        ("separation", "f8"),
        ("receipts", "f8"),
        ("rent", "f8"),
        ("family", "f8"),
        ("essentials", "f8"),
        ("buffer", "f8"),
        ("spend_speed", "f8"),
        ("foresight", "f8"),
        ("forget", "f8"),
        ("part", "f8"),
        ("seek", "f8"),
        ("orders", "f8"),
        ("ticket", "f8"),
        ("credit_share", "f8"),
        ("returning", "f8"),
        ("pull", "f8"),
        ("declared", "f8"),
        ("card_limit", "f8"),
        ("initial_limit", "f8"),
        ("loan", "f8", (LOANS,)),
    ]
)
"""Fixed attributes of a person and the account.

`opened` day; `bill_day` 1 to 28; `review` month of the half-yearly review, 0 to 5; `test_month` of the
randomised test (−1 = not drawn) and its `test_arm`; `kind` of work; `pay_day`, `rent_day`, `family_day` of
the month; `autopay` automatic debit; `lead` days before the due day on which the bill is paid; `rank` place
of each obligation, 0 = paid first; `wage` or usual receipts a month; `separation` monthly chance of job loss;
`receipts` a month of the self-employed; `rent`, `family`, `essentials` CNY a month; `buffer` savings wanted,
CNY; `spend_speed` share of money above it spent a day; `foresight` share of coming obligations set aside;
`forget` chance to forget a bill; `part` share of what is due that is paid where the money is there; `seek`
weekly chance to apply elsewhere when short; `orders` a month, `ticket` log of the median order,
`credit_share`, `returning` share sent back, `pull` share of the unused limit that tempts to large baskets;
`declared` contribution base; `card_limit` of cards elsewhere; `loan` first loans elsewhere, CNY.
"""

STATE = np.dtype(
    [
        ("employed", "i8"),
        ("employer", "i8"),
        ("ill", "i8"),
        ("accrued", "f8"),
        ("level", "f8"),
        ("cash", "f8"),
        ("rent_owed", "f8"),
        ("family_owed", "f8"),
        ("loan_balance", "f8", (LOANS,)),
        ("loan_payment", "f8", (LOANS,)),
        ("loan_owed", "f8", (LOANS,)),
        ("loan_day", "i8", (LOANS,)),
        ("limit", "f8"),
        ("revolving", "f8"),
        ("schedule", "f8", (SCHEDULE,)),
        ("plan_fees", "f8", (SCHEDULE,)),
        ("bill_on", "i8"),
        ("due_on", "i8"),
        ("planned_on", "i8"),
        ("settled", "i8"),
        ("bill_due", "f8"),
        ("minimum", "f8"),
        ("paid", "f8"),
        ("late_fees", "f8"),
        ("owed", "f8", (OWED,)),
        ("owed_since", "i8", (OWED,)),
        ("n_owed", "i8"),
        ("written_off", "i8"),
        ("clean", "i8"),
        ("since_change", "i8"),
        ("held", "i8"),
        ("cut_done", "i8"),
        ("spend", "f8"),
        ("purchases", "f8"),
        ("back_on", "i8", (RETURNS,)),
        ("back_amount", "f8", (RETURNS,)),
        ("back_credit", "i8", (RETURNS,)),
        ("month_income", "f8"),
        ("month_inquiries", "i8"),
        ("month_new", "i8"),
    ]
)
"""State of an account at the start of a day.

`employed`, `employer` (−1 = none); `ill` days left; `accrued` wage not yet paid; `level` of pay or business
around 1; `cash`; owed and not yet paid: `rent_owed`, `family_owed`, `loan_owed` by loan; by loan:
`loan_balance` still to pay, monthly `loan_payment`, `loan_day`. Of the platform: `limit` CNY; fen:
`revolving`, instalments by bill to come in `schedule` and their fees in `plan_fees`; last bill: `bill_on`,
`due_on`, `planned_on` the day on which the person means to pay, `settled` nothing more will be paid towards
it, `bill_due`, `minimum`, `paid`; `late_fees` not yet billed; `owed` minimum amounts overdue, oldest first,
with `owed_since` their due day, `n_owed` of them; `clean` bills paid in time in a row; `since_change` and
`held` months; `cut_done` in this downturn; `spend` smoothed purchases on credit, `purchases` since the last
bill; orders on their way back; `month_*` counts of this month.
"""

MONTH = np.dtype(
    [
        ("dpd", "i4"),
        ("employed", "i1"),
        ("employer", "i4"),
        ("written_off", "i1"),
        ("inquiries", "i2"),
        ("new_accounts", "i2"),
        ("late_elsewhere", "i2"),
        ("behind_elsewhere", "f4"),
        ("n_elsewhere", "i2"),
        ("debt", "f8"),
        ("payments", "f8"),
        ("income", "f8"),
        ("cash", "f8"),
        ("limit", "f8"),
        ("balance", "f8"),
        ("revolving", "f8"),
    ]
)
"""An account at the end of a month; the truth table `months` shows some of it.

`dpd` days past due; `late_elsewhere` a payment elsewhere is a month late, `behind_elsewhere` most payments
owed on one loan; `debt`, monthly `payments` elsewhere; `income`; `balance`, `revolving` fen.
"""

ORDER = np.dtype(
    [
        ("row", "i4"),
        ("day", "i4"),
        ("second", "i4"),
        ("back_on", "i4"),
        ("category", "i1"),
        ("on_credit", "i1"),
        ("instalments", "i1"),
        ("amount", "f8"),
        ("fee", "f8"),
    ]
)
"""An order: `row` of the account, `back_on` day of its return, `fee` of its instalment plan, fen."""
BILL = np.dtype(
    [("row", "i4"), ("day", "i4"), ("due_on", "i4"), ("balance", "f8"), ("minimum", "f8"), ("due", "f8")]
)
"""A bill, fen."""
PAYMENT = np.dtype([("row", "i4"), ("day", "i4"), ("second", "i4"), ("bill_on", "i4"), ("amount", "f8")])
"""A payment towards the bill of `bill_on`, fen."""
CHANGE = np.dtype(
    [("row", "i4"), ("day", "i4"), ("cause", "i1"), ("arm", "i1"), ("old", "f8"), ("new", "f8")]
)
"""A change of limit, or a request (`cause` `ASKED`) that changed nothing, CNY."""
OFFER = np.dtype(
    [
        ("row", "i4"),
        ("day", "i4"),
        ("terms", "i1"),
        ("accepted", "i1"),
        ("discount", "f8"),
        ("limit", "f8"),
    ]
)
"""An instalment offer."""

INTERVENTION = np.dtype(
    [
        ("start", "i8"),
        ("pay_full", "i8"),
        ("no_apply", "i8"),
        ("use", "f8"),
        ("pay_down", "f8"),
        ("limit", "f8"),
    ]
)
"""A change of behaviour or limit from day `start` on.

`pay_full` pays each bill in full on its due day if the money is there, before anything but essentials;
`no_apply` no credit is sought elsewhere; `use` factor on purchases on credit; `pay_down` share of the money
above essentials that goes to loans elsewhere each month; `limit` factor on the limit at `start`, which is
held from then on (NaN: the incumbent's policy goes on).
"""
