"""Files that cannot be used are refused in words, all problems at once."""

import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from features.errors import DataError, HeadroomError
from features.paths import ROOT
from tests.training.config.generate.files import rows
from training.config.generate.command import default_name, generate


def refused(path: Path, target: str = "outcome", out: str | None = None, **named: tuple[str, ...]) -> str:
    shown = Console(file=StringIO(), width=200)
    with pytest.raises(DataError) as caught:
        generate(str(path), target, out or str(path.with_name("made.toml")), console=shown, **named)
    assert not path.with_name("made.toml").exists()
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (bytes(range(256)) * 20, "not text: "),
        (b"PK\x03\x04" + b"x" * 50, "an Excel workbook or a zip archive"),
        (b"\x1f\x8b\x08abc", "compressed with gzip"),
        (b"a,outcome\n1,bad\n2,go\x81 od\n", "its encoding is unclear"),
        (
            "a,outcome\nöä,bad\nßö,good\n".encode() * 20 + b"\xff,bad\n",
            "not valid UTF-8 while the rest is, the first in line 61",
        ),
        (b"outcome\nbad\ngood\n", "has one column only"),
        (b"a" * 300_000, "line 1 has 300,000 characters"),
        (b"a,outcome\n", "no rows"),
        (b"a,outcome\n" + b"1,bad\n" * 9, "one outcome only"),
        (b"a,outcome\n1,bad\n2,good\n3,good,extra,fields\n" * 3, "cannot be read"),
        (b"a,outcome\n1,\n2,\n", "one outcome only"),
        (b"\xff\xfea\x00,\x00b", "its encoding is unclear"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_cannot_be_read_is_said_in_words(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "raw.csv"
    path.write_bytes(content)
    assert message in refused(path)


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path)
    assert "is missing; looked for" in refused(tmp_path / "none.csv")


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "raw.parquet").write_bytes(b"PAR1 and nothing else")
    assert "cannot be read" in refused(tmp_path / "raw.parquet")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["a", "b", "c"], "has 3 values: 'a' (80 rows), 'b' (80 rows), 'c' (80 rows): name those"),
        (["a", "b"], "which one is bad? Name it with BAD="),
        (["1", "2"], "which one is bad? Name it with BAD="),
        ([str(i) for i in range(60)], "has 60 values"),
        (["bad"], "has 1 values: 'bad' (240 rows): one outcome only"),
    ],
)
def test_a_target_that_does_not_tell_is_asked_about_with_its_values(
    tmp_path: Path, values: list[str], message: str
) -> None:
    path = tmp_path / "raw.csv"
    rows().with_columns(outcome=pl.Series([values[i % len(values)] for i in range(240)])).write_csv(path)
    assert message in refused(path)


def test_the_answer_to_the_question_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "raw.csv"
    rows().with_columns(outcome=pl.Series(["a", "b", "c"] * 80)).write_csv(path)
    out = generate(
        str(path),
        "outcome",
        str(tmp_path / "x.toml"),
        bad=("a",),
        good=("b",),
        console=Console(file=StringIO()),
    )
    assert 'bad = ["a"]  # as named by BAD\ngood = ["b"]' in out.read_text()
    assert "['z'] never occurs" in refused(path, bad=("z",))


def test_an_unknown_target_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    rows().write_csv(tmp_path / "raw.csv")
    assert "TARGET=outcom: the file has no such column; nearest: 'outcome'" in refused(
        tmp_path / "raw.csv", "outcom"
    )
    assert "known: income, term" in refused(tmp_path / "raw.csv", "zzz")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "raw.csv"
    frame = rows().select(
        number=pl.int_range(240), country=pl.lit("CN"), sex="purpose", outcome=pl.lit("bad")
    )
    frame.write_csv(path)
    (tmp_path / "old.toml").write_text("")
    message = refused(path, "Outcome", str(tmp_path / "old.toml"))
    for part in ("one outcome only", "no column is left as a feature", "country", "sex", "exists already"):
        assert part in message
    assert "the name must be" in refused(path, out=str(tmp_path / "my file.yaml"))


def test_a_name_of_a_shipped_configuration_is_not_taken() -> None:
    assert default_name("/data/german.data") == "german-file.toml"


CELLS = st.sampled_from(
    ["", "1", "-9", "2,5", "1.000", "NA", "bad", "good", "x", "男", "'", '"', "2024-01-31", "inf"]
)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3).map(";".join), max_size=30).map("\n".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode) | TABLES.map(str.encode))
def test_no_content_of_a_file_ends_in_another_error(tmp_path: Path, content: bytes) -> None:
    path, out = tmp_path / "raw.csv", tmp_path / "made.toml"
    path.write_bytes(content)
    out.unlink(missing_ok=True)
    with suppress(HeadroomError):
        generate(str(path), "1", str(out), console=Console(file=StringIO()))


@pytest.mark.e2e
def test_the_command_shows_no_stack_trace_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "raw.csv").write_bytes(bytes(range(256)))
    command = [
        sys.executable,
        "-m",
        "training.config.generate",
        f"--file={tmp_path / 'raw.csv'}",
        "--target=y",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("DataError: ")
    assert "Traceback" not in done.stderr
