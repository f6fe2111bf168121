"""Delinquency of the simulated portfolio: states, roll rates, bad rates, vintage curves."""

import numpy as np

from experiments.portfolio.report.panel import Panel
from features.arrays import Floats, Ints

STATES = ("current", "1-30", "31-60", "61-90", "91-180", "over 180")
"""Delinquency states, days past due at month end."""
EDGES = (0, 30, 60, 90, 180)


def _states(panel: Panel) -> Ints:
    """(n, m) position in `STATES`, −1 where not open."""
    return np.asarray(np.where(panel.dpd < 0, -1, np.searchsorted(EDGES, panel.dpd)))


def stocks(panel: Panel) -> Floats:
    """(6,) shares of open accounts by state, those over 180 days (written off) left out of the base."""
    state = _states(panel)
    counts = np.bincount(state[state >= 0], minlength=6).astype(float)
    return np.asarray(counts / counts[:5].sum())


def roll_rates(panel: Panel) -> Floats:
    """(6, 6) transition probabilities: state next month (column) given this month's (row)."""
    state = _states(panel)
    now, then = state[:, :-1].ravel(), state[:, 1:].ravel()
    known = (now >= 0) & (then >= 0)
    counts = np.bincount(now[known] * 6 + then[known], minlength=36).reshape(6, 6).astype(float)
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))


def bad_rate(panel: Panel) -> float:
    """Share of account-months less than 60 days past due that reach 60 days within twelve months."""
    return float(np.nanmean(bad_by_month(panel)))


def bad_by_month(panel: Panel) -> Floats:
    """(m − 12,) `bad_rate` by month of observation."""
    bad = np.pad(np.cumsum(panel.dpd >= 60, axis=1), ((0, 0), (1, 0)))
    rates = []
    for month in range(1, panel.dpd.shape[1] - 11):
        before = panel.dpd[:, month - 1]
        base = (before >= 0) & (before < 60)
        rates.append(float((bad[base, month + 12] > bad[base, month]).mean()))
    return np.array(rates)


def vintages(panel: Panel) -> dict[int, Floats]:
    """By opening half-year within the months shown: share ever 60+ days past due, by months on book."""
    bad = np.maximum.accumulate(panel.dpd >= 60, axis=1)
    curves = {}
    for half in range(panel.dpd.shape[1] // 6):
        rows = np.nonzero(panel.opened // 6 == half)[0]
        length = panel.dpd.shape[1] - 6 * half - 6
        if len(rows) < 50 or length < 6:
            continue
        at = panel.opened[rows, None] + np.arange(length)
        curves[half] = np.asarray(bad[rows[:, None], at].mean(axis=0))
    return curves
