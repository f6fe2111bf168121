"""How each lever is simulated, and which levers are combined where confidence is fitted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType

from features.errors import ConfigError
from serving.advice import Plan
from serving.advice.levers.debt import Debt
from serving.advice.levers.in_full import InFull
from serving.advice.levers.inquiries import Inquiries
from serving.advice.levers.link import Link
from serving.advice.levers.on_time import OnTime
from serving.advice.levers.use import Use

NO_APPLICATIONS = 4.0
"""Log factor by which applications fall where none is to be made."""


@dataclass(frozen=True)
class BehaviourChange:
    """Changed behaviour in the simulation; arguments of `portfolio.counterfactual.changed`.

    Attributes:
        pay_on_time: whether no payment is late.
        use: share of the carried balance that is still wanted, 1 = all.
        fewer_inquiries: log factor by which credit applications fall.
        pay_down: share of the debt elsewhere paid down every month.
    """

    pay_on_time: bool = False
    use: float = 1.0
    fewer_inquiries: float = 0.0
    pay_down: float = 0.0

    def __add__(self, other: "BehaviourChange") -> "BehaviourChange":
        """Both changes, the stronger where they are of the same kind."""
        return BehaviourChange(
            self.pay_on_time or other.pay_on_time,
            min(self.use, other.use),
            max(self.fewer_inquiries, other.fewer_inquiries),
            max(self.pay_down, other.pay_down),
        )


SIMULATED: Mapping[str, Callable[[float], BehaviourChange]] = MappingProxyType(
    {
        OnTime.key: lambda _: BehaviourChange(pay_on_time=True),
        InFull.key: lambda _: BehaviourChange(pay_on_time=True, use=0.0),
        Use.key: lambda size: BehaviourChange(pay_on_time=True, use=min(1.0, size)),
        Inquiries.key: lambda _: BehaviourChange(fewer_inquiries=NO_APPLICATIONS),
        Debt.key: lambda size: BehaviourChange(pay_down=size),
        Link.key: lambda _: BehaviourChange(),
    }
)
"""By lever, the change for its size. Linking is no behaviour: the consent is granted in the tables."""

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
    """What a plan changes in the simulation.

    Raises:
        ConfigError: the simulation has no counterpart of a lever.
    """
    missing = [lever.kind for lever in plan if lever.kind not in SIMULATED]
    if missing:
        raise ConfigError(
            f"lever {missing[0]!r} has no counterpart in the simulation: add it to SIMULATED in "
            "experiments/advice/outcomes/levers.py"
        )
    return reduce(BehaviourChange.__add__, (SIMULATED[x.kind](x.size) for x in plan), BehaviourChange())
