"""The digest of the generating code covers every module that determines the tables."""

import json
from pathlib import Path

import pytest

from experiments.portfolio import config
from experiments.portfolio.config import GENERATING_CODE, SimulationConfig, from_origin

HERE = Path(config.__file__).parent


@pytest.mark.parametrize("pattern", GENERATING_CODE)
def test_every_pattern_of_the_digest_matches_a_file(pattern: str) -> None:
    assert list(HERE.glob(pattern)), pattern


def test_the_configuration_is_read_back_from_its_origin() -> None:
    shown = SimulationConfig(n_accounts=10, n_months=24, seed=5, workers=1)
    assert from_origin(shown.origin()).model_dump(exclude={"workers"}) == shown.model_dump(
        exclude={"workers"}
    )


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
