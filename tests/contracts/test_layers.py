"""The import direction of the house, and that the guard would notice a breach."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("features", "serving", "training", "experiments")
LINT = Path(sys.executable).with_name("lint-imports")


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_no_room_imports_to_its_right() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("where", "line", "broken"),
    [
        ("features/planted.py", "import serving.model.types", "features <- serving"),
        ("serving/planted.py", "import mlflow", "mlflow only in"),
        ("training/planted.py", "import optuna", "optuna only in"),
        ("experiments/planted.py", "import shap", "shap only in"),
        ("training/planted.py", "import bentoml", "bentoml only in"),
    ],
)
def test_a_planted_breach_is_reported_by_the_name_of_the_rule(
    tree: Path, where: str, line: str, broken: str
) -> None:
    (tree / where).write_text(line + "\n")
    result = lint(tree)
    assert result.returncode != 0
    assert any(broken in text and "BROKEN" in text for text in result.stdout.splitlines())
