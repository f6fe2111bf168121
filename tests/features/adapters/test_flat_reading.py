"""How a flat file is read as its configuration says: marks, quotes, encodings, line ends, names."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from features.adapters.flat import FlatConfig, load
from features.adapters.flat.read import read
from features.errors import DataError


def config(folder: Path, content: str, /, *, encoding: str = "utf-8", **settings: object) -> FlatConfig:
    path = folder / "raw.csv"
    path.write_bytes(content.encode(encoding))
    named = {"path": str(path), "encoding": encoding, "target": "y", "bad": 1}
    return FlatConfig.model_validate({**named, **settings})


def columns(given: FlatConfig) -> dict[str, list[str | None]]:
    return read(given).frame.to_dict(as_series=False)


def test_numbers_are_read_with_the_marks_of_the_file_and_other_texts_stay(tmp_path: Path) -> None:
    text = "x;when;y\n1.234.567,5;01.02.2026;1\n-0,25;1,2,3;0\n12;a.b;0\n"
    found = columns(config(tmp_path, text, separator=";", decimal=",", thousands="."))
    assert found["x"] == ["1234567.5", "-0.25", "12"]
    assert found["when"] == ["01.02.2026", "1,2,3", "a.b"]


def test_a_column_with_marks_of_its_own_is_read_with_them(tmp_path: Path) -> None:
    text = "x;z;y\n1,5;2.5;1\n3,5;4.5;0\n"
    found = columns(config(tmp_path, text, separator=";", columns={"x": {"decimal": ","}}))
    assert (found["x"], found["z"]) == (["1.5", "3.5"], ["2.5", "4.5"])


def test_one_sign_cannot_be_both_marks(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="decimal and thousands are both ','"):
        config(tmp_path, "x,y\n", decimal=",", thousands=",")
    with pytest.raises(ValidationError, match=r"decimal and thousands are both '\.'"):
        config(tmp_path, "x,y\n", columns={"x": {"decimal": ".", "thousands": "."}})


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_and_line_ends_are_read_alike(tmp_path: Path, encoding: str, newline: str) -> None:
    text = newline.join(["收入,y", "高,1", "低,0", ""])
    assert columns(config(tmp_path, text, encoding=encoding)) == {"收入": ["高", "低"], "y": ["1", "0"]}


def test_an_encoding_that_nobody_knows_or_that_does_not_fit_is_named(tmp_path: Path) -> None:
    given = config(tmp_path, "x,y\n1,1\n")
    with pytest.raises(DataError, match="encoding is 'utf-99': set the one that the file has"):
        read(given.model_copy(update={"encoding": "utf-99"}))
    with pytest.raises(DataError, match="encoding is 'utf-8'"):
        read(config(tmp_path, "x,y\nü,1\n", encoding="latin-1").model_copy(update={"encoding": "utf-8"}))


def test_quotes_are_those_of_the_file(tmp_path: Path) -> None:
    assert columns(config(tmp_path, "x,y\n'a, b',1\nc,0\n", quote="'"))["x"] == ["a, b", "c"]
    assert columns(config(tmp_path, 'x,y\n"5 in,1\nc,0\n', quote=""))["x"] == ['"5 in', "c"]


def test_lines_before_the_table_are_skipped(tmp_path: Path) -> None:
    text = 'a title, "open\n\nx,y\n1,1\n2,0\n'
    assert columns(config(tmp_path, text, skip_lines=2)) == {"x": ["1", "2"], "y": ["1", "0"]}
    named = config(tmp_path, text, skip_lines=3, header=["a", "y"])
    assert columns(named) == {"a": ["1", "2"], "y": ["1", "0"]}


def test_a_column_without_a_name_is_the_id_by_its_position(tmp_path: Path) -> None:
    cases = load(config(tmp_path, ",x, x ,y\n7,1,2,1\n8,3,4,0\n", id="column_1"))
    assert cases.matrix.catalogue.names == ("x", "x_2")
    assert cases.matrix.frame["account_id"].to_list() == [7, 8]


def test_the_date_is_read_in_its_format(tmp_path: Path) -> None:
    given = config(
        tmp_path, "d,x,y\n31.12.2025 10:00,1,1\n01.02.2026,2,0\n", date="d", date_format="%d.%m.%Y"
    )
    assert load(given).matrix.frame["as_of"].dt.strftime("%F").to_list() == ["2025-12-31", "2026-02-01"]
    with pytest.raises(DataError, match="2 rows hold no date such as 2026-31-01"):
        load(given.model_copy(update={"date_format": "%Y-%d-%m"}))
