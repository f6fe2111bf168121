"""Counterfactual simulation of plans: the portfolio goes on from the moment of advice under each plan.

The simulation's own parameters change how accounts pay, apply and pay down debt elsewhere. Its
accounts bring a carried balance down only slowly; where a plan asks for bills to be paid down faster,
the advised payments are booked on the charges that the simulation goes on to make (`booking`).
Everything else (income, jobs, purchases, the economy, other lenders, late reports) is drawn by the
simulation, and none of it was known to the advice. A source that a plan links is granted in the tables
a day after the advice; what it then shows, and when, is simulated as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import numpy as np

from experiments.advice.outcomes.booking import book_payments
from experiments.advice.outcomes.levers import behaviour_change
from experiments.portfolio import counterfactual
from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.cycles import observed_cycles
from experiments.portfolio.emit.clock import NEVER
from experiments.portfolio.emit.shared import shared_tables
from experiments.portfolio.emit.tables import account_tables
from experiments.portfolio.simulation import economy_of
from features.arrays import Ints
from features.calendar import DAY
from features.contract.check import check
from features.contract.registry import TABLES
from features.tables import Tables
from serving.advice import AdviceSettings, Plan
from serving.advice.levers.registry import governs_payment


@dataclass(frozen=True)
class Intervention:
    """The plan that one account is to follow.

    Attributes:
        account_id: the account.
        plan: from the moment of advice on; the empty plan changes nothing.
        limit_cny: the limit held from then on.
    """

    account_id: int
    plan: Plan
    limit_cny: float


def simulate(
    config: SimulationConfig,
    interventions: Sequence[Intervention],
    as_of: datetime,
    settings: AdviceSettings,
    *,
    booked: bool = True,
) -> Tables:
    """The tables of these accounts after a year and more under their plans from `as_of` on.

    Args:
        config: the simulated portfolio.
        interventions: one an account.
        as_of: the moment of advice; an account follows its plan from its next cycle on.
        settings: bounds of the advised payments.
        booked: whether the advised payments are booked where the simulated accounts pay more slowly.

    Raises:
        ConfigError: the simulation has no counterpart of a lever.
    """
    ordered = sorted(interventions, key=lambda one: one.account_id)
    accounts = np.array([one.account_id for one in ordered], np.int64)
    moment = np.array([as_of], "M8[us]").astype(np.int64)
    since = np.minimum(observed_cycles(config, accounts, moment).following, config.span)
    until = min(config.span, int(since.max()) + settings.longest + 2)
    levers = np.concatenate(
        [
            counterfactual.behaviour_intervention(1, since=begins, **asdict(behaviour_change(one.plan)))
            for one, begins in zip(ordered, since.tolist(), strict=True)
        ]
    )
    limits = np.array([one.limit_cny for one in ordered])
    simulated = counterfactual.simulate_counterfactual(
        config, accounts, since=since, limits=limits, actions=levers, until=until, orders=True
    )
    granted = replace(simulated, grants=_grants(ordered, as_of))
    emitted = {**account_tables(granted), **shared_tables(config, economy_of(config))}
    tables = Tables({name: check(frame, TABLES[name]).good for name, frame in emitted.items()})
    if not booked:
        return tables
    paying = {one.account_id: one.plan for one in ordered if governs_payment(one.plan)}
    return book_payments(tables, paying, as_of, settings)


def _grants(interventions: Sequence[Intervention], as_of: datetime) -> Mapping[str, Ints]:
    """By source, when each account grants its consent, microseconds; `NEVER` where it does not."""
    tomorrow = int(np.datetime64(as_of, "us").astype(np.int64)) + DAY - 1
    links = [{lever.source for lever in one.plan if lever.source} for one in interventions]
    return {
        source: np.array([tomorrow if source in linked else NEVER for linked in links], np.int64)
        for source in sorted(set().union(*links))
    }
