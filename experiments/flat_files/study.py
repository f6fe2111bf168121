"""One file from its raw text to the end of its training, as somebody would who has never seen it."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from experiments.flat_files.kinds import Kind
from experiments.train import run_training
from features import paths
from features.errors import HeadroomError
from training.config.files import load_config
from training.config.generate.command import generate
from training.reporting import report
from training.reporting.result import Value


@dataclass(frozen=True)
class Result:
    """What became of one file.

    Attributes:
        kind: what the file is like.
        stopped: the message that the training ended with; empty when it ran to its gate.
        seconds: wall time from the raw file to the end.
        report: the report of the training; empty when it stopped.
    """

    kind: Kind
    stopped: str
    seconds: float
    report: Mapping[str, Value]

    @property
    def champion(self) -> bool:
        """Whether a champion came of it."""
        return bool(self.report.get("gate_passed", False))

    def flat(self) -> Iterator[tuple[str, Value]]:
        """Figures for the report of all files."""
        name = self.kind.name
        yield f"{name}_champion", self.champion
        yield f"{name}_stopped", self.stopped
        yield f"{name}_wall_seconds", self.seconds
        yield from ((f"{name}_{key}", self.report[key]) for key in FIGURES if key in self.report)


FIGURES = (
    "auc",
    "auc_ci_low",
    "auc_ci_high",
    "auc_validation",
    "auc_validation_agrees",
    "ece",
    "n_rows",
    "gate_failures",
    "sufficiency_flip_share",
    "necessity_order_share",
    "noise_feature_named_share",
    "retraining_top1_change_share",
    "absent_told_as_behaviour",
)
"""Keys of a training's report that are kept."""


def write_file(kind: Kind, number: int, seed: int) -> Path:
    """The raw file of this kind, under the run-time folder."""
    path = paths.var() / "flat_files" / f"{kind.name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    kind.write(kind.make(np.random.default_rng([seed, number])), path)
    return path


def run(kind: Kind, number: int, seed: int, console: Console) -> Result:
    """`make config` and `make train` on one raw file, nothing edited in between."""
    raw = write_file(kind, number, seed)
    started = time.perf_counter()
    settings = raw.with_suffix(".toml")
    settings.unlink(missing_ok=True)
    try:
        generate(str(raw), kind.target, str(settings), console=console)
        config = load_config(str(settings))
        run_training(config, fresh=True)
    except HeadroomError as error:
        return Result(kind, str(error), time.perf_counter() - started, {})
    found = json.loads(report.path_of(config.name).read_text(encoding="utf-8"))
    return Result(kind, "", time.perf_counter() - started, found)
