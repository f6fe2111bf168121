"""From a raw file to its gate: what is kept of a training, and what of one that stopped."""

import numpy as np
import polars as pl
import pytest
from rich.console import Console

from experiments.flat_files import study, table
from experiments.flat_files.kinds import Kind, semicolons
from features import paths


def file_of(target: pl.Series) -> Kind:
    """A file of one column beside the outcome."""
    income = pl.Series("income", np.random.default_rng(1).normal(size=len(target)))
    return Kind("x_small", "a small file", "outcome", lambda _: pl.DataFrame([income, target]), semicolons)


def test_a_file_that_stops_keeps_the_message_and_the_others_go_on() -> None:
    found = study.run(file_of(pl.Series("state", ["good", "bad"] * 60)), 0, 1, Console(quiet=True))
    assert not found.champion
    assert "TARGET=outcome: the file has no such column" in found.stopped
    cells = dict(zip(table.headings(), table.cells(found), strict=True))
    assert (cells["champion"], cells["AUC test"]) == ("no", "–")
    assert cells["what stands in the way"] == found.stopped


def test_a_training_is_shown_by_its_report(monkeypatch: pytest.MonkeyPatch) -> None:
    target = pl.Series("outcome", ["good", "bad"] * 60)
    shown = '{"auc": 0.71234, "gate_passed": true, "noise_feature_named_share": 0.004, "gate_failures": ""}'

    def trains(config: object, *, fresh: bool) -> None:
        path = paths.reports() / "train-x_small.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown, encoding="utf-8")

    monkeypatch.setattr(study, "run_training", trains)
    found = study.run(file_of(target), 0, 1, Console(quiet=True))
    cells = dict(zip(table.headings(), table.cells(found), strict=True))
    assert (cells["champion"], cells["AUC test"], cells["noise stated"]) == ("yes", "0.712", "0.4%")
    assert dict(found.flat())["x_small_auc"] == 0.71234
    assert "| yes | 0.712 |" in table.in_markdown([found])
