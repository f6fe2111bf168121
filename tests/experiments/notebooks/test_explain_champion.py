"""The notebook runs from top to bottom on a champion, and what it shows is what the scorer says."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from experiments.notebooks.champion import open_champion
from experiments.notebooks.sensitivity import change_one, partial_dependence
from features.errors import BundleError, ConfigError
from features.paths import ROOT
from tests.training.toy import write_toy
from training.config.files import load_config
from training.pipeline import train
from training.reporting.console import Stages
from training.reporting.tracking.lifecycle import run as tracked_run

NOTEBOOK = ROOT / "experiments" / "notebooks" / "explain_champion.ipynb"
pytestmark = pytest.mark.e2e


def code_cells() -> list[dict[str, Any]]:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The path of a configuration whose small champion stands in a run-time folder of its own."""
    folder = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADROOM_VAR", str(folder / "var"))
        patch.setenv("MPLBACKEND", "Agg")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        path = write_toy(folder)
        settings = load_config(str(path))
        with tracked_run(settings) as run:
            assert train(settings, Stages(), run).evaluated.gate.passed
        patch.setenv("NOTEBOOK_CONFIG", str(path))
        yield str(path)


@pytest.fixture(scope="module")
def shown(config: str) -> dict[str, Any]:
    """All names of the notebook after its cells have run in order in a fresh namespace."""
    names: dict[str, Any] = {}
    for cell in code_cells():
        exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    return names


def test_the_notebook_is_committed_without_outputs() -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells())


def test_ten_accounts_are_explained_and_every_line_adds_up(shown: dict[str, Any]) -> None:
    table = shown["table"]
    themes = [theme.key for theme in shown["opened"].bundle.spec.catalogue.themes]
    assert table.height == 10
    assert table["score"].is_sorted()
    assert (table["base_points"] + table.select(themes).sum_horizontal() == table["score"]).all()


def test_the_differences_of_the_themes_are_the_difference_of_the_score(shown: dict[str, Any]) -> None:
    change = shown["change"]
    moved = dict(zip(change["theme"], change["difference"], strict=True))
    assert moved.pop("(score)") == sum(moved.values()) != 0


def test_a_change_that_lowers_a_risk_never_takes_points(shown: dict[str, Any]) -> None:
    direction = shown["gains"].filter(feature=shown["feature"])["direction"][0]
    steps = np.diff(shown["found"].curves, axis=1) * direction
    assert direction != 0
    assert (steps >= 0).all()
    assert np.ptp(shown["found"].mean) > 0


def test_a_point_of_the_curves_is_the_scorers_answer_for_the_changed_frame(shown: dict[str, Any]) -> None:
    opened, feature, found = shown["opened"], shown["feature"], shown["found"]
    frame = opened.test.matrix.frame[shown["sample"]]
    changed = frame.with_columns(pl.lit(found.grid[7]).alias(feature))
    assert np.array_equal(opened.scorer.score(changed).pd, found.curves[:, 7])


def test_the_pictures_are_png_files_under_the_reports(shown: dict[str, Any], config: str) -> None:
    folder: Path = shown["opened"].folder
    pictures = sorted(folder.glob("*.png"))
    assert len(pictures) == 4
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)


def test_an_unknown_feature_is_refused_by_name(shown: dict[str, Any]) -> None:
    opened = shown["opened"]
    row = opened.rows(np.array([0]))[0]
    with pytest.raises(ConfigError, match="'incme' is not one of this model's"):
        change_one(opened, row, "incme", 0.0)
    with pytest.raises(ConfigError, match="'job' is no numeric feature"):
        partial_dependence(opened, np.array([0]), "job")


def test_without_a_champion_the_message_says_how_to_make_one(config: str) -> None:
    with pytest.raises(BundleError, match="make train CONFIG=german"):
        open_champion("german")
