"""How a plan is simulated, and which levers are combined where confidence is fitted."""

from functools import reduce

from serving.advice import Plan
from serving.advice.levers.behaviour import BehaviourChange
from serving.advice.levers.debt import Debt
from serving.advice.levers.in_full import InFull
from serving.advice.levers.inquiries import Inquiries
from serving.advice.levers.on_time import OnTime
from serving.advice.levers.registry import LEVERS
from serving.advice.levers.use import Use

COMBINED = (
    (InFull.key, Use.key),
    (InFull.key, Inquiries.key),
    (InFull.key, Debt.key),
    (Use.key, Debt.key),
    (Use.key, Inquiries.key),
    (Inquiries.key, Debt.key),
    (InFull.key, Inquiries.key, Debt.key),
    (InFull.key, Use.key, Inquiries.key),
    (Use.key, Inquiries.key, Debt.key),
)
"""Levers that confidence is fitted on together, each at its largest size."""
BESIDE_A_LINK = (OnTime.key, InFull.key, Debt.key)
"""Levers that confidence is fitted on beside each linked source."""


def behaviour_change(plan: Plan) -> BehaviourChange:
    """What a plan changes in the simulation; linking changes no behaviour: the tables grant the consent."""
    changes = (LEVERS[lever.kind].behaviour(lever.size) for lever in plan)
    return reduce(BehaviourChange.__add__, changes, BehaviourChange())
