"""The reference set of the Shapley values: accounts raised at or just above the cut-off, sources imputed.

The commentary on Reg B (12 CFR 1002.9) accepts as principal reasons the factors in which an applicant fell
short of those who were at or slightly above the passing score. They are drawn by strata, segment times the
sources they have, in proportion to all accounts that pass, and their missing sources are imputed
(`training.bundling.imputation`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from features.arrays import Bools, Floats, Ints, Positions
from features.errors import DataError
from features.matrix import KEYS
from serving.model.reasons.sources import LinkedSources
from training.bundling.imputation import DonorPool, ImputedBlock
from training.bundling.strata import in_proportion, segments_of, strata_of
from training.config.schema import ReasonsConfig
from training.data.cohort import Cohort

FEWEST = 30
"""Smallest number of accounts that a reference set may have."""
SPARE = 2
"""Candidates for each place: accounts that no longer pass once imputed are dropped."""
Probability = Callable[[Floats], Floats]


@dataclass(frozen=True)
class ReferenceSet:
    """m reference accounts.

    Attributes:
        rows: (m, f) encoded values, complete in every linked source that any account has.
        keys: (m rows) `account_id`, `as_of`.
        pd: (m,) probabilities of bad, sources imputed.
        raised: (m,) whether the lender raised the limit soon after.
        strata: (m,) stratum each was drawn from.
        imputed: which of their sources come from donors.
    """

    rows: Floats
    keys: pl.DataFrame
    pd: Floats
    raised: Bools
    strata: Ints
    imputed: tuple[ImputedBlock, ...]

    def take(self, places: Positions) -> "ReferenceSet":
        """The accounts at these positions."""
        new = {int(old): i for i, old in enumerate(places)}
        return ReferenceSet(
            self.rows[places],
            self.keys[places],
            self.pd[places],
            self.raised[places],
            self.strata[places],
            tuple(replace(block, place=new[block.place]) for block in self.imputed if block.place in new),
        )

    def described(self) -> dict[str, float | int]:
        """Flat figures for the bundle and the report."""
        return {
            "reference_accounts": len(self.rows),
            "reference_raised_share": float(self.raised.mean()),
            "reference_pd_lowest": float(self.pd.min()),
            "reference_pd_median": float(np.median(self.pd)),
            "reference_pd_highest": float(self.pd.max()),
            "reference_strata": len(np.unique(self.strata)),
            "reference_sources_imputed": len(self.imputed),
        }


def choose_reference(
    cohort: Cohort, codes: Floats, probability: Probability, config: ReasonsConfig
) -> ReferenceSet:
    """At most `n_reference` accounts, in the cohort's order.

    Args:
        cohort: the fit set.
        codes: (n, f) its encoded values.
        probability: calibrated probabilities of bad of (k, f) encoded rows.
        config: `population` says whether the reference is accounts at the cut-off or all applicants.

    Raises:
        DataError: too few accounts pass the cut-off.
        ConfigError: a segment is cut by a feature that the model does not have.
    """
    at_cutoff, catalogue = config.population == "at_cutoff", cohort.matrix.catalogue
    ordered = _at_cutoff(cohort, probability(codes), config) if at_cutoff else _applicants(cohort, config)
    strata = strata_of(catalogue, codes, config.segments)
    candidates = in_proportion(ordered, strata, cohort.groups)[: SPARE * config.n_reference]
    segments = segments_of(catalogue, codes, config.segments)
    donors = DonorPool.of(ordered, codes, segments, LinkedSources.of(catalogue))
    completed, imputed = donors.impute(candidates, np.random.default_rng(config.seed))
    chosen = ReferenceSet(
        rows=completed,
        keys=cohort.matrix.frame.select(KEYS)[candidates],
        pd=probability(completed),
        raised=_raised(cohort)[candidates],
        strata=strata[candidates],
        imputed=imputed,
    )
    first = _still_passing(chosen.pd, config)[: config.n_reference]
    return chosen.take(first[np.argsort(candidates[first], kind="stable")])


def _still_passing(pd: Floats, config: ReasonsConfig) -> Positions:
    """Places of the candidates that pass once imputed; all of them for a reference of all applicants."""
    if config.population != "at_cutoff":
        return np.arange(len(pd))
    kept = np.flatnonzero(pd <= config.cutoff_pd)
    if len(kept) < min(FEWEST, config.n_reference):
        raise DataError(
            f"[reasons] cutoff_pd = {config.cutoff_pd}: only {len(kept)} of {len(pd)} accounts still pass "
            "once their missing sources are imputed; raise it"
        )
    return kept


def _at_cutoff(cohort: Cohort, pd: Floats, config: ReasonsConfig) -> Positions:
    """Rows that pass: raised and near the cut-off, then near it, then the others, each nearest first."""
    passing = np.flatnonzero(pd <= config.cutoff_pd)
    if len(passing) < min(FEWEST, config.n_reference):
        raise DataError(
            f"[reasons] cutoff_pd = {config.cutoff_pd}: only {len(passing)} of {cohort.n} training rows have "
            f"a lower probability of bad (the median is {np.median(pd):.3f}); raise it"
        )
    log_odds = np.log(pd[passing] / (1.0 - pd[passing]))
    near = log_odds >= np.log(config.cutoff_pd / (1.0 - config.cutoff_pd)) - config.near
    month = cohort.as_of.to_physical().to_numpy()[passing]
    raised = near & _raised(cohort)[passing]
    return passing[np.lexsort((passing, -month, -pd[passing], ~near, ~raised))]


def _applicants(cohort: Cohort, config: ReasonsConfig) -> Positions:
    return np.random.default_rng(config.seed).permutation(cohort.n)


def _raised(cohort: Cohort) -> Bools:
    return np.zeros(cohort.n, dtype=bool) if cohort.raised is None else cohort.raised
