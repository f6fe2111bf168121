"""The definition of a lever: who is offered it, what it changes, what it costs, and how it is worded."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar

import polars as pl

from features.arrays import Floats, Ints
from serving.advice.account import AccountSnapshot
from serving.advice.levers.behaviour import BehaviourChange
from serving.advice.levers.context import PathContext
from serving.advice.levers.projection_state import PaymentCycle, ProjectedOrders, ProjectedReports
from serving.advice.settings import AdviceSettings
from serving.advice.text import Bilingual
from serving.advice.types import Lever, Plan, SourceProfiles


class LeverDefinition(ABC):
    """One kind of lever; a subclass overrides the projections that it changes and leaves the others alone.

    Attributes:
        key: `Lever.kind` of its levers, and the name of its effort in `advice.toml`.
        label: its name in tables and plots.
        family: levers of one family are alternatives and never combined.
        governs_payment: whether bills are paid at least to the minimum, by the due day.
        costs_money: whether its step states the extra money a bill.
        every_change: whether it is evaluated at every change of the account, and not at the horizons alone.
        drivers: names of the weights that it adds to the confidence (`[confidence]` of `advice.toml`).
    """

    key: ClassVar[str]
    label: ClassVar[str]
    family: ClassVar[str]
    governs_payment: ClassVar[bool] = False
    costs_money: ClassVar[bool] = False
    every_change: ClassVar[bool] = False
    drivers: ClassVar[tuple[str, ...]] = ()

    def lever(self, size: float = 0.0, source: str = "") -> Lever:
        """A lever of this kind."""
        return Lever(self.key, size, source)

    @abstractmethod
    def offer(
        self, account: AccountSnapshot, settings: AdviceSettings, profiles: SourceProfiles | None
    ) -> Iterable[Lever]:
        """The sizes that this account is offered, the smallest change first; none without the facts."""

    @abstractmethod
    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """What to do, with the account's own figures, as part of a sentence."""

    def project_payments(
        self, cycle: PaymentCycle, at: Ints, size: Floats, account: AccountSnapshot, settings: AdviceSettings
    ) -> None:
        """Changes what is paid and charged in a projected cycle."""

    def project_orders(self, orders: ProjectedOrders, at: Ints, size: Floats) -> None:
        """Changes projected orders."""

    def project_reports(self, reports: ProjectedReports, at: Ints, size: Floats) -> None:
        """Changes projected bureau reports."""

    def project_tables(
        self, account: AccountSnapshot, lever: Lever, months: int, profiles: SourceProfiles | None
    ) -> Mapping[str, pl.DataFrame]:
        """Further rows of the account, by table."""
        return {}

    @abstractmethod
    def behaviour(self, size: float) -> BehaviourChange:
        """What an account that follows the lever does otherwise, for the simulation."""

    def effort(self, settings: AdviceSettings) -> float:
        """Effort apart from time and money, in months of waiting."""
        return settings.effort[self.key]

    def extra_cny(self, account: AccountSnapshot, lever: Lever, months: float) -> float:
        """Money that it takes outside this account's bills, over so many months."""
        return 0.0

    def driver_values(self, plan: Plan, values: Mapping[str, float]) -> Mapping[str, float]:
        """What a plan with this lever adds to, or replaces in, the driver values of the confidence.

        Args:
            plan: the whole plan.
            values: of the common drivers (`confidence.COMMON_DRIVERS`) and of the levers before this one.
        """
        return {}
