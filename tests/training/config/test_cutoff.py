"""The cut-off: a stated probability, or the one below which a share of the cases lies."""

import numpy as np
import pytest

from features.errors import ConfigError
from training.config.cutoff import in_words, with_cutoff
from training.config.files import parse_config
from training.config.schema import TrainConfig

PD = np.linspace(0.0, 1.0, 101)


def config(**reasons: float) -> TrainConfig:
    data = {"adapter": "flat", "path": "x.csv", "target": "y", "bad": 1}
    return parse_config({"name": "x", "data": data, "reasons": reasons})


def test_a_stated_probability_is_the_cutoff() -> None:
    found = with_cutoff(config(cutoff_pd=0.12), PD)
    assert found.reasons.cutoff_pd == 0.12
    assert "as configured" in in_words(found)


@pytest.mark.parametrize(("given", "cutoff"), [({}, 0.5), ({"approve_share": 0.3}, 0.3)])
def test_without_one_the_stated_share_passes_or_half(given: dict[str, float], cutoff: float) -> None:
    found = with_cutoff(config(**given), PD)
    assert found.reasons.cutoff_pd == pytest.approx(cutoff)
    assert f"the safest {cutoff:.0%}".replace("%", " %") in in_words(found)


def test_both_at_once_are_refused() -> None:
    with pytest.raises(ConfigError, match="both set the cut-off"):
        config(cutoff_pd=0.1, approve_share=0.4)
