"""The command: inspects, prints the findings, checks what it is about to write, and writes it."""

import re
import tomllib
from pathlib import Path

from rich.console import Console

from features.adapters import flat
from features.adapters.flat import FlatConfig
from features.adapters.flat.inspection.findings import Inspection
from features.adapters.flat.inspection.inspect import inspect
from features.errors import DataError
from training.config.files import parse_config
from training.config.generate.console import print_findings
from training.config.generate.render import render
from training.config.schema import CONFIGS

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.toml")


def generate(
    file: str,
    target: str,
    out: str,
    *,
    bad: tuple[str, ...] = (),
    good: tuple[str, ...] = (),
    console: Console,
) -> Path:
    """Writes the configuration of a file that `make train` accepts as it is.

    Args:
        file: CSV or Parquet, one row a case.
        target: column with the outcome, by name or position.
        out: the TOML file to write; when empty, the name of the file in the current folder.
        bad: values of the target that mean bad; guessed when empty.
        good: values of the target that mean good; guessed when empty.
        console: the findings are printed to it.

    Returns:
        Where it was written.

    Raises:
        DataError: everything that keeps the file from being trained on, in one message.
    """
    path = Path(out) if out else Path(default_name(file))
    found = inspect(file, target, bad, good)
    print_findings(found, console)
    problems = [*found.problems, *_refused(path)]
    if problems or found.values is None:
        raise DataError("; ".join(problems))
    text = render(found, found.values)
    _check(text, path, found)
    _write(path, text)
    return path


def default_name(file: str) -> str:
    """The name of the configuration of a file: its own, but never that of a shipped configuration.

    >>> default_name("/data/My loans (2024).csv")
    'My-loans-2024.toml'
    """
    stem = re.sub(r"[^A-Za-z0-9_]+", "-", Path(file).stem).strip("-_") or "file"
    shipped = (CONFIGS / f"{stem}.toml").exists()
    return f"{stem}-file.toml" if shipped else f"{stem}.toml"


def _refused(path: Path) -> list[str]:
    faults = []
    if not NAME.fullmatch(path.name):
        faults.append(
            f"OUT={path}: the name must be letters, digits, _ and -, then .toml: it names the model too"
        )
    if path.exists():
        faults.append(f"OUT={path} exists already: name another, or remove it")
    return faults


def _check(text: str, path: Path, found: Inspection) -> None:
    """Loads the file as a training will: what is written must be accepted."""
    config = parse_config({"name": path.stem, **tomllib.loads(text)}, str(path))
    assert isinstance(config.data, FlatConfig)
    cases = flat.load(config.data)
    expected = [column.name for column in found.columns]
    if list(cases.matrix.catalogue.names) != expected or int(cases.bad.sum()) != found.n_bad:
        raise DataError(
            f"{found.path}: the configuration reads {len(cases.matrix.catalogue.names)} features and "
            f"{int(cases.bad.sum())} bad rows, the inspection {len(expected)} and {found.n_bad}; write the "
            "configuration by hand, as docs/own-data.md shows"
        )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DataError(f"OUT={path} cannot be written: {error.strerror}") from error
