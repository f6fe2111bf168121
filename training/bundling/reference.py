"""The reference set of the Shapley values: accounts raised at or just above the cut-off, sources imputed.

They are accounts as they stand now, which no hard rule holds (`training.data.present`): features need no
outcome, and "typical" should be typical of today. Those that the lender raised since come first.

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
from features.calendar import DAY
from features.errors import DataError
from features.matrix import KEYS
from features.spec import FeatureCatalogue
from serving.model.reasons.sources import LinkedSources
from training.bundling.imputation import DonorPool, ImputedBlock
from training.bundling.strata import in_proportion, segments_of, strata_of
from training.config.schema import ReasonsConfig
from training.data.candidates import Candidates

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
        raised: (m,) whether the lender raised the limit since.
        strata: (m,) stratum each was drawn from.
        imputed: which of their sources come from donors.
        complete: (m,) whether every source is the account's own.
        ages: (m,) days from the observation to the present; all 0 for data of a single cross-section.
    """

    rows: Floats
    keys: pl.DataFrame
    pd: Floats
    raised: Bools
    strata: Ints
    imputed: tuple[ImputedBlock, ...]
    complete: Bools
    ages: Floats

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
            self.complete[places],
            self.ages[places],
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
            "reference_complete_share": float(self.complete.mean()),
            "reference_age_days_median": float(np.median(self.ages)),
            "reference_age_days_highest": float(self.ages.max()),
        }


def choose_reference(
    candidates: Candidates, codes: Floats, probability: Probability, config: ReasonsConfig
) -> ReferenceSet:
    """At most `n_reference` accounts, in the order of the candidates.

    Args:
        candidates: what to choose from.
        codes: (n, f) their encoded values.
        probability: calibrated probabilities of bad of (k, f) encoded rows.
        config: `population` says whether the reference is accounts at the cut-off, of these only the raised
            ones or only those with every source, or all applicants.

    Raises:
        DataError: too few accounts pass the cut-off.
        ConfigError: a segment is cut by a feature that the model does not have.
    """
    catalogue = candidates.matrix.catalogue
    ordered = _ordered(candidates, codes, probability(codes), config)
    strata = strata_of(catalogue, codes, config.segments)
    drawn = in_proportion(ordered, strata, candidates.groups)[: SPARE * config.n_reference]
    segments = segments_of(catalogue, codes, config.segments)
    donors = DonorPool.of(ordered, codes, segments, LinkedSources.of(catalogue))
    completed, imputed = donors.impute(drawn, np.random.default_rng(config.seed))
    chosen = ReferenceSet(
        rows=completed,
        keys=candidates.matrix.frame.select(KEYS)[drawn],
        pd=probability(completed),
        raised=_raised(candidates)[drawn],
        strata=strata[drawn],
        imputed=imputed,
        complete=_complete(catalogue, codes)[drawn],
        ages=_ages(candidates)[drawn],
    )
    first = _still_passing(chosen.pd, config)[: config.n_reference]
    return chosen.take(first[np.argsort(drawn[first], kind="stable")])


def _ordered(candidates: Candidates, codes: Floats, pd: Floats, config: ReasonsConfig) -> Positions:
    """Rows of the population in the order of preference."""
    if config.population == "applicants":
        return np.random.default_rng(config.seed).permutation(candidates.n)
    ordered = _at_cutoff(candidates, pd, config)
    if config.population == "raised":
        return _enough(ordered[(_raised(candidates) & _near(pd, config))[ordered]], config)
    if config.population == "complete":
        return _enough(ordered[_complete(candidates.matrix.catalogue, codes)[ordered]], config)
    return ordered


def _enough(rows: Positions, config: ReasonsConfig) -> Positions:
    if len(rows) < min(FEWEST, config.n_reference):
        raise DataError(
            f"[reasons] population = {config.population!r}: only {len(rows)} such accounts pass cutoff_pd = "
            f"{config.cutoff_pd}; raise it, or choose another population"
        )
    return rows


def _still_passing(pd: Floats, config: ReasonsConfig) -> Positions:
    """Places of the candidates that pass once imputed; all of them for a reference of all applicants."""
    if config.population == "applicants":
        return np.arange(len(pd))
    kept = np.flatnonzero(pd <= config.cutoff_pd)
    if len(kept) < min(FEWEST, config.n_reference):
        raise DataError(
            f"[reasons] cutoff_pd = {config.cutoff_pd}: only {len(kept)} of {len(pd)} accounts still pass "
            "once their missing sources are imputed; raise it"
        )
    return kept


def _at_cutoff(candidates: Candidates, pd: Floats, config: ReasonsConfig) -> Positions:
    """Rows that pass: raised and near the cut-off, then near it, then the others, each nearest first.

    In a cross-section, which knows neither raises nor an order of time, those near the cut-off come in random
    order: of many cases the nearest thousand would all stand at the cut-off itself, and say nothing of the
    others that pass just above it.
    """
    passing = np.flatnonzero(pd <= config.cutoff_pd)
    if len(passing) < min(FEWEST, config.n_reference):
        raise DataError(
            f"[reasons] cutoff_pd = {config.cutoff_pd}: only {len(passing)} of {candidates.n} accounts have "
            f"a lower probability of bad (the median is {np.median(pd):.3f}); raise it"
        )
    near, closeness = _near(pd[passing], config), -pd[passing]
    if candidates.present is None:
        closeness = np.where(near, np.random.default_rng(config.seed).random(len(passing)), closeness)
    moment = candidates.as_of.to_physical().to_numpy()[passing]
    raised = near & _raised(candidates)[passing]
    return passing[np.lexsort((passing, -moment, closeness, ~near, ~raised))]


def _near(pd: Floats, config: ReasonsConfig) -> Bools:
    """(n,) whether each is no more than `near` below the cut-off, in log-odds."""
    least = np.log(config.cutoff_pd / (1.0 - config.cutoff_pd)) - config.near
    return np.asarray(np.log(pd / (1.0 - pd)) >= least, np.bool_)


def _complete(catalogue: FeatureCatalogue, codes: Floats) -> Bools:
    absent = LinkedSources.of(catalogue).absent(codes)
    return np.asarray(~absent.any(axis=1), np.bool_)


def _raised(candidates: Candidates) -> Bools:
    return np.zeros(candidates.n, dtype=bool) if candidates.raised is None else candidates.raised


def _ages(candidates: Candidates) -> Floats:
    if candidates.present is None:
        return np.zeros(candidates.n)
    present = np.array([candidates.present], "M8[us]").view(np.int64)
    moments = candidates.as_of.to_numpy().astype("M8[us]").view(np.int64)
    return np.asarray((present - moments) / DAY, np.float64)
