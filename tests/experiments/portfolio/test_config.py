"""The configuration of a simulated portfolio and what its data set says it was made from."""

import json
from pathlib import Path

from experiments.portfolio import config as module
from experiments.portfolio.config import MAKERS, WorldConfig, from_origin

HERE = Path(module.__file__).parent


def test_a_configuration_is_read_back_from_the_origin_of_its_data() -> None:
    config = WorldConfig(n_accounts=300, n_months=24, seed=5)
    assert from_origin(config.origin()) == config


def test_an_origin_that_names_the_shares_of_consent_is_still_read() -> None:
    config = WorldConfig(n_accounts=300)
    origin = config.origin()
    settings = json.loads(origin["settings"])
    settings["parameters"]["observed"] |= {"consent_bureau": 0.86, "consent_housing_fund": 0.44}
    assert from_origin({**origin, "settings": json.dumps(settings)}) == config


def test_the_code_digest_covers_files_that_exist() -> None:
    assert [name for name in MAKERS if not list(HERE.glob(name))] == []
