"""What remains of each tier's budget for raises, booked in the transaction that records a decision.

A raise is granted to an account at its limit. Another decision at that limit replaces the raise, so that
nothing is spent twice; once the limit has changed, it stays spent. Only one service may spend a budget,
because it decides one account at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from serving.decision.policy import LoadedPolicy
from serving.service.records.record import Draft
from serving.service.records.schema import GRANTS


@dataclass(frozen=True)
class _Raise:
    """The part of a decision's answer that spends a budget."""

    tier: str
    current_limit_cny: float
    new_limit_cny: float


def left(
    connection: Connection, policy: LoadedPolicy, account_id: int, current_cny: float
) -> Mapping[str, float]:
    """By tier with a budget, what it has left in CNY for this account at its limit; never below 0."""
    budgets = {t.name: t.budget_cny for t in policy.policy.tiers if t.budget_cny is not None}
    if not budgets:
        return {}
    others = (GRANTS.c.policy_version == policy.policy.version) & ~_at(account_id, current_cny)
    query = select(GRANTS.c.tier, func.sum(GRANTS.c.rise_cny)).where(others).group_by(GRANTS.c.tier)
    spent = {tier: float(total) for tier, total in connection.execute(query)}
    return {tier: max(0.0, budget - spent.get(tier, 0.0)) for tier, budget in budgets.items()}


def spend(connection: Connection, drafts: Sequence[Draft]) -> None:
    """Books what these decisions grant, in place of what was granted at the same limit before."""
    for row in filter(None, map(_grant, drafts)):
        version = GRANTS.c.policy_version == row["policy_version"]
        connection.execute(delete(GRANTS).where(version & _at(row["account_id"], row["from_cny"])))
        connection.execute(insert(GRANTS), row)


def _at(account_id: int, limit_cny: float) -> ColumnElement[bool]:
    return (GRANTS.c.account_id == account_id) & (GRANTS.c.from_cny == limit_cny)


def _grant(draft: Draft) -> dict[str, Any] | None:
    if draft.kind != "decision" or not getattr(draft.inputs, "budget_left_cny", None):
        return None
    granted = msgspec.json.decode(draft.answer, type=_Raise)
    return {
        "policy_version": draft.policy_version,
        "account_id": draft.account_id,
        "from_cny": granted.current_limit_cny,
        "tier": granted.tier,
        "rise_cny": granted.new_limit_cny - granted.current_limit_cny,
    }
