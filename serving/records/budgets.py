"""What each tier's budget for raises has left, counted in the transaction that records a decision.

The latest decision of an account under a policy is the one that counts, so asking twice spends nothing
twice. Decisions that are made at the same moment see the same rest: together they may exceed it by what is
in flight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from serving.policy import LoadedPolicy
from serving.records.record import Draft
from serving.records.schema import GRANTS


@dataclass(frozen=True)
class _Told:
    """The part of a decision's answer that spends a budget."""

    tier: str
    current_limit_cny: float
    new_limit_cny: float


def left(connection: Connection, policy: LoadedPolicy, account_id: int) -> Mapping[str, float]:
    """By tier with a budget, what it has left in CNY for this account; never below 0."""
    budgets = {t.name: t.budget_cny for t in policy.policy.tiers if t.budget_cny is not None}
    if not budgets:
        return {}
    others = (GRANTS.c.policy_sha256 == policy.sha256) & (GRANTS.c.account_id != account_id)
    query = select(GRANTS.c.tier, func.sum(GRANTS.c.rise_cny)).where(others).group_by(GRANTS.c.tier)
    spent = {tier: float(total) for tier, total in connection.execute(query)}
    return {tier: max(0.0, budget - spent.get(tier, 0.0)) for tier, budget in budgets.items()}


def spend(connection: Connection, drafts: Sequence[Draft]) -> None:
    """Notes what these decisions grant, in place of what was noted of their accounts before."""
    for row in filter(None, map(_grant, drafts)):
        mine = (GRANTS.c.policy_sha256 == row["policy_sha256"]) & (GRANTS.c.account_id == row["account_id"])
        connection.execute(delete(GRANTS).where(mine))
        connection.execute(insert(GRANTS), row)


def _grant(draft: Draft) -> dict[str, Any] | None:
    if draft.kind != "decision" or not getattr(draft.inputs, "budget_left_cny", None):
        return None
    told = msgspec.json.decode(draft.answer, type=_Told)
    return {
        "policy_sha256": draft.policy_sha256,
        "account_id": draft.account_id,
        "tier": told.tier,
        "rise_cny": told.new_limit_cny - told.current_limit_cny,
    }
