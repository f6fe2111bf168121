"""The records that compiled code reads and writes by name: people, their state, and a month's outcome."""

import numpy as np

MONTHS_OF_SCHEDULE = 25
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
"""Terms of the log-odds in the order of `kernels.life.pressure`: themes, and the shocks that no source shows.

A theme that is not among them has no part in the simulated risk.
"""

PERSON = np.dtype(
    [
        ("opened", "i8"),
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
        ("scar", "i8"),
        ("revolving", "f8"),
        ("instalment", "f8"),
        ("refund", "f8"),
        ("arrears", "f8"),
        ("billed", "f8"),
        ("minimum", "f8"),
        ("schedule", "f8", (MONTHS_OF_SCHEDULE,)),
    ]
)

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
        ("paid", "f8"),
        ("fees", "f8"),
        ("interest", "f8"),
        ("purchases", "f8"),
        ("refunds", "f8"),
        ("spend", "f8"),
    ]
)

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

LEVERS = np.dtype(
    [("start", "i8"), ("habit", "f8"), ("use", "f8"), ("seek", "f8"), ("debt", "f8"), ("on_time", "i8")]
)
