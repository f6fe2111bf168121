"""Expected outcomes of the year ahead of some observed accounts, in parallel."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from experiments.portfolio import kernels
from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.simulation import no_intervention
from experiments.portfolio.truth.snapshots import StateSnapshot
from features.arrays import Floats

THREADS = 2


def expected_outcomes(
    config: SimulationConfig, snapshot: StateSnapshot, limits: Floats, paths: int
) -> Floats:
    """(k, N_OUTCOMES + terms) as `kernels.expected_outcomes`; the number of threads changes no figure.

    Args:
        config: the simulation.
        snapshot: k observed accounts.
        limits: (k, 12) limits of the year ahead, CNY.
        paths: Monte Carlo paths an account.
    """
    simulator, actions = snapshot.simulator, no_intervention(len(snapshot.rows))
    parameters = config.parameters.record()
    people, keys = simulator.people[snapshot.index], simulator.keys[snapshot.index]

    def part(rows: slice) -> Floats:
        accounts = snapshot.state[rows], people[rows], keys[rows]
        process = snapshot.month, simulator.economy.environment, parameters
        held = np.ascontiguousarray(limits[rows])
        return np.asarray(kernels.expected_outcomes(*accounts, *process, held, actions[rows], paths))

    edges = np.linspace(0, len(snapshot.rows), THREADS + 1).astype(int)
    slices = [slice(start, end) for start, end in pairwise(edges)]
    with ThreadPoolExecutor(THREADS) as pool:
        return np.concatenate(list(pool.map(part, slices)))
