"""Tiers by probability of bad, on the scale of each book."""

from bisect import bisect_left
from dataclasses import dataclass
from math import exp, log

from serving.decision.policy.model import Policy, Tier


@dataclass(frozen=True)
class TierScale:
    """The tiers of one book.

    Attributes:
        tiers: from the safest.
        cuts: highest probability of bad of each tier, the last 1.
        cutoff_pd: highest probability of bad that still raises.
    """

    tiers: tuple[Tier, ...]
    cuts: tuple[float, ...]
    cutoff_pd: float

    def of(self, pd: float) -> Tier:
        """The tier of a probability of bad; a value on a cut belongs to the safer tier."""
        return self.tiers[min(bisect_left(self.cuts, pd), len(self.tiers) - 1)]


def scale_for(policy: Policy, book: str, own_cutoff_pd: float) -> TierScale:
    """The policy's tiers, moved in log-odds so that the last raising one ends at the book's bar.

    Args:
        policy: the policy.
        book: name of the training configuration.
        own_cutoff_pd: bar of a book that the policy does not name: the one its reasons compare with.
    """
    bar = policy.books.get(book, own_cutoff_pd)
    shift = _logit(bar) - _logit(policy.cutoff_pd)
    cuts = tuple(tier.max_pd if shift == 0.0 else _moved(tier.max_pd, shift) for tier in policy.tiers)
    return TierScale(policy.tiers, cuts, bar)


def _moved(pd: float, shift: float) -> float:
    return 1.0 if pd >= 1.0 else 1.0 / (1.0 + exp(-(_logit(pd) + shift)))


def _logit(pd: float) -> float:
    return log(pd / (1.0 - pd))
