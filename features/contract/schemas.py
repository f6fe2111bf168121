"""The schemas of the lender's own tables and the public ones; a linked source's is in `features.sources`.

A row's `known_at` says when the lender learned it. A nullable moment that lies after `known_at`
(`returned_at`, `revoked_at`, `accepted_at`) becomes known at its own time: see `registry.TableSpec.revealed`.
"""

import dataframely as dy
import polars as pl

from features.sources.columns import account_id, amount, known_at, moment
from features.sources.registry import LINKED

LIMIT_KINDS = ("fixed", "temporary", "item")
LIMIT_CAUSES = ("policy", "request", "test")
ACCOUNT_STATES = ("no_use", "paid_in_full", "revolving", "past_due")
"""What an issuer reports of a month: no consumption, paid in full, paid in part and carried on, past due."""

ACCOUNT_FLAGS = (
    "collection",
    "hardship",
    "fraud",
    "takeover",
    "deceased",
    "court_list",
    "sanctions",
    "minor",
    "student",
)
"""What a lender may record of an account beside its bills: see `AccountFlags`."""

EMPLOYER_STATES = ("active", "abnormal", "revoked", "deregistered")


class Accounts(dy.Schema):
    """An opened account."""

    account_id = dy.Int64(primary_key=True, description="account number")
    known_at = known_at()
    opened_on = dy.Date(description="day the account was opened")
    initial_limit_cny = amount("limit at opening", min=0)


class Demographics(dy.Schema):
    """Kept apart for fairness audits; no feature may read it."""

    account_id = dy.Int64(primary_key=True, description="account number")
    known_at = known_at()
    sex = dy.String(nullable=True, description="as recorded by the source")
    birth_year = dy.Int32(nullable=True, min=1900, max=2100, description="year of birth")
    education = dy.String(nullable=True, description="as recorded by the source")
    marital_status = dy.String(nullable=True, description="as recorded by the source")


class LimitChanges(dy.Schema):
    """A change of limit; a test arm marks a randomised one."""

    account_id = account_id()
    known_at = known_at()
    effective_at = moment("when the new limit applies")
    old_limit_cny = amount("limit before", min=0)
    new_limit_cny = amount("limit after", min=0)
    kind = dy.Enum(LIMIT_KINDS, description="fixed, temporary or item-exclusive")
    cause = dy.Enum(LIMIT_CAUSES, description="policy, the customer's request, or a randomised test")
    test_arm = dy.String(nullable=True, description="arm of the randomised test, with cause `test`")


class Orders(dy.Schema):
    """A purchase on the platform."""

    account_id = account_id()
    known_at = known_at()
    placed_at = moment("when the order was placed")
    amount_cny = amount("price paid", min=0)
    category = dy.String(description="goods category")
    on_credit = dy.Bool(description="paid with the credit line")
    instalments = dy.Int32(min=1, max=36, description="number of instalments, 1 = none")
    returned_at = moment("when the goods came back", nullable=True)

    @dy.rule()
    def returned_after_placed(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("returned_at").is_null() | (pl.col("returned_at") >= pl.col("placed_at"))


class Statements(dy.Schema):
    """A monthly bill. A negative balance is money the lender owes the customer."""

    account_id = account_id()
    known_at = known_at()
    statement_on = dy.Date(description="bill date")
    due_on = dy.Date(description="last day to pay")
    balance_cny = amount("balance on the bill")
    minimum_due_cny = amount("minimum payment asked", nullable=True, min=0)
    due_cny = amount(
        "what of the balance must be paid by `due_on` for nothing to be carried on: all but instalments that "
        "fall due later; null where the lender does not state it",
        nullable=True,
        min=0,
    )

    @dy.rule()
    def due_after_statement(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("due_on") >= pl.col("statement_on")


class InstalmentPlans(dy.Schema):
    """An amount that is repaid in equal monthly instalments, from the first bill after its start."""

    account_id = account_id()
    known_at = known_at()
    started_on = dy.Date(description="day the plan began")
    amount_cny = amount("amount split, without fees", min=0)
    instalments = dy.Int32(min=2, max=36, description="number of monthly instalments")
    fee_cny = amount("all fees of the plan, null where the lender states none", nullable=True, min=0)


class Repayments(dy.Schema):
    """A payment, against the statement it settles."""

    account_id = account_id()
    known_at = known_at()
    paid_at = moment("when the money arrived")
    amount_cny = amount("amount paid", min=0)
    statement_on = dy.Date(description="bill date of the statement it is paid against")


class Delinquency(dy.Schema):
    """Month-end status. `days_past_due` 0 = current; `account_state` says in which way, where reported."""

    account_id = account_id()
    known_at = known_at()
    month_end = dy.Date(description="last day of the month")
    days_past_due = dy.Int32(min=0, description="days past due at month end")
    account_state = dy.Enum(
        ACCOUNT_STATES, nullable=True, description="state as the issuer reports it, null when it does not"
    )

    @dy.rule()
    def known_once_the_month_is_over(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("known_at") >= pl.col("month_end").cast(pl.Datetime("us"))


class AccountFlags(dy.Schema):
    """A circumstance that the lender's own departments record of an account; it holds until it is lifted.

    Of `flag`: in collection, an agreed hardship arrangement, suspected fraud, suspected takeover of the
    account, the customer has died, the court's list of defaulters (失信被执行人), a sanctions list,
    under age, a student.
    """

    account_id = account_id()
    known_at = known_at()
    flag = dy.Enum(ACCOUNT_FLAGS, description="the circumstance")
    set_at = moment("from when it holds")
    lifted_at = moment("when it ended, null while it holds", nullable=True)

    @dy.rule()
    def lifted_after_set(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("lifted_at").is_null() | (pl.col("lifted_at") >= pl.col("set_at"))


class Employers(dy.Schema):
    """A company-registry (工商) state; the latest known one holds."""

    employer_id = dy.Int64(description="registry number")
    known_at = known_at()
    recorded_at = moment("when the registry recorded the state")
    industry = dy.String(description="industry code")
    status = dy.Enum(EMPLOYER_STATES, description="registry status")
    registered_capital_cny = amount("registered capital", min=0)


class Consents(dy.Schema):
    """A grant of consent for one source; `revoked_at` is its withdrawal."""

    account_id = account_id()
    known_at = known_at()
    source = dy.Enum(tuple(LINKED), description="the source consented to")
    granted_at = moment("when consent was given")
    revoked_at = moment("when it was withdrawn", nullable=True)

    @dy.rule()
    def revoked_after_granted(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("revoked_at").is_null() | (pl.col("revoked_at") >= pl.col("granted_at"))


class Offers(dy.Schema):
    """An offer made, and when it was accepted."""

    account_id = account_id()
    known_at = known_at()
    offered_at = moment("when the offer was made")
    limit_cny = amount("limit offered", min=0)
    fee_discount = dy.Float64(min=0, max=1, description="share of the instalment fee waived")
    instalments = dy.Int32(min=1, max=36, description="instalments offered")
    accepted_at = moment("when it was accepted", nullable=True)


class Macro(dy.Schema):
    """A month of the economy. Rates and growth in percent, PMI as an index around 50."""

    month = dy.Date(primary_key=True, description="first day of the month described")
    known_at = known_at()
    unemployment = dy.Float64(min=0, max=100, description="surveyed unemployment, percent")
    cpi_yoy = dy.Float64(description="consumer prices, percent on a year before")
    retail_sales_yoy = dy.Float64(description="retail sales, percent on a year before")
    pmi = dy.Float64(min=0, max=100, description="purchasing managers' index")
    lpr_1y = dy.Float64(min=0, max=100, description="one-year loan prime rate, percent")


class IndustryOutlook(dy.Schema):
    """A month and industry: the prosperity index, 100 = neutral."""

    month = dy.Date(primary_key=True, description="first day of the month described")
    industry = dy.String(primary_key=True, description="industry code")
    known_at = known_at()
    prosperity = dy.Float64(min=0, max=300, description="prosperity index, 100 = neutral")
