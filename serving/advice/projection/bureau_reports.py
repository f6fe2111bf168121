"""Projected bureau reports: the last one at its usual frequency, changed by the levers."""

import numpy as np
import polars as pl

from serving.advice.account import AccountSnapshot
from serving.advice.frames import contract_frame, microseconds, moments, with_plan
from serving.advice.levers.projection_state import ProjectedReports
from serving.advice.projection.external_sources import MONTH, next_arrivals
from serving.advice.projection.plan_arrays import PlanArrays

FIXED = ("account_id", "known_at", "reported_at", "oldest_account_months")
"""Columns that no lever changes. The record of late payments stays because no lever changes it."""


def project_reports(account: AccountSnapshot, plans: PlanArrays, months: int) -> pl.DataFrame | None:
    """Bureau reports of the projected months under every plan, with a column `plan`.

    None without consent, without a report on record, or where none is due within the months.
    """
    rows, last = account.bureau_reports, account.bureau_report
    if last is None:
        return None
    seen = microseconds(rows["reported_at"])
    at = next_arrivals(seen, account.now, months)
    if not len(at):
        return None
    n, r = len(plans), len(at)
    elapsed = np.maximum(0.0, (at - account.now) / MONTH)
    age = last["oldest_account_months"] + np.floor((at - seen[-1]) / MONTH)
    changeable = {name: np.full((n, r), last[name], float) for name in last if name not in FIXED}
    state = ProjectedReports(last, np.floor(elapsed), changeable)
    for definition, index, size in plans.selections:
        definition.project_reports(state, index, size)
    lag = microseconds(rows["known_at"])[-1] - seen[-1]
    columns = {
        "account_id": np.full(n * r, account.account_id),
        "reported_at": moments(np.tile(at, n)),
        "known_at": moments(np.tile(at + lag, n)),
        **{name: values.ravel() for name, values in state.columns.items()},
        "oldest_account_months": np.tile(age, n),
    }
    return with_plan(contract_frame("bureau_reports", columns), np.repeat(np.arange(n), r))
