"""All levers, in the order in which a path names them."""

from collections.abc import Mapping
from types import MappingProxyType

from serving.advice.account import AccountSnapshot
from serving.advice.levers.base import LeverDefinition
from serving.advice.levers.debt import Debt
from serving.advice.levers.in_full import InFull
from serving.advice.levers.inquiries import Inquiries
from serving.advice.levers.link import Link
from serving.advice.levers.on_time import OnTime
from serving.advice.levers.use import Use
from serving.advice.settings import AdviceSettings
from serving.advice.types import Lever, Plan, SourceProfiles

_ALL: tuple[LeverDefinition, ...] = (
    OnTime(),
    InFull(),
    Use(),
    Inquiries(),
    Debt(),
    Link(),
)

LEVERS: Mapping[str, LeverDefinition] = MappingProxyType({lever.key: lever for lever in _ALL})
"""By key."""


def offered(
    account: AccountSnapshot, settings: AdviceSettings, profiles: SourceProfiles | None = None
) -> tuple[Lever, ...]:
    """The levers of an account: only what it can act on, where there is something to change.

    A lever without an effort in the settings is not offered, so that advice recorded before a lever was added
    replays to the same bytes.
    """
    return tuple(
        lever
        for definition in LEVERS.values()
        if definition.key in settings.effort
        for lever in definition.offer(account, settings, profiles)
    )


def family(lever: Lever) -> str:
    """Levers of one family are not combined; each source is a family of its own."""
    return lever.source or LEVERS[lever.kind].family


def compatible(plan: Plan) -> bool:
    """Whether no two levers are of one family."""
    families = [family(lever) for lever in plan]
    return len(set(families)) == len(families)


def in_order(plan: Plan) -> Plan:
    """The same levers in the order of the registry, so that a plan has one form only."""
    keys = tuple(LEVERS)
    return tuple(sorted(plan, key=lambda lever: (keys.index(lever.kind), lever)))


def label(plan: Plan) -> str:
    """Name of a plan in tables and plots, the same whatever the sizes."""
    return " + ".join(LEVERS[lever.kind].label for lever in plan) or "wait"


def governs_payment(plan: Plan) -> bool:
    """Whether any lever of the plan governs how bills are paid."""
    return any(LEVERS[lever.kind].governs_payment for lever in plan)


def every_change(lever: Lever) -> bool:
    """Whether the lever is evaluated at every change of the account."""
    return LEVERS[lever.kind].every_change


def effort(plan: Plan, settings: AdviceSettings) -> float:
    """Effort apart from time and money, in months of waiting."""
    return float(sum(LEVERS[lever.kind].effort(settings) for lever in plan))


def extra_cny(plan: Plan, account: AccountSnapshot, months: float) -> float:
    """Money that the plan takes outside this account's bills, over so many months."""
    return sum(LEVERS[lever.kind].extra_cny(account, lever, months) for lever in plan)
