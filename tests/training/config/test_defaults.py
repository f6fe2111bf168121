"""Open settings follow the size of the data; what a file states is never touched."""

import pytest

from tests.training.toy import toy_config
from training.config.defaults import DataSize, with_defaults
from training.config.files import parse_config
from training.config.schema import TrainConfig

FLAT = {"adapter": "flat", "path": "x.csv", "target": "y", "bad": 1}
GERMAN, CREDIT_DATA, TAIWAN = DataSize(1000, 300, 17), DataSize(4454, 1254, 11), DataSize(30_000, 6636, 90)


def bare(**sections: object) -> TrainConfig:
    return parse_config({"name": "x", "data": FLAT, **sections})


def filled(size: DataSize, **sections: object) -> TrainConfig:
    return with_defaults(bare(**sections), size)[0]


def test_repetitions_and_seeds_rise_as_cases_of_the_rarer_outcome_fall() -> None:
    found = [filled(size) for size in (GERMAN, CREDIT_DATA, TAIWAN)]
    assert [config.tuning.repeats for config in found] == [4, 2, 1]
    assert [config.model.seeds for config in found] == [5, 3, 3]


def test_leaf_sizes_and_regularisation_rise_with_the_rows() -> None:
    spaces = [filled(size).tuning.space for size in (GERMAN, CREDIT_DATA, TAIWAN)]
    assert [space.min_data_in_leaf for space in spaces] == [(8, 30), (16, 78), (105, 525)]
    assert [space.lambda_l2[1] for space in spaces] == pytest.approx([10, 31.18, 200])


def test_a_leaf_holds_two_cases_of_a_rare_outcome() -> None:
    assert filled(DataSize(10_000, 100, 10)).tuning.space.min_data_in_leaf[0] == 200


def test_a_stated_setting_is_kept_and_not_listed() -> None:
    stated = {"trials": 3, "space": {"learning_rate": [0.2, 0.2]}}
    config, defaults = with_defaults(bare(tuning=stated, split={"test_share": 0.4}), GERMAN)
    assert (config.tuning.trials, config.tuning.space.learning_rate) == (3, (0.2, 0.2))
    assert config.split.test_share == 0.4
    names = {f"{default.section}.{default.name}" for default in defaults}
    assert names & {"tuning.trials", "tuning.space.learning_rate", "split.test_share"} == set()
    assert "tuning.space.num_leaves" in names


def test_what_was_filled_in_is_not_filled_in_again() -> None:
    once, _ = with_defaults(bare(), GERMAN)
    again, defaults = with_defaults(once, TAIWAN)
    assert (again, defaults) == (once, ())


def test_each_default_tells_its_value_and_its_reason() -> None:
    _, defaults = with_defaults(toy_config(), GERMAN)
    assert all(default.text.startswith(f"{default.section}.{default.name} = ") for default in defaults)
    assert all(len(default.why) > 5 for default in defaults)


@pytest.mark.parametrize("rows", [100, 1000, 10_000, 200_000])
@pytest.mark.parametrize("share", [0.005, 0.1, 0.5])
def test_filled_in_settings_are_valid_for_files_of_any_size(rows: int, share: float) -> None:
    config = filled(DataSize(rows, max(1, round(rows * share)), 5))
    assert parse_config({**config.model_dump(), "data": FLAT, "reasons": {}})
