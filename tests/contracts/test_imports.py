"""No import circle in the project, none hidden inside a function, and the check finds those it should."""

import shutil
from pathlib import Path

import pytest

from features.paths import ROOT
from tests.contracts.import_graph import PACKAGES, circles, project_imports

IN_FUNCTIONS = {
    ("experiments.portfolio.__main__", "experiments.portfolio.report.main"): "plots: `simulate` needs none",
}
"""Project modules that may be imported inside a function, and why. Those of other packages always may."""


def test_no_modules_import_each_other() -> None:
    assert circles(project_imports(ROOT)) == []


def test_no_project_module_is_imported_inside_a_function() -> None:
    inside = [found for found in project_imports(ROOT) if found.in_function]
    refused = [found for found in inside if (found.importer, found.imported) not in IN_FUNCTIONS]
    assert refused == [], "\n".join(f"{f.importer}:{f.line} imports {f.imported}" for f in refused)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


KERNEL = "serving.model.reasons.kernels.walk"
TREES = "serving.model.reasons.trees"


@pytest.mark.parametrize(
    "statement",
    [
        f"import {KERNEL}",
        "from serving.model.reasons.kernels import walk",
        "from .kernels import walk",
        f"def late():\n    from {KERNEL} import walk\n",
        f"if TYPE_CHECKING:\n    from {KERNEL} import walk\n",
    ],
    ids=["import", "from package", "relative", "inside a function", "for types only"],
)
def test_a_circle_is_found_however_it_is_written(tree: Path, statement: str) -> None:
    for module, line in ((TREES, statement), (KERNEL, f"from {TREES} import TreeEnsemble")):
        path = tree / (module.replace(".", "/") + ".py")
        path.write_text(path.read_text() + "\n" + line + "\n")
    assert circles(project_imports(tree)) == [(KERNEL, TREES)]


def test_a_circle_by_way_of_a_third_module_is_found(tree: Path) -> None:
    for module, imported in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")):
        (tree / "serving" / f"planted_{module}.py").write_text(f"import serving.planted_{imported}\n")
    assert circles(project_imports(tree)) == [tuple(f"serving.planted_{module}" for module in "abc")]


def test_an_import_inside_a_method_is_found(tree: Path) -> None:
    planted = "class Late:\n    def load(self):\n        from serving.model import points\n"
    (tree / "training" / "planted.py").write_text(planted)
    inside = [found for found in project_imports(tree) if found.importer == "training.planted"]
    assert [(found.imported, found.line, found.in_function) for found in inside] == [
        ("serving.model.points", 3, "load")
    ]
