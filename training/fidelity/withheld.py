"""How many reasons are stated, and how many are withheld since they may be noise; reported only."""

from dataclasses import replace

import numpy as np

from serving.decision.principal import MAX_REASONS
from training.fidelity.finding import Finding
from training.fidelity.model_under_test import ModelUnderTest


def withheld_reasons(tested: ModelUnderTest) -> list[Finding]:
    """The level below which no theme is stated, and what it costs the declines in reasons."""
    rows = tested.rows[tested.declined]
    stated = (tested.principal(rows).themes >= 0).sum(axis=1)
    every = (replace(tested, least_points=1).principal(rows).themes >= 0).sum(axis=1)
    withheld = 1.0 - float(stated.sum()) / max(int(every.sum()), 1)
    shares = {
        "reasons_withheld_share": (withheld, "of reasons: they may be noise"),
        "declines_with_reasons_withheld_share": (np.mean(stated < every), "of declines"),
        "declines_with_fewer_than_four_reasons_share": (np.mean(stated < MAX_REASONS), "of declines"),
        "declines_without_reasons_share": (np.mean(stated == 0), "of declines"),
    }
    least = Finding("least_points", tested.least_points, "max", None, len(rows), "points of a stated theme")
    return [least, *(Finding(n, float(v), "max", None, len(rows), why) for n, (v, why) in shares.items())]
