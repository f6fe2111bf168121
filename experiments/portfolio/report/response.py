"""Response of balance and default to the limit: the randomised test, the true effect, the naive comparison.

All three answer the same question about the same months, open accounts six months or older and not past
due: by how much do the mean bill (CNY) and the probability of 60+ days past due of the next twelve months
change for each 100 % of limit. The randomised test compares its arms. The true effect compares potential
outcomes: every such account is simulated in all three arms with common random numbers. The naive comparison
sets accounts that the incumbent policy raised against those that it did not.
"""

import numpy as np

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.population import randomisation_months
from experiments.portfolio.report.effects import TreatmentSample, concatenated
from experiments.portfolio.report.panel import Panel
from experiments.portfolio.simulation import AccountSimulator
from features.arrays import Floats, Positions

ARM_STEPS = (0.0, 0.2, 0.5)
"""Relative change of the limit in each arm of the test."""
HORIZON = 12
SEASONED_MONTHS = 6


def randomised(panel: Panel) -> TreatmentSample:
    """The arms of the randomised test, as the tables show them."""
    row, month = np.nonzero(panel.arm >= 0)
    return _observed(panel, row, month, np.array(ARM_STEPS)[panel.arm[row, month]])


def naive(panel: Panel) -> TreatmentSample:
    """Raised by the incumbent policy against left alone, in all months with a year of outcomes."""
    months = np.arange(panel.dpd.shape[1])
    current = np.roll(panel.dpd, 1, axis=1) == 0
    eligible = (panel.opened[:, None] + SEASONED_MONTHS <= months) & current
    matured = (months >= SEASONED_MONTHS) & (months <= panel.dpd.shape[1] - HORIZON)
    row, month = np.nonzero(eligible & matured & (panel.raised >= 0) & (panel.arm < 0))
    return _observed(panel, row, month, panel.raised[row, month])


def _observed(panel: Panel, row: Positions, month: Positions, treatment: Floats) -> TreatmentSample:
    bad = (panel.dpd >= 60).astype(float)
    outcome = np.stack([_ahead(panel.balance, row, month), _ahead(bad, row, month) > 0], axis=1)
    bill = np.nan_to_num(panel.balance[row, month - 1])
    covariates = np.stack([bill, bill / np.maximum(panel.limit[row, month - 1], 1.0)], axis=1)
    unknown = np.full(len(row), np.nan)
    return TreatmentSample(panel.account[row], treatment, outcome.astype(float), covariates, unknown)


def _ahead(values: Floats, row: Positions, month: Positions) -> Floats:
    """(k,) means over the twelve months from `month` on, of the values that are there."""
    known = ~np.isnan(values)
    total = np.pad(np.cumsum(np.where(known, values, 0.0), axis=1), ((0, 0), (1, 0)))
    count = np.pad(np.cumsum(known, axis=1), ((0, 0), (1, 0)))
    end = np.minimum(month + HORIZON, values.shape[1])
    seen = count[row, end] - count[row, month]
    return np.asarray((total[row, end] - total[row, month]) / np.maximum(seen, 1))


def true_potential_outcomes(config: SimulationConfig, most: int = 20_000) -> TreatmentSample:
    """Every eligible account at every start of the test in all three arms; of the first `most` accounts."""
    simulator = AccountSimulator(config, np.arange(1, min(config.n_accounts, most) + 1))
    parts = []
    for month in randomisation_months(config):
        simulator.advance(month - simulator.now)
        seasoned = month - simulator.people["opened"] >= SEASONED_MONTHS
        current = (simulator.state["missed"] == 0) & (simulator.state["written_off"] == 0)
        rows = np.nonzero(seasoned & current)[0]
        parts += [_arm(simulator, rows, step) for step in ARM_STEPS]
    return concatenated(parts)


def _arm(simulator: AccountSimulator, rows: Positions, step: float) -> TreatmentSample:
    """The outcomes of these accounts in one arm, from a fork of the simulator."""
    limit = np.round(simulator.state["limit"] * (1.0 + step) / 100.0) * 100.0
    months, _ = simulator.fork().advance(HORIZON, np.repeat(limit[:, None], HORIZON, axis=1))
    year = months[rows]
    billed = year["written_off"] == 0
    bills = np.where(billed, year["balance"], 0.0).sum(axis=1)
    mean_bill = bills / np.maximum(billed.sum(axis=1), 1) / 100.0
    outcome = np.stack([mean_bill, (year["missed"] >= 3).any(axis=1).astype(float)], axis=1)
    last, held = simulator.state["billed"][rows] / 100.0, np.maximum(simulator.state["limit"][rows], 1.0)
    covariates = np.stack([last, last / held], axis=1)
    treatment, thin = np.full(len(rows), step), simulator.people["thin"][rows]
    return TreatmentSample(simulator.accounts[rows], treatment, outcome, covariates, thin)


def by_reliance_on_credit(sample: TreatmentSample) -> dict[str, TreatmentSample]:
    """Those who rely on credit (`thin`), and those who do not at all (`comfortable`)."""
    masks = {"thin": sample.thin > 0.5, "comfortable": sample.thin == 0.0}
    return {name: sample.take(mask) for name, mask in masks.items()}
