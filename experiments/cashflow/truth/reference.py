"""The reference state: medians and most frequent values of a group of accounts."""

from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
import polars as pl

from experiments.cashflow.config import BURN_IN, CashflowConfig
from experiments.cashflow.population import make_people
from experiments.cashflow.truth.snapshots import Snapshot, snapshot
from features.arrays import Floats, Ints
from features.calendar import add_months
from features.matrix import Observations

REFERENCE_ACCOUNTS = 600
SEASONED_MONTHS = 6
STEP_MONTHS = 12


@dataclass(frozen=True)
class ReferenceState:
    """State behind the themes: medians over accounts, most frequent values of what is no number.

    Shares are of the wage (`wage`: receipts of the self-employed), of essentials, or of the limit.
    """

    forget: float
    autopay: int
    lead: float
    part: float
    revolving_limit: float
    instalments_limit: float
    orders: float
    ticket: float
    credit_share: float
    pull: float
    returning: float
    limit_wage: float
    debt_wage: float
    payments_wage: float
    seek: float
    cash_essentials: float
    buffer_essentials: float
    spend_speed: float
    foresight: float
    kind: int
    wage: float
    industry: int
    fund: int
    rent_wage: float
    family_wage: float


def reference_state(observed: Snapshot) -> ReferenceState:
    """The reference state of some observed accounts."""
    x, s = observed.people, observed.state
    limit = np.maximum(s["limit"], 1.0)
    return ReferenceState(
        forget=_median(x["forget"]),
        lead=_median(x["lead"]),
        part=_median(x["part"]),
        orders=_median(x["orders"]),
        ticket=_median(x["ticket"]),
        credit_share=_median(x["credit_share"]),
        pull=_median(x["pull"]),
        returning=_median(x["returning"]),
        seek=_median(x["seek"]),
        spend_speed=_median(x["spend_speed"]),
        foresight=_median(x["foresight"]),
        wage=_median(x["wage"]),
        autopay=_mode(x["autopay"]),
        kind=_mode(x["kind"]),
        industry=_mode(x["industry"]),
        fund=_mode(x["fund"]),
        revolving_limit=_median(s["revolving"] / 100.0 / limit),
        instalments_limit=_median(s["schedule"].sum(axis=1) / 100.0 / limit),
        limit_wage=_median(limit / x["wage"]),
        debt_wage=_median(s["loan_balance"].sum(axis=1) / x["wage"]),
        payments_wage=_median((s["loan_payment"] * (s["loan_balance"] > 0)).sum(axis=1) / x["wage"]),
        cash_essentials=_median(s["cash"] / x["essentials"]),
        buffer_essentials=_median(x["buffer"] / x["essentials"]),
        rent_wage=_median(x["rent"] / x["wage"]),
        family_wage=_median(x["family"] / x["wage"]),
    )


def _median(values: Floats) -> float:
    return float(np.median(values))


def _mode(values: Ints) -> int:
    found, counts = np.unique(values, return_counts=True)
    return int(found[counts.argmax()])


def default_reference(config: CashflowConfig) -> Snapshot:
    """Accounts in good order: the first ones, once a year, open for half a year, with nothing overdue."""
    accounts = np.arange(1, min(config.n_accounts, REFERENCE_ACCOUNTS) + 1)
    first = datetime.combine(config.month_start(BURN_IN + SEASONED_MONTHS), time())
    moments = [add_months(first, k) for k in range(0, config.n_months - SEASONED_MONTHS, STEP_MONTHS)]
    keys = pl.DataFrame({"account_id": accounts}).join(
        pl.DataFrame({"as_of": moments}, schema={"as_of": pl.Datetime("us")}), how="cross"
    )
    open_on = _opened(config, accounts)
    old = keys.join(open_on, on="account_id").filter(
        pl.col("opened_on").dt.offset_by(f"{SEASONED_MONTHS}mo") <= pl.col("as_of").dt.date()
    )
    observed = snapshot(config, Observations(old.select("account_id", "as_of")))
    return observed.where((observed.state["n_owed"] == 0) & (observed.state["written_off"] == 0))


def _opened(config: CashflowConfig, accounts: Ints) -> pl.DataFrame:
    days = make_people(config, accounts)["opened"]
    return pl.DataFrame({"account_id": accounts, "opened_on": [config.day(int(day)) for day in days]})
