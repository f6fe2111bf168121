"""Validation of configurations: errors name the key and the value."""

from pathlib import Path

import pytest

from features.errors import ConfigError
from training.config.files import config_hash, flat_settings, load_config, parse_config
from training.config.schema import CONFIGS

SHIPPED = ("portfolio", "cashflow", "tables", "uci_taiwan", "credit_data", "german")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_configurations_are_valid(name: str) -> None:
    assert load_config(name).name == name


@pytest.mark.parametrize("name", ["portfolio", "cashflow", "tables", "uci_taiwan"])
def test_every_parameter_of_a_shipped_search_space_and_split_is_commented(name: str) -> None:
    text = (CONFIGS / f"{name}.toml").read_text(encoding="utf-8")
    assert text.count("#") >= 15


def test_an_unknown_key_names_the_nearest_known_one() -> None:
    with pytest.raises(ConfigError, match=r"unknown key tuning\.trails \(did you mean 'trials'\?\)"):
        parse_config({"name": "x", "data": {"adapter": "simulated"}, "tuning": {"trails": 3}})


def test_an_unknown_key_of_the_data_section_is_found_too() -> None:
    with pytest.raises(ConfigError, match=r"unknown key data\.acounts \(did you mean 'accounts'\?\)"):
        parse_config({"name": "x", "data": {"adapter": "simulated", "acounts": 500}})


def test_an_unknown_adapter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"adapter is 'simulatd' \(did you mean 'simulated'\?\)"):
        parse_config({"name": "x", "data": {"adapter": "simulatd"}})


def test_a_bad_value_is_shown() -> None:
    with pytest.raises(ConfigError, match=r"split\.test_share = 1\.5"):
        parse_config({"name": "x", "data": {"adapter": "simulated"}, "split": {"test_share": 1.5}})


def test_trees_too_deep_for_exact_reasons_are_refused() -> None:
    raw = {"name": "x", "data": {"adapter": "simulated"}, "tuning": {"space": {"max_depth": [3, 9]}}}
    with pytest.raises(ConfigError, match="depth at most 6"):
        parse_config(raw)


def test_a_range_with_its_ends_swapped_is_refused() -> None:
    raw = {"name": "x", "data": {"adapter": "simulated"}, "tuning": {"space": {"num_leaves": [30, 4]}}}
    with pytest.raises(ConfigError, match="lower end"):
        parse_config(raw)


def test_a_missing_file_names_what_is_shipped(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="portfolio"):
        load_config("nowhere")
    with pytest.raises(ConfigError, match=r"my\.toml"):
        load_config(str(tmp_path / "my.toml"))


def test_a_file_of_ones_own_is_named_after_itself(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[data]\nadapter = "simulated"\n')
    assert load_config(str(path)).name == "mine"


def test_a_missing_data_section_is_refused() -> None:
    with pytest.raises(ConfigError, match="adapter is None"):
        parse_config({"name": "x"})


def test_the_hash_changes_with_any_setting() -> None:
    one = parse_config({"name": "x", "data": {"adapter": "simulated"}})
    other = parse_config({"name": "x", "data": {"adapter": "simulated"}, "gate": {"min_auc": 0.61}})
    assert config_hash(one) != config_hash(other)
    assert flat_settings(other)["gate.min_auc"] == "0.61"
