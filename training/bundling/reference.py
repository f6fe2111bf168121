"""Whom the reasons compare with: accounts raised at or just above the bar, with every source linked.

The commentary on Reg B (12 CFR 1002.9) accepts as principal reasons the factors in which an applicant fell
short of those who were at or slightly above the pass mark. They are drawn by strata, segment times the
sources they have, in the proportions of all who pass, and completed in the sources they lack
(`training.bundling.imputation`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.arrays import Floats, Positions
from features.errors import DataError
from features.matrix import KEYS
from serving.model.reasons.sources import LinkedSources
from training.bundling.imputation import DonorPool, Imputed
from training.bundling.strata import in_proportion, segments_of, strata_of
from training.config.schema import ReasonsConfig
from training.data.cohort import Cohort

FEWEST = 30
SPARE = 2
"""Candidates for each place: accounts that no longer pass once completed are not compared with."""
Probability = Callable[[Floats], Floats]


@dataclass(frozen=True)
class ChosenReference:
    """m accounts to compare with.

    Attributes:
        rows: (m, f) encoded values, complete in every linked source that anyone has.
        keys: (m rows) `account_id`, `as_of`.
        pd: (m,) probabilities of bad, sources completed.
        raised: (m,) whether the lender raised the limit soon after.
        strata: (m,) stratum each was drawn from.
        donated: which of their sources come from other accounts.
    """

    rows: Floats
    keys: pl.DataFrame
    pd: Floats
    raised: NDArray[np.bool_]
    strata: NDArray[np.int64]
    donated: tuple[Imputed, ...]

    def take(self, places: Positions) -> "ChosenReference":
        """The accounts at these positions."""
        new = {int(old): i for i, old in enumerate(places)}
        return ChosenReference(
            self.rows[places],
            self.keys[places],
            self.pd[places],
            self.raised[places],
            self.strata[places],
            tuple(replace(gift, place=new[gift.place]) for gift in self.donated if gift.place in new),
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
            "reference_sources_donated": len(self.donated),
        }


def choose_reference(
    cohort: Cohort, codes: Floats, probability: Probability, config: ReasonsConfig
) -> ChosenReference:
    """At most `n_reference` accounts, in the cohort's order.

    Args:
        cohort: the rows that taught the model.
        codes: (n, f) their encoded values.
        probability: calibrated probabilities of bad of (k, f) encoded rows.
        config: `population` says whether accounts at the bar or all applicants are compared with.

    Raises:
        DataError: hardly anyone passes the bar.
        ConfigError: a segment is cut by a feature that the model does not have.
    """
    at_bar, catalogue = config.population == "at_bar", cohort.matrix.catalogue
    ordered = _at_bar(cohort, probability(codes), config) if at_bar else _anyone(cohort, config)
    strata = strata_of(catalogue, codes, config.segments)
    candidates = in_proportion(ordered, strata, cohort.groups)[: SPARE * config.n_reference]
    segments = segments_of(catalogue, codes, config.segments)
    donors = DonorPool.among(ordered, codes, segments, LinkedSources.of(catalogue))
    completed, donated = donors.complete(candidates, np.random.default_rng(config.seed))
    chosen = ChosenReference(
        rows=completed,
        keys=cohort.matrix.frame.select(KEYS)[candidates],
        pd=probability(completed),
        raised=_raised(cohort)[candidates],
        strata=strata[candidates],
        donated=donated,
    )
    first = _still_passing(chosen.pd, config)[: config.n_reference]
    return chosen.take(first[np.argsort(candidates[first], kind="stable")])


def _still_passing(pd: Floats, config: ReasonsConfig) -> Positions:
    """Places of the candidates that pass with every source; all of them where all applicants are meant."""
    if config.population != "at_bar":
        return np.arange(len(pd))
    kept = np.flatnonzero(pd <= config.bar_pd)
    if len(kept) < min(FEWEST, config.n_reference):
        raise DataError(
            f"[reasons] bar_pd = {config.bar_pd}: only {len(kept)} of {len(pd)} accounts still pass once the "
            "sources they lack are completed; raise it"
        )
    return kept


def _at_bar(cohort: Cohort, pd: Floats, config: ReasonsConfig) -> Positions:
    """Rows that pass: raised and near the bar, then near the bar, then the others, each nearest first."""
    passing = np.flatnonzero(pd <= config.bar_pd)
    if len(passing) < min(FEWEST, config.n_reference):
        raise DataError(
            f"[reasons] bar_pd = {config.bar_pd}: only {len(passing)} of {cohort.n} training rows have a "
            f"lower probability of bad (the median is {np.median(pd):.3f}); raise it"
        )
    log_odds = np.log(pd[passing] / (1.0 - pd[passing]))
    near = log_odds >= np.log(config.bar_pd / (1.0 - config.bar_pd)) - config.near
    month = cohort.as_of.to_physical().to_numpy()[passing]
    raised = near & _raised(cohort)[passing]
    return passing[np.lexsort((passing, -month, -pd[passing], ~near, ~raised))]


def _anyone(cohort: Cohort, config: ReasonsConfig) -> Positions:
    return np.random.default_rng(config.seed).permutation(cohort.n)


def _raised(cohort: Cohort) -> NDArray[np.bool_]:
    return np.zeros(cohort.n, dtype=bool) if cohort.raised is None else cohort.raised
