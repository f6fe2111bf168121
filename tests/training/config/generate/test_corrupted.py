from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.adapters.flat import load
from tests.training.config.generate.files import Writing, clean_cases, made, rows

NAMES = ("income", "term", "ratio", "purpose", "outcome")
PLAIN = Writing()
GERMAN = Writing(separator=";", decimal=",", thousands=".", encoding="latin-1")


def same_as_clean(
    folder: Path, writing: Writing, frame: pl.DataFrame | None = None, target: str = "outcome"
) -> None:
    """The written file, described by what `make config` says, gives the matrix of the plain file."""
    frame = rows() if frame is None else frame
    clean = clean_cases(folder, frame)
    cases = load(made(writing.write(folder / "raw.csv", frame), target)[0])
    features = list(clean.matrix.catalogue.names)
    found = cases.matrix.frame.select(cases.matrix.catalogue.names)
    assert found.rename(dict(zip(found.columns, features, strict=True))).equals(
        clean.matrix.frame.select(features)
    )
    assert cases.bad.tolist() == clean.bad.tolist()


@pytest.mark.parametrize(
    "writing",
    [
        replace(PLAIN, separator=";"),
        replace(PLAIN, separator="\t"),
        replace(PLAIN, separator="|"),
        replace(PLAIN, separator=" "),
        replace(PLAIN, encoding="utf-8-sig"),
        replace(PLAIN, encoding="latin-1"),
        replace(PLAIN, encoding="utf-16"),
        replace(PLAIN, thousands=","),
        replace(PLAIN, thousands="'"),
        replace(PLAIN, separator=";", thousands="\u00a0"),
        replace(PLAIN, separator=";", decimal=","),
        replace(PLAIN, separator=";", decimal=",", thousands=" "),
        replace(PLAIN, separator=",", decimal=","),
        replace(PLAIN, quote="'"),
        replace(PLAIN, newline="\r\n"),
        replace(PLAIN, newline="\r"),
        replace(PLAIN, before="Loans of 2024, all branches\n\n"),
        replace(PLAIN, header=tuple(f"  {name} " for name in NAMES)),
        GERMAN,
        replace(
            GERMAN,
            newline="\r\n",
            before="Kredite\nStand: heute\n",
            quote="'",
            header=(" income ", "", "income", "zweck: (alt)", "outcome"),
        ),
    ],
    ids=lambda writing: ascii(writing)[8:-1],
)
def test_a_file_written_another_way_gives_the_matrix_of_the_plain_one(
    tmp_path: Path, writing: Writing
) -> None:
    same_as_clean(tmp_path, writing)


def test_chinese_text_in_gb18030_is_read(tmp_path: Path) -> None:
    frame = rows().with_columns(
        pl.col("purpose").replace_strict({"Möbel": "家具", "Auto": "汽车", "reise": "旅游消费"})
    )
    header = ("收入", "期限", "比率", "用途", "outcome")
    same_as_clean(tmp_path, Writing(encoding="gb18030", header=header), frame)
    data, _ = made(tmp_path / "raw.csv")
    assert (data.encoding, list(data.columns)) == ("gb18030", ["收入", "期限", "比率", "用途"])


@pytest.mark.parametrize("target", ["5", "-1", "column_5"])
def test_a_file_without_a_header_line_is_named_by_position(tmp_path: Path, target: str) -> None:
    same_as_clean(tmp_path, Writing(header=None, separator=";", decimal=","), target=target)
    data, text = made(tmp_path / "raw.csv", target)
    assert data.header == tuple(f"column_{i}" for i in range(1, 6))
    assert "there is no header line" in text


def test_empty_repeated_and_reserved_names_become_names_that_can_be_written(tmp_path: Path) -> None:
    path = Writing(header=("", "term", "term", 'a "b": {c}', " outcome ")).write(tmp_path / "raw.csv", rows())
    data, text = made(path)
    assert list(data.columns) == ["column_1", "term", "term_2", "a _b_ _c"]
    assert data.target == "outcome"
    for seen in ("column 1 has no name", "column 3 is headed 'term'", "column 5 is headed ' outcome '"):
        assert seen in text


def test_a_name_that_libraries_refuse_is_replaced_and_kept_as_the_text(tmp_path: Path) -> None:
    header = ("Income (€/Monat)", "term", "share, %", "purpose", "outcome")
    data, _ = made(Writing(separator=";", header=header).write(tmp_path / "raw.csv", rows()))
    assert list(data.columns) == ["Income _Monat", "term", "share", "purpose"]
    assert (data.columns["Income _Monat"].en, data.themes["share"].zh) == ("Income (€/Monat)", "share, %")


def test_a_column_may_write_its_numbers_unlike_the_others(tmp_path: Path) -> None:
    frame = rows().with_columns(second=pl.col("ratio") + 1, third=pl.col("ratio") * 2)
    clean = clean_cases(tmp_path, frame)
    path = tmp_path / "raw.csv"
    frame.with_columns(pl.col("income").cast(pl.String).str.replace(".", ",", literal=True)).write_csv(path)
    data, text = made(path)
    assert (data.decimal, data.columns["income"].decimal) == (".", ",")
    assert "income: its numbers have the decimal mark ',', unlike the rest of the file" in text
    assert (
        load(data).matrix.frame.select("income", "ratio").equals(clean.matrix.frame.select("income", "ratio"))
    )


def test_a_field_with_the_separator_or_a_newline_inside_quotes_is_one_field(tmp_path: Path) -> None:
    frame = rows().with_columns(
        pl.when(pl.col("term") > 20).then(pl.lit("x, y\nand z")).otherwise("purpose").alias("purpose")
    )
    path = tmp_path / "raw.csv"
    frame.write_csv(path)
    levels = load(made(path)[0]).matrix.frame["purpose"].unique().to_list()
    assert "x, y\nand z" in levels


def test_a_sign_in_every_row_but_the_header_is_no_separator(tmp_path: Path) -> None:
    frame = rows().with_columns(pl.col("purpose") + ";new")
    same_as_clean(tmp_path, PLAIN, frame)
    assert made(tmp_path / "raw.csv")[0].separator == ","


def test_an_inch_sign_that_opens_no_quote_is_a_letter(tmp_path: Path) -> None:
    frame = rows().with_columns(
        purpose=pl.when(pl.col("term") > 20).then(pl.lit('"5 screen')).otherwise(pl.lit("tv"))
    )
    path = tmp_path / "raw.csv"
    path.write_text(
        "\n".join(
            [",".join(NAMES), *(",".join("" if v is None else str(v) for v in r) for r in frame.iter_rows())]
        )
    )
    data, _ = made(path)
    assert data.quote == ""
    assert set(load(data).matrix.frame["purpose"]) == {'"5 screen', "tv"}


@st.composite
def writings(draw: st.DrawFn) -> Writing:
    decimal = draw(st.sampled_from([".", ","]))
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    groups = ["", " ", "'", "\u00a0", "." if decimal == "," else ","]
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "latin-1", "cp1252", "utf-16"]))
    thousands = draw(st.sampled_from(groups))
    quotes = ['"'] if "'" in thousands or encoding == "gb18030" else ['"', "'"]
    return Writing(
        separator,
        encoding,
        decimal,
        thousands,
        draw(st.sampled_from(quotes)),
        draw(st.sampled_from(["\n", "\r\n"])),
        before=draw(st.sampled_from(["", "a title\n", "two\n\nlines\n"])),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writing=writings(), seed=st.integers(0, 1000))
def test_whatever_separator_encoding_marks_and_quotes_the_values_are_the_same(
    tmp_path: Path, writing: Writing, seed: int
) -> None:
    frame = rows(120, seed)
    if writing.encoding == "gb18030":
        frame = frame.with_columns(
            pl.col("purpose").replace_strict({"Möbel": "家具", "Auto": "汽车", "reise": "旅游"})
        )
    same_as_clean(tmp_path, writing, frame)
