"""Every linked source states all that the project reads of it, and has a feed in the simulator."""

import re
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from experiments.portfolio.emit.feed import feed_of
from features.contract.registry import ACCOUNT_TABLES, TABLES
from features.contract.schemas import Consents
from features.definitions import PORTFOLIO
from features.engine.consent import CODES
from features.engine.views.registry import VIEWS
from features.errors import ConfigError
from features.sources.linked import LinkedSource, Text
from features.sources.registry import LINKED
from features.themes import THEMES

EVERY = pytest.mark.parametrize("source", LINKED.values(), ids=list(LINKED))
BUREAU = LINKED["bureau"]


def faults(source: LinkedSource) -> list[str]:
    """What a source leaves unstated, or states otherwise than the registries read it."""
    return [*_table(source), *_view(source), *_themes(source), *_texts(source), *_profile(source)]


def _table(source: LinkedSource) -> Iterator[str]:
    missing = {"account_id", "known_at", source.event} - set(source.schema.column_names())
    if missing:
        yield f"schema without {sorted(missing)}"
    spec = TABLES.get(source.table)
    if spec is None or (spec.schema, spec.event, spec.source) != (source.schema, source.event, source.key):
        yield f"table {source.table} is not in the contract as stated"
    if source.table not in ACCOUNT_TABLES:
        yield f"table {source.table} does not belong to accounts"


def _view(source: LinkedSource) -> Iterator[str]:
    view = VIEWS.get(source.key)
    if view is None or (view.source, view.tables) != (source.key, (source.table,)):
        yield "no view of its own table under its own consent"
    elif not source.view or list(view.columns) != [column.name for column in source.view]:
        yield "a view without the stated columns"
    unknown = {column.column for column in source.view} - set(source.schema.column_names())
    if unknown:
        yield f"view columns {sorted(unknown)} are not in the schema"


def _themes(source: LinkedSource) -> Iterator[str]:
    used = {spec.meta.theme for spec in PORTFOLIO.specs}
    if not source.themes:
        yield "no theme"
    if [theme for theme in THEMES.values() if theme.source == source.key] != list(source.themes):
        yield "its themes differ from those that name it as their source"
    for theme in source.themes:
        if theme.key not in used:
            yield f"theme {theme.key} has no feature"
    if set(source.wording) != {theme.key for theme in source.themes}:
        yield "wording of other themes than its own"


def _texts(source: LinkedSource) -> Iterator[str]:
    texts = [Text(source.zh, source.en), source.unlinked, source.linked]
    texts += [Text(theme.zh, theme.en) for theme in source.themes]
    texts += [x for words in source.wording.values() for x in (words.against, words.favourable, words.absent)]
    texts += [x for c in source.conditions for x in (c.text, c.zero, c.one) if x is not None]
    for text in texts:
        if not re.search(r"[\u4e00-\u9fff]", text.zh) or not re.search("[a-z]{3}", text.en):
            yield f"not in both languages: {text}"
        if re.search(r"[\u4e00-\u9fff]", text.en):
            yield f"Chinese in the English text: {text.en}"
    for text in (source.unlinked, source.linked, *(words.absent for words in source.wording.values())):
        if re.search(r"\d", text.zh + text.en):
            yield f"a figure in the text of an absence: {text}"
    if not re.fullmatch(r"S\d\d", source.code):
        yield f"code {source.code} is not of the form S01"


def _profile(source: LinkedSource) -> Iterator[str]:
    columns = source.schema.columns()
    unknown = set(source.profile) - set(columns)
    if unknown:
        yield f"profile columns {sorted(unknown)} are not in the schema"
    if not any(source.profile.values()):
        yield "no profile column with a good direction"
    if not source.conditions:
        yield "no condition"
    for condition in source.conditions:
        if not source.profile.get(condition.column):
            yield f"condition on {condition.column}, which has no good direction in the profile"
        if "{value}" not in condition.text.zh or "{value}" not in condition.text.en:
            yield f"condition on {condition.column} without its value"


@EVERY
def test_a_linked_source_has_table_view_themes_texts_and_profile(source: LinkedSource) -> None:
    assert faults(source) == []


@EVERY
def test_a_linked_source_has_a_feed_in_the_simulator(source: LinkedSource) -> None:
    assert 0.0 < feed_of(source.key).consent_share <= 1.0


def test_keys_codes_tables_and_themes_are_unique_and_in_the_order_of_the_codes() -> None:
    sources = list(LINKED.values())
    assert list(LINKED) == [source.key for source in sources]
    assert [source.code for source in sources] == [f"S{i:02d}" for i in range(1, len(sources) + 1)]
    assert len({source.table for source in sources}) == len(sources)
    themes = [theme.key for source in sources for theme in source.themes]
    assert len(set(themes)) == len(themes)


def test_consents_name_the_linked_sources_in_their_order() -> None:
    assert tuple(Consents.columns()["source"].categories) == tuple(LINKED)  # type: ignore[attr-defined]
    assert {key: code for code, key in enumerate(LINKED)} == CODES


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (replace(BUREAU, event="pulled_at"), r"schema without \['pulled_at'\]"),
        (replace(BUREAU, table="reports"), "table reports is not in the contract"),
        (replace(BUREAU, schema=LINKED["housing_fund"].schema), "is not in the contract as stated"),
        (replace(BUREAU, key="credit"), "no view of its own table"),
        (replace(BUREAU, view=()), "a view without the stated columns"),
        (replace(BUREAU, themes=()), "no theme"),
        (replace(BUREAU, themes=BUREAU.themes[:2]), "differ from those that name it"),
        (replace(BUREAU, wording=MappingProxyType({})), "wording of other themes"),
        (replace(BUREAU, unlinked=Text("", "We hold no report")), "not in both languages"),
        (replace(BUREAU, en="征信报告"), "not in both languages"),
        (
            replace(BUREAU, linked=Text("已授权3天", "Linked 3 days ago")),
            "a figure in the text of an absence",
        ),
        (replace(BUREAU, code="B1"), "not of the form S01"),
        (replace(BUREAU, profile=MappingProxyType({})), "no profile column with a good direction"),
        (replace(BUREAU, profile=MappingProxyType({"score": 1})), r"\['score'\] are not in the schema"),
        (replace(BUREAU, conditions=()), "no condition"),
    ],
)
def test_a_source_that_leaves_something_out_is_noticed(broken: LinkedSource, said: str) -> None:
    assert re.search(said, "; ".join(faults(broken)))


def test_a_source_without_a_feed_is_refused_with_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    registered = {**LINKED, "water": BUREAU, "clock": BUREAU}
    monkeypatch.setattr("experiments.portfolio.emit.feed.LINKED", registered)
    for key in ("water", "clock"):  # no module of this name; a module without a feed
        with pytest.raises(ConfigError, match=rf"'{key}' has no feed .*emit/{key}\.py must define FEED"):
            feed_of(key)
    with pytest.raises(ConfigError, match="no linked source of this key; there are"):
        feed_of("gas")
