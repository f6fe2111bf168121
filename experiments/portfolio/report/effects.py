"""Effects of a limit change: least squares with standard errors clustered by account."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats, Ints

OUTCOMES = ("balance_cny", "bad")
Z_95 = 1.96


@dataclass(frozen=True)
class TreatmentSample:
    """Account-months with their treatment, a change of the limit or none, and the outcomes after it.

    Attributes:
        account: (k,) account numbers: the clusters of the standard error.
        treatment: (k,) relative change of the limit.
        outcome: (k, 2) mean bill of the next twelve months, CNY, and whether the account went bad in them.
        covariates: (k, 2) last bill before the change, CNY and as a share of the limit.
        thin: (k,) the true reliance on credit; NaN where it is not known, as in all that a lender observes.
    """

    account: Ints
    treatment: Floats
    outcome: Floats
    covariates: Floats
    thin: Floats

    def take(self, mask: Bools) -> "TreatmentSample":
        """The account-months where `mask` holds."""
        return TreatmentSample(**{name: getattr(self, name)[mask] for name in self.__dataclass_fields__})


def concatenated(parts: list[TreatmentSample]) -> TreatmentSample:
    """Several samples as one."""
    names = TreatmentSample.__dataclass_fields__
    return TreatmentSample(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


@dataclass(frozen=True)
class EffectEstimate:
    """An effect for each 100 % of limit, with its 95 % interval.

    Attributes:
        value: CNY, or probability.
        low: lower end.
        high: upper end.
        n: account-months.
    """

    value: float
    low: float
    high: float
    n: int

    def covers(self, true_effect: float) -> bool:
        """Whether the true effect lies within the interval."""
        return self.low <= true_effect <= self.high


def effects(sample: TreatmentSample, *, adjusted: bool = False) -> dict[str, EffectEstimate]:
    """Least squares of each outcome on the treatment, standard errors clustered by account.

    Args:
        sample: treatments and outcomes.
        adjusted: partial out the covariates, which in a randomised test narrows the interval without bias
            (Lin 2013, "Agnostic notes on regression adjustments to experimental data").
    """
    return {name: _effect(sample, sample.outcome[:, k], adjusted) for k, name in enumerate(OUTCOMES)}


def _effect(sample: TreatmentSample, outcome: Floats, adjusted: bool) -> EffectEstimate:
    """The slope after partialling out the intercept and the covariates (Frisch-Waugh-Lovell)."""
    base = np.column_stack([np.ones(len(outcome)), *(sample.covariates.T if adjusted else ())])
    x, y = _residuals(base, sample.treatment), _residuals(base, outcome)
    variation = float(x @ x)
    value = float(x @ y) / variation
    _, cluster = np.unique(sample.account, return_inverse=True)
    error = float(np.sqrt((np.bincount(cluster, x * (y - value * x)) ** 2).sum()) / variation)
    return EffectEstimate(value, value - Z_95 * error, value + Z_95 * error, len(y))


def _residuals(base: Floats, y: Floats) -> Floats:
    return np.asarray(y - base @ np.linalg.lstsq(base, y, rcond=None)[0])
