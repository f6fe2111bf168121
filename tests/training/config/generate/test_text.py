import doctest
import tomllib
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.adapters.flat import names
from features.adapters.flat.inspection import vocabulary
from training.config.generate import command, themes, toml

MODULES = (names, vocabulary, command, themes, toml)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_of_a_module_give_what_they_show(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(name=TEXTS, given=TEXTS | st.integers(-(2**62), 2**62) | st.booleans() | st.lists(TEXTS), told=TEXTS)
def test_whatever_is_written_as_toml_is_read_back(
    name: str, given: str | int | bool | list[str], told: str
) -> None:
    assert tomllib.loads(toml.line(name, given, told)) == {name: given}


@given(st.lists(st.none() | TEXTS, min_size=1, max_size=9))
def test_columns_are_named_differently_whatever_the_header_says(header: list[str | None]) -> None:
    found = names.column_names(header)
    assert len(found) == len(header)
    assert all(found)
    assert len({name.replace(" ", "_") for name in found}) == len(found)
    assert names.column_names(found) == found
