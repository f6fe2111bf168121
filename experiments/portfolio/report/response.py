"""What a higher limit does to balance and default: the randomised test, the truth, and the naive comparison.

All three answer the same question about the same months, open accounts six months or older and not past
due: by how much do the mean bill (CNY) and the chance of 60+ days past due of the next twelve months change
for each 100 % of limit. The randomised test reads it off its arms. The truth lives every such account three
times, at the three arms, with the luck it had. The naive one compares those that the incumbent raised with
those that it did not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.portfolio.config import WorldConfig
from experiments.portfolio.population import test_waves
from experiments.portfolio.report.panel import Panel
from experiments.portfolio.simulation import Group
from features.arrays import Floats

STEPS = (0.0, 0.2, 0.5)
HORIZON = 12
OUTCOMES = ("balance_cny", "bad")


@dataclass(frozen=True)
class Cases:
    """Account-months with a change of limit, or none, and what came of it.

    Attributes:
        account: (k,) account numbers: the clusters of the standard error.
        change: (k,) relative change of the limit.
        outcome: (k, 2) mean bill of the next twelve months, and whether the account went bad in them.
        before: (k, 2) last bill before the change, CNY and as a share of the limit.
        thin: (k,) the true leaning on credit; NaN where it is not known, as in everything a lender sees.
    """

    account: NDArray[np.int64]
    change: Floats
    outcome: Floats
    before: Floats
    thin: Floats


@dataclass(frozen=True)
class Slope:
    """An effect for each 100 % of limit, with its 95 % interval.

    Attributes:
        value: CNY, or probability.
        low: lower end.
        high: upper end.
        n: cases.
    """

    value: float
    low: float
    high: float
    n: int

    def agrees(self, truth: float) -> bool:
        """Whether the truth lies within the interval."""
        return self.low <= truth <= self.high


def slopes(cases: Cases, *, adjusted: bool = False) -> dict[str, Slope]:
    """Least squares of each outcome on the change of limit, standard errors clustered by account.

    Args:
        cases: what to look at.
        adjusted: take off what the last bill before the change explains, which a randomised test may do to
            narrow its interval without bias (Lin 2013, "Agnostic notes on regression adjustments").
    """
    return {name: _slope(cases, cases.outcome[:, k], adjusted) for k, name in enumerate(OUTCOMES)}


def _slope(cases: Cases, outcome: Floats, adjusted: bool) -> Slope:
    base = np.column_stack([np.ones(len(outcome)), *(cases.before.T if adjusted else ())])
    x, y = _unexplained(base, cases.change), _unexplained(base, outcome)
    variation = float(x @ x)
    value = float(x @ y) / variation
    _, cluster = np.unique(cases.account, return_inverse=True)
    spread = float(np.sqrt((np.bincount(cluster, x * (y - value * x)) ** 2).sum()) / variation)
    return Slope(value, value - 1.96 * spread, value + 1.96 * spread, len(y))


def _unexplained(base: Floats, y: Floats) -> Floats:
    return np.asarray(y - base @ np.linalg.lstsq(base, y, rcond=None)[0])


def randomised(panel: Panel) -> Cases:
    """The arms of the test."""
    row, month = np.nonzero(panel.arm >= 0)
    change = np.array(STEPS)[panel.arm[row, month]]
    return _cases(panel, row, month, change)


def naive(panel: Panel) -> Cases:
    """Raised by the incumbent against left alone, in all months with a year to watch."""
    months = np.arange(panel.dpd.shape[1])
    ready = (panel.opened[:, None] + 6 <= months) & (np.roll(panel.dpd, 1, axis=1) == 0)
    watched = (months >= 6) & (months <= panel.dpd.shape[1] - HORIZON)
    row, month = np.nonzero(ready & watched & (panel.raised >= 0) & (panel.arm < 0))
    return _cases(panel, row, month, panel.raised[row, month])


def _cases(panel: Panel, row: NDArray[np.intp], month: NDArray[np.intp], change: Floats) -> Cases:
    bad = (panel.dpd >= 60).astype(float)
    outcome = np.stack([_ahead(panel.balance, row, month), _ahead(bad, row, month) > 0], axis=1)
    bill = np.nan_to_num(panel.balance[row, month - 1])
    before = np.stack([bill, bill / np.maximum(panel.limit[row, month - 1], 1.0)], axis=1)
    return Cases(panel.account[row], change, outcome.astype(float), before, np.full(len(row), np.nan))


def _ahead(values: Floats, row: NDArray[np.intp], month: NDArray[np.intp]) -> Floats:
    """(k,) means over the twelve months from `month` on, of what there is."""
    known = ~np.isnan(values)
    total = np.pad(np.cumsum(np.where(known, values, 0.0), axis=1), ((0, 0), (1, 0)))
    count = np.pad(np.cumsum(known, axis=1), ((0, 0), (1, 0)))
    end = np.minimum(month + HORIZON, values.shape[1])
    seen = count[row, end] - count[row, month]
    return np.asarray((total[row, end] - total[row, month]) / np.maximum(seen, 1))


def truth(config: WorldConfig, most: int = 20_000) -> Cases:
    """Every eligible account at every wave of the test, lived at all three arms; up to `most` accounts."""
    group = Group(config, np.arange(1, min(config.n_accounts, most) + 1))
    parts = []
    for wave in test_waves(config):
        group.live(wave - group.now)
        ready = (wave - group.people["opened"] >= 6) & (group.state["missed"] == 0)
        rows = np.nonzero(ready & (group.state["written_off"] == 0))[0]
        parts += [_arm(group, rows, step) for step in STEPS]
    names = Cases.__dataclass_fields__
    return Cases(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _arm(group: Group, rows: NDArray[np.intp], step: float) -> Cases:
    limit = np.round(group.state["limit"] * (1.0 + step) / 100.0) * 100.0
    months, _ = group.fork().live(HORIZON, np.repeat(limit[:, None], HORIZON, axis=1))
    lived = months[rows]
    live = lived["written_off"] == 0
    bill = np.where(live, lived["balance"], 0.0).sum(axis=1) / np.maximum(live.sum(axis=1), 1) / 100.0
    bad = (lived["missed"] >= 3).any(axis=1)
    outcome = np.stack([bill, bad.astype(float)], axis=1)
    billed, held = group.state["billed"][rows] / 100.0, np.maximum(group.state["limit"][rows], 1.0)
    before = np.stack([billed, billed / held], axis=1)
    return Cases(group.accounts[rows], np.full(len(rows), step), outcome, before, group.people["thin"][rows])


def split_by_need(cases: Cases) -> dict[str, Cases]:
    """Those who live on credit, and those who do not at all."""
    groups = {"thin": cases.thin > 0.5, "comfortable": cases.thin == 0.0}
    return {name: _take(cases, mask) for name, mask in groups.items()}


def _take(cases: Cases, mask: NDArray[np.bool_]) -> Cases:
    return Cases(**{name: getattr(cases, name)[mask] for name in Cases.__dataclass_fields__})
