"""The cut-off: a probability as configured, or else the one below which a share of the cases lies."""

import numpy as np

from features.arrays import Floats
from training.config.schema import TrainConfig


def with_cutoff(config: TrainConfig, pd: Floats) -> TrainConfig:
    """The configuration with a cut-off: unchanged where it states a probability.

    Args:
        config: as written.
        pd: (k,) calibrated probabilities of bad of rows that the trees have not seen.
    """
    if is_given(config):
        return config
    share = config.reasons.approve_share
    cutoff = float(np.clip(np.quantile(pd, share), 1e-6, 1 - 1e-6))
    return fixed(config, cutoff)


def fixed(config: TrainConfig, cutoff_pd: float) -> TrainConfig:
    """The configuration with this cut-off, as found from its approval share."""
    found = {"cutoff_pd": cutoff_pd, "approve_share": config.reasons.approve_share}
    return config.model_copy(update={"reasons": config.reasons.model_copy(update=found)})


def is_given(config: TrainConfig) -> bool:
    """Whether the configuration has a probability as its cut-off."""
    return "cutoff_pd" in config.reasons.model_fields_set


def in_words(config: TrainConfig) -> str:
    """What passes, in words.

    Example:
        >>> from training.config.files import parse_config
        >>> data = {"adapter": "flat", "path": "x.csv", "target": "y", "bad": 1}
        >>> in_words(parse_config({"name": "x", "data": data, "reasons": {"cutoff_pd": 0.2}}))
        'probability of bad up to 20.0 %, as configured'
        >>> in_words(fixed(parse_config({"name": "x", "data": data}), 0.413))
        'the safest 50 % pass: probability of bad up to 41.3 % (no cutoff_pd is set)'
    """
    reasons = config.reasons
    if "approve_share" not in reasons.model_fields_set:
        return f"probability of bad up to {reasons.cutoff_pd:.1%}, as configured".replace("%", " %")
    shares = f"{reasons.approve_share:.0%} pass: probability of bad up to {reasons.cutoff_pd:.1%}"
    return f"the safest {shares.replace('%', ' %')} (no cutoff_pd is set)"
