"""The examples in the docstrings of what a person calls: each runs and gives what it shows."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.serving import toy

MODULES = (
    "serving.decision.outlook",
    "serving.decision.policy.limits",
    "serving.decision.policy.load",
    "serving.decision.principal",
    "serving.decision.wording.figures",
    "serving.decision.wording.review",
    "serving.model.bundle.disk",
    "serving.model.points",
    "serving.model.scorer",
    "serving.model.types",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_give_what_they_show(name: str, tmp_path: Path) -> None:
    given = {"bundle": toy.bundle(), "frame": toy.frame(20), "folder": tmp_path / "bundle"}
    found = doctest.testmod(import_module(name), extraglobs=given)
    assert found.attempted > 0
    assert found.failed == 0
