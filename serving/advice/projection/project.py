"""The projected tables of one account under many plans.

No feature is edited. Each plan gets a pseudo account that holds the account's rows and the projected
ones, so one build by the same engine gives every feature at every later moment, consistent by
construction.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from features.calendar import plus_months
from features.contract.registry import TABLES
from features.errors import DataError
from features.sources.registry import LINKED
from features.tables import Tables
from serving.advice.account import AccountSnapshot
from serving.advice.frames import contract_frame, for_plans, moments
from serving.advice.projection.bill_rows import bill_rows
from serving.advice.projection.bills import ProjectedBills, project_bills
from serving.advice.projection.bureau_reports import project_reports
from serving.advice.projection.cycles import coming_cycles
from serving.advice.projection.external_sources import project_contributions, project_scores
from serving.advice.projection.month_ends import month_ends_without_bills
from serving.advice.projection.orders import project_orders, repeated_orders
from serving.advice.projection.plan_arrays import PlanArrays
from serving.advice.projection.tables import Frames, plan_tables
from serving.advice.settings import AdviceSettings
from serving.advice.types import Plan, SourceProfiles


@dataclass(frozen=True)
class Projection:
    """n plans of one account.

    Attributes:
        tables: pseudo accounts 0 … n − 1, the shared tables with their last month carried forward.
        bills: projected bills, None without any bill on record.
        added: projected rows by table, with a column `plan`.
    """

    tables: Tables
    bills: ProjectedBills | None
    added: Frames


def project(
    account: AccountSnapshot,
    plans: Sequence[Plan],
    settings: AdviceSettings,
    *,
    profiles: SourceProfiles | None = None,
    granted_limit_cny: float | None = None,
) -> Projection:
    """The account's tables with the months up to the longest horizon.

    Args:
        account: as known at the moment of advice.
        plans: what to project.
        settings: bounds, and the length of the history that repeats.
        profiles: what a newly linked source is projected to show; needed by plans that link one.
        granted_limit_cny: today's new limit, when today's decision changes it.

    Raises:
        DataError: a plan links a source and there are no profiles.
    """
    arrays, months = PlanArrays(tuple(plans)), settings.longest
    bills, rows = _own_rows(account, arrays, settings)
    parts = defaultdict(list, {name: [frame] for name, frame in rows.items()})
    for name, frame in _other_rows(account, arrays, months, profiles, granted_limit_cny):
        parts[name].append(frame)
    added = {name: pl.concat(frames) for name, frames in parts.items() if name in account.tables.frames}
    return Projection(plan_tables(account, len(arrays), months, added), bills, added)


def projected_bill_rows(account: AccountSnapshot, plan: Plan, settings: AdviceSettings) -> Frames:
    """Projected statements, repayments and month ends under one plan, as rows of the account itself.

    The payment history given is that of the coming cycles, the one in progress included, the last one first:
    nothing is added for what was charged in it so far.

    Raises:
        DataError: no bill is on record, so there is nothing to project from.
    """
    if account.payments is None or account.bills is None:
        raise DataError(f"account {account.account_id}: no statement known before {account.as_of}")
    bills, history = account.bills, account.payments
    coming = coming_cycles(account, bills, history, settings)
    whole = replace(coming, left=1.0, charged=0.0, started=0.0)
    made = project_bills(account, bills, history, whole, PlanArrays((plan,)), settings)
    return {name: rows.drop("plan") for name, rows in bill_rows(account, bills, made).items()}


def _own_rows(
    account: AccountSnapshot, plans: PlanArrays, settings: AdviceSettings
) -> tuple[ProjectedBills | None, Frames]:
    """Bills, payments and orders at this lender; month-end statuses alone where there is no bill."""
    bills, history = account.bills, account.payments
    if bills is None or history is None:
        until = int(plus_months(np.array([account.now]), settings.longest + 1)[0])
        return None, {"delinquency": month_ends_without_bills(account, len(plans), until)}
    cycles = coming_cycles(account, bills, history, settings)
    made = project_bills(account, bills, history, cycles, plans, settings)
    repeated = repeated_orders(account, bills, made.cycles)
    return made, {**bill_rows(account, bills, made), "orders": project_orders(repeated, made, plans)}


def _other_rows(
    account: AccountSnapshot, plans: PlanArrays, months: int, profiles: SourceProfiles | None,
    granted_limit_cny: float | None,
) -> Iterator[tuple[str, pl.DataFrame]]:  # fmt: skip
    """Rows of linked sources and of today's new limit, and what levers add to any table."""
    unaffected = {
        "third_party_scores": project_scores(account, months),
        "limit_changes": None if granted_limit_cny is None else _granted(account, granted_limit_cny),
        **{
            source.table: project_contributions(account, source, months)
            for source in LINKED.values()
            if TABLES[source.table].event == "month"
        },
    }
    for name, frame in unaffected.items():
        if frame is not None:
            yield name, for_plans(frame, np.arange(len(plans)))
    reports = project_reports(account, plans, months)
    if reports is not None:
        yield "bureau_reports", reports
    for definition, lever, at in plans.levers():
        for name, frame in definition.project_tables(account, lever, months, profiles).items():
            yield name, for_plans(frame, at)


def _granted(account: AccountSnapshot, limit_cny: float) -> pl.DataFrame:
    now = moments(np.array([account.now]))
    columns = {
        "account_id": [account.account_id],
        "known_at": now,
        "effective_at": now,
        "old_limit_cny": [account.limit_cny],
        "new_limit_cny": [limit_cny],
        "kind": ["fixed"],
        "cause": ["policy"],
        "test_arm": [None],
    }
    return contract_frame("limit_changes", columns)
