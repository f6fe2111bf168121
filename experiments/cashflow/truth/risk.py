"""True probabilities of bad, by simulating the coming year many times."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import polars as pl

from experiments.cashflow import kernels
from experiments.cashflow.config import CashflowConfig
from experiments.cashflow.counterfactual import UNCHANGED, Intervention
from experiments.cashflow.kernels.paths import BAD_DAYS
from experiments.cashflow.truth.snapshots import Snapshot, config_of, snapshot
from features.arrays import Floats
from features.matrix import Observations
from features.tables import TableStore

PATHS = 100
"""Simulated years an observation."""
THREADS = 2


def true_risk(
    world: CashflowConfig | TableStore,
    observations: Observations,
    *,
    intervention: Intervention = UNCHANGED,
    paths: int = PATHS,
) -> pl.DataFrame:
    """True probability of bad given the state on the day of `as_of`, unchanged or under an intervention.

    Two interventions use common random numbers: their difference has a far smaller error than their levels.

    Args:
        world: the simulation, or the data set made from it.
        observations: any open accounts of it, at any moments that the tables show.
        intervention: what changes from the day of `as_of` on.
        paths: simulated years an observation.

    Returns:
        `account_id`, `as_of`, `true_pd` and its standard error `true_pd_se`, in the order asked.

    Raises:
        DataError: an account or moment lies outside the simulation, or the account is not open yet.
    """
    result = probability(snapshot(config_of(world), observations), intervention, paths)
    return observations.frame.with_columns(true_pd=result[:, kernels.PD], true_pd_se=result[:, kernels.PD_SE])


def probability(observed: Snapshot, intervention: Intervention, paths: int) -> Floats:
    """(n, 2) probability and its standard error; the number of threads changes no figure.

    An account that is 60 days past due on the day already has probability 1, as in the labels' definition.
    """
    actions, parameters = intervention.records(observed.since), observed.config.parameters.record()
    log = kernels.empty_log()

    def part(rows: slice) -> Floats:
        accounts = observed.state[rows], observed.people[rows], observed.keys[rows]
        days = observed.since[rows], observed.until[rows]
        process = observed.environment, parameters, actions[rows]
        counted = log._replace(counts=np.zeros(5, np.int64))
        return np.asarray(kernels.default_probability(*accounts, *days, *process, counted, paths))

    edges = np.linspace(0, len(observed.since), 8 * THREADS + 1).astype(int)
    with ThreadPoolExecutor(THREADS) as pool:
        result = np.concatenate(list(pool.map(part, [slice(a, b) for a, b in pairwise(edges)])))
    already = days_overdue(observed) >= BAD_DAYS
    result[already] = (1.0, 0.0)
    return result


def days_overdue(observed: Snapshot) -> Floats:
    """(n,) days past due on the day of `as_of`."""
    oldest = observed.state["owed_since"][:, 0]
    return np.where(observed.state["n_owed"] > 0, observed.since - oldest, 0).astype(float)
