"""The cut-off that the reasons compare with is the bar of the policy."""

import pytest

from serving.decision.policy import packaged, scale_for
from training.config.files import load_config


@pytest.mark.parametrize("name", ["portfolio", "uci_taiwan", "credit_data", "german"])
def test_reasons_and_policy_share_one_bar(name: str) -> None:
    config = load_config(name)
    scale = scale_for(packaged().policy, name, 0.5)
    assert config.reasons.cutoff_pd == scale.cutoff_pd
