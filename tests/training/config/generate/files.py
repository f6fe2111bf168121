"""A small credit file, written cleanly or in any of the ways in which files arrive."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import numpy as np
import polars as pl
from rich.console import Console

from features.adapters.flat import FlatConfig
from features.adapters.flat.cases import FlatCases, load
from training.config.files import load_config
from training.config.generate.command import generate


def rows(n: int = 240, seed: int = 3) -> pl.DataFrame:
    """Numbers with decimals, some above a thousand, a whole number, a category; blanks here and there."""
    rng = np.random.default_rng(seed)
    bad = rng.random(n) < 0.3
    income = np.round(rng.lognormal(8, 0.5, n) - 600 * bad, 2)
    return pl.DataFrame(
        {
            "income": pl.Series(income).set(pl.Series(rng.random(n) < 0.05), None),
            "term": rng.integers(6, 60, n),
            "ratio": np.round(rng.normal(0.2 + 0.2 * bad, 0.2), 3),
            "purpose": rng.choice(["Möbel", "Auto", "reise"], n),
            "outcome": np.where(bad, "bad", "good"),
        }
    )


@dataclass(frozen=True)
class Writing:
    """How a file is written."""

    separator: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    thousands: str = ""
    quote: str = '"'
    newline: str = "\n"
    header: tuple[str, ...] | None = field(default=())
    before: str = ""

    def text(self, frame: pl.DataFrame) -> str:
        names = frame.columns if self.header == () else self.header
        lines = [] if names is None else [self.separator.join(self.cell(name) for name in names)]
        lines += [self.separator.join(self.cell(value) for value in row) for row in frame.iter_rows()]
        return self.before + self.newline.join(lines) + self.newline

    def cell(self, value: object) -> str:
        if value is None:
            return ""
        text = str(value)
        if isinstance(value, int | float):
            text = f"{value:,}" if self.thousands else str(value)
            marks = {",": self.thousands, ".": self.decimal}
            text = "".join(marks.get(letter, letter) for letter in text)
        needed = self.separator in text or (isinstance(value, str) and self.quote == "'")
        return f"{self.quote}{text}{self.quote}" if needed else text

    def write(self, path: Path, frame: pl.DataFrame) -> Path:
        path.write_bytes(self.text(frame).encode(self.encoding))
        return path


def made(
    path: Path, target: str = "outcome", *, bad: Sequence[str] = (), good: Sequence[str] = ()
) -> tuple[FlatConfig, str]:
    """The `[data]` that `make config` writes, as the project's own loader reads it, and the whole text."""
    out = path.with_name("made.toml")
    out.unlink(missing_ok=True)
    generate(str(path), target, str(out), bad=tuple(bad), good=tuple(good), console=Console(file=StringIO()))
    data = load_config(str(out)).data
    assert isinstance(data, FlatConfig)
    return data, out.read_text(encoding="utf-8")


def clean_cases(folder: Path, frame: pl.DataFrame) -> FlatCases:
    """The cases of the same rows in a plain file, with a configuration written by hand."""
    path = Writing().write(folder / "clean.csv", frame)
    return load(FlatConfig.model_validate({"path": str(path), "target": "outcome", "bad": "bad"}))
