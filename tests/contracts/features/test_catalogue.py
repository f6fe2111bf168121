"""What every feature must say of itself."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from features.definitions import PORTFOLIO, feature_set_for
from features.definitions.dictionary import entries, write
from features.definitions.dsl import BUREAU, ORDERS, feature
from features.engine import FeatureSet, FeatureSpec
from features.errors import ConfigError
from features.sources.registry import LINKED
from features.themes import THEMES

UCI = ("accounts", "demographics", "statements", "repayments", "delinquency")
EVERYTHING = (*PORTFOLIO.tables, "orders")


def test_there_are_the_features_a_credit_modeller_would_want() -> None:
    assert len(feature_set_for(EVERYTHING).specs) >= 120
    assert len(feature_set_for(UCI).specs) >= 50


def test_a_data_set_without_purchases_gets_no_feature_of_a_table_it_lacks() -> None:
    found = feature_set_for(UCI)
    assert {table for spec in found.specs for table in spec.tables} <= set(UCI)
    assert {meta.source for meta in found.catalogue.features} == {"platform"}


def test_every_theme_has_one_source_its_own_code_and_features() -> None:
    assert len({theme.code for theme in THEMES.values()}) == len(THEMES)
    assert {theme.source for theme in THEMES.values()} == {"platform", *LINKED, "public"}
    assert {theme.key for theme in PORTFOLIO.catalogue.themes} == set(THEMES)
    assert list(THEMES) == [theme.key for theme in THEMES.values()]


@pytest.mark.parametrize("spec", PORTFOLIO.specs, ids=lambda spec: spec.meta.name)
def test_every_feature_says_what_it_is(spec: FeatureSpec) -> None:
    meta = spec.meta
    assert re.fullmatch(r"[a-z][a-z0-9_]{2,40}", meta.name)
    assert re.search(r"[\u4e00-\u9fff]", meta.zh)
    assert not re.search(r"[\u4e00-\u9fff]", meta.en)
    assert len(meta.en) > 8
    assert meta.source == THEMES[meta.theme].source
    assert not meta.actionable or THEMES[meta.theme].actionable
    assert meta.unit in ("cny", "days", "months", "count", "ratio", "score", "percent", "index", "")
    assert meta.window
    assert meta.direction in (-1, 0, 1)
    assert isinstance(meta.actionable, bool)
    assert meta.low is None or meta.high is None or meta.low < meta.high
    assert spec.tables
    assert "demographics" not in spec.tables


def test_texts_tell_features_apart() -> None:
    for features in (feature_set_for(EVERYTHING), feature_set_for(UCI)):
        for texts in (
            [m.zh for m in features.catalogue.features],
            [m.en for m in features.catalogue.features],
        ):
            assert sorted(t for t in texts if texts.count(t) > 1) == []


def test_a_feature_may_not_read_a_source_that_is_not_its_themes() -> None:
    with pytest.raises(ConfigError, match=r"sneaky belongs to source platform but reads \['bureau'\]"):
        feature(
            "sneaky", BUREAU.last("n_accounts"), theme="spending", direction=0, unit="count", zh="偷看",
            en="a look aside",
        )  # fmt: skip


def test_a_name_may_not_stand_twice() -> None:
    first = PORTFOLIO.specs[0]
    with pytest.raises(ConfigError, match="defined twice"):
        _ = FeatureSet((first, replace(first, expression=ORDERS.count()))).catalogue


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="no_such_feature"):
        PORTFOLIO.select(["no_such_feature"])


def test_the_dictionary_has_a_line_for_every_feature(tmp_path: Path) -> None:
    page, data = write(PORTFOLIO, tmp_path)
    written = json.loads(data.read_text())
    assert [entry["name"] for entry in written] == list(PORTFOLIO.catalogue.names)
    lines = page.read_text().splitlines()
    for entry in entries(PORTFOLIO):
        assert sum(line.startswith(f"| `{entry['name']}` |") for line in lines) == 1
        assert entry["formula"]
        assert entry["aggregates"]
