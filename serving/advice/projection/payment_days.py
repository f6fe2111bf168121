"""The days on which projected bills are paid."""

import numpy as np

from features.arrays import Bools, Ints
from features.calendar import DAY
from serving.advice.account import PaymentHistory
from serving.advice.projection.cycles import ComingCycles

HOUR = DAY // 24
NOON_BEFORE = DAY // 2 - DAY
"""The middle of the day before the due day: a payment that is to be in time leaves a day to spare."""


def payment_days(now: int, cycles: ComingCycles, history: PaymentHistory, j: int, on_time: Bools) -> Ints:
    """(n,) when the bill of cycle j is paid, microseconds.

    The account's own day, or with a plan that governs payment the day before the due day where the own day
    was late. Never before the bill or the moment of advice, nor after the next bill; what is overdue is paid
    within a day.
    """
    usual = int(history.offset[cycles.repeats[j]])
    in_time = usual if usual < 0 else NOON_BEFORE
    at = cycles.due[j] + np.where(on_time, in_time, usual)
    earliest = max(int(cycles.issued[j]) + DAY, now) + HOUR
    latest = max(int(cycles.issued[j + 1]) + DAY - HOUR, earliest)
    if cycles.due[j] + DAY <= now:
        return np.full(len(on_time), min(now + DAY, latest))
    if on_time.any():
        last_in_time = max(int(cycles.due[j]) + DAY - HOUR, earliest)
        return np.asarray(np.clip(at, earliest, np.where(on_time, min(latest, last_in_time), latest)))
    return np.asarray(np.clip(at, earliest, latest))
