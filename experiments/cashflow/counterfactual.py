"""Counterfactual simulation with common random numbers: other behaviour or limits from any day on."""

from dataclasses import dataclass

import numpy as np

from experiments.cashflow.config import CashflowConfig
from experiments.cashflow.simulation import Records, Trajectories, no_intervention, simulate_accounts
from features.arrays import Ints
from features.errors import ConfigError


@dataclass(frozen=True)
class Intervention:
    """What a person or the lender does otherwise; the default changes nothing.

    Attributes:
        pay_full: pays each bill in full by its due day if the money is there: it comes before all but
        essentials, and
            is neither forgotten nor put off.
        use: factor on purchases on credit; 1 = all.
        stop_applying: seeks no credit elsewhere.
        pay_down: share of the money above coming obligations that goes to loans elsewhere each month.
        limit_factor: factor on the limit, which is held from then on; None leaves it to the incumbent policy.
    """

    pay_full: bool = False
    use: float = 1.0
    stop_applying: bool = False
    pay_down: float = 0.0
    limit_factor: float | None = None

    def __post_init__(self) -> None:
        checks = {"use": self.use >= 0.0, "pay_down": 0.0 <= self.pay_down <= 1.0}
        checks["limit_factor"] = self.limit_factor is None or self.limit_factor > 0.0
        for name, fits in checks.items():
            if not fits:
                raise ConfigError(
                    f"intervention {name}={getattr(self, name)}: use ≥ 0, 0 ≤ pay_down ≤ 1, limit_factor > 0"
                )

    def records(self, since: Ints) -> Records:
        """(n,) records of `layout.INTERVENTION` that start on the days `since`, (n,)."""
        actions = no_intervention(len(since))
        actions["start"], actions["pay_full"], actions["no_apply"] = since, self.pay_full, self.stop_applying
        actions["use"], actions["pay_down"] = self.use, self.pay_down
        actions["limit"] = np.nan if self.limit_factor is None else self.limit_factor
        return actions


UNCHANGED = Intervention()


def simulate_counterfactual(
    config: CashflowConfig,
    accounts: Ints,
    *,
    since: Ints,
    intervention: Intervention = UNCHANGED,
    until: int | None = None,
) -> Trajectories:
    """Simulates the accounts as they were until their day in `since`, then on under an intervention.

    Every random draw is the one of the factual simulation (common random numbers), so trajectories differ by
    the effect of the change alone. `emit.tables.account_tables` turns them into tables.

    Args:
        config: the simulation.
        accounts: (n,) account numbers, ascending.
        since: (n,) first day that may differ (`CashflowConfig.day_index` gives it from a date).
        intervention: what changes.
        until: day before which to stop; the end of the simulation by default.

    Raises:
        ConfigError: the shapes or days do not fit the simulation.
    """
    end = config.span_days if until is None else until
    if since.shape != accounts.shape:
        raise ConfigError(f"since has shape {since.shape}; give {accounts.shape}: one day an account")
    if not 0 <= since.min(initial=0) <= since.max(initial=0) <= end <= config.span_days:
        raise ConfigError(
            f"since {since.min()} to {since.max()}, until={end}: days must be 0 ≤ since ≤ until ≤ "
            f"{config.span_days}"
        )
    return simulate_accounts(config, accounts, intervention.records(since), end)
