"""What an adapter delivers: the labelled cohort, the months it may be split by, early outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from training.data.calendar import AsOfMonths
from training.data.candidates import Candidates
from training.data.cohort import Cohort, constant_features
from training.data.early_outcomes import EarlyOutcomes
from training.data.splits import Split


@dataclass(frozen=True)
class Source:
    """Labelled data as an adapter delivers it.

    Attributes:
        cohort: all labelled observations.
        as_ofs: as-of months of an out-of-time split; None for a single cross-section.
        early: early outcomes for the recalibration; None when none are configured.
        candidates: accounts as they stand now, for the reference; None for a single cross-section.
    """

    cohort: Cohort
    as_ofs: AsOfMonths | None
    early: EarlyOutcomes | None = None
    candidates: Candidates | None = None

    def select(self, names: Sequence[str]) -> "Source":
        """The same source with some of the features."""
        early = self.early
        kept = None if early is None else replace(early, recent=early.recent.select(names))
        candidates = None if self.candidates is None else self.candidates.select(names)
        return replace(self, cohort=self.cohort.select(names), early=kept, candidates=candidates)


def without_constants(source: Source, split: Split) -> Source:
    """The same source without the features that are constant on the fit set."""
    constant = constant_features(source.cohort, split.fit)
    if not constant:
        return source
    kept = [name for name in source.cohort.matrix.catalogue.names if name not in constant]
    names = ", ".join(constant)
    note = f"{len(constant)} features hold one value on the training rows and are not used: {names}"
    chosen = source.select(kept)
    return replace(chosen, cohort=replace(chosen.cohort, notes=(*chosen.cohort.notes, note)))
