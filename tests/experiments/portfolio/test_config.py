"""The digest of the generating code covers every module that determines the tables."""

import json
from pathlib import Path

import pytest

from experiments.portfolio import config
from experiments.portfolio.config import GENERATING_CODE, SimulationConfig, from_origin
from features.errors import ConfigError

HERE = Path(config.__file__).parent


@pytest.mark.parametrize("pattern", GENERATING_CODE)
def test_every_pattern_of_the_digest_matches_a_file(pattern: str) -> None:
    assert list(HERE.glob(pattern)), pattern


def test_the_configuration_is_read_back_from_its_origin() -> None:
    shown = SimulationConfig(n_accounts=10, n_months=24, seed=5, workers=1)
    assert from_origin(shown.origin()).model_dump(exclude={"workers"}) == shown.model_dump(
        exclude={"workers"}
    )


def test_a_delay_changes_one_feed_and_an_unknown_table_is_refused() -> None:
    slow = SimulationConfig(n_accounts=10).with_delays({"delinquency": 72.0})
    assert slow.parameters.feeds.delinquency == 72.0
    assert slow.with_delays({"delinquency": 2.0}) == SimulationConfig(n_accounts=10)
    assert from_origin(slow.origin()) == slow
    for wrong in ({"bureau_reports": 1.0}, {"orders": -1.0}):
        with pytest.raises(ConfigError, match=f"delay of {next(iter(wrong))}: .*give hours ≥ 0 for one of"):
            slow.with_delays(wrong)


def test_settings_of_another_version_are_refused_by_name() -> None:
    origin = SimulationConfig(n_accounts=10).origin()
    settings = json.loads(origin["settings"])
    del settings["parameters"]["feeds"]
    with pytest.raises(ConfigError, match=r"parameters\.feeds is not of this version"):
        from_origin({**origin, "settings": json.dumps(settings)})


@pytest.mark.parametrize("name", ["population.py", "simulation.py", "kernels/hazard.py", "emit/tables.py"])
def test_a_changed_module_changes_the_digest(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in HERE.rglob("*.py"):
        copy = tmp_path / path.relative_to(HERE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(config, "__file__", str(tmp_path / "config.py"))
    before = config.code_digest.__wrapped__()
    (tmp_path / name).write_text("changed")
    assert config.code_digest.__wrapped__() != before


def test_an_origin_that_names_the_shares_of_consent_is_still_read() -> None:
    world = SimulationConfig(n_accounts=300)
    origin = world.origin()
    settings = json.loads(origin["settings"])
    settings["parameters"]["observed"] |= {"consent_bureau": 0.86, "consent_housing_fund": 0.44}
    assert from_origin({**origin, "settings": json.dumps(settings)}) == world
