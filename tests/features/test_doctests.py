"""The examples in the docstrings of the functions that a person calls."""

import doctest
from types import ModuleType

import pytest

from features import calendar, spelling
from features.definitions import dsl
from features.engine import expressions, filters, lookback, window

MODULES = (calendar, spelling, window, filters, expressions, lookback, dsl)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_of_a_module_give_what_they_show(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
