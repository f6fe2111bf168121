from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from features.adapters.flat import FlatConfig, duplicates_across, load
from features.errors import ConfigError, DataError
from features.spec import LevelText

SIX = """case,who,day,income,job,colour,paid
11,a,2026-01-05,1000,clerk,red,no
12,b,2026-01-06,99999999,smith,,yes
13,a,2026-02-07, 300 ,clerk,blue,yes
14,c,2026-02-08,,none,red,no
15,d,2026-03-09,500.5,smith,red,yes
16,d,2026-03-10,-5,?,blue,yes
"""


def config(folder: Path, text: str = SIX, /, **settings: object) -> FlatConfig:
    (folder / "cases.csv").write_text(text)
    defaults = {"path": str(folder / "cases.csv"), "target": "paid", "bad": "no"}
    return FlatConfig.model_validate({**defaults, **settings})


def test_a_config_of_three_lines_is_enough(tmp_path: Path) -> None:
    cases = load(config(tmp_path))
    assert cases.matrix.catalogue.names == ("case", "who", "day", "income", "job", "colour")
    assert cases.bad.tolist() == [True, False, False, True, False, False]
    assert cases.label == "paid is no"
    assert (cases.group, cases.ids, dict(cases.left_out)) == (None, None, {})


def test_numbers_and_categories_are_read_off_the_values(tmp_path: Path) -> None:
    cases = load(config(tmp_path, id="case", leave_out={"day": "a date", "who": "a name"}))
    assert {meta.name: meta.kind for meta in cases.matrix.catalogue.features} == {
        "income": "number", "job": "category", "colour": "category",
    }  # fmt: skip
    assert cases.matrix.frame["income"].to_list() == [1000.0, 99999999.0, 300.0, None, 500.5, -5.0]
    assert cases.matrix.frame["account_id"].to_list() == [11, 12, 13, 14, 15, 16]


def test_special_codes_become_absent_everywhere_or_in_their_column_alone(tmp_path: Path) -> None:
    cases = load(config(tmp_path, missing=["?"], columns={"income": {"missing": [99999999, -5.0]}}))
    assert cases.matrix.frame["income"].to_list() == [1000.0, None, 300.0, None, 500.5, None]
    assert cases.matrix.frame["job"].to_list() == ["clerk", "smith", "clerk", "none", "smith", None]


def test_a_special_code_that_never_occurs_is_a_warning(tmp_path: Path) -> None:
    cases = load(config(tmp_path, missing=["NA"], columns={"income": {"missing": [-999]}}))
    told = {(finding.column, finding.level): finding.text for finding in cases.findings}
    assert "'NA' occurs in no column" in told["", "warning"]
    assert "'-999' never occurs" in told["income", "warning"]


def test_groups_number_persons_and_a_blank_person_stands_alone(tmp_path: Path) -> None:
    text = SIX.replace(",c,", ",,").replace(",b,", ",,")
    group = load(config(tmp_path, text, group="who")).group
    assert group is not None
    assert group[0] == group[2]
    assert group[4] == group[5]
    assert len(set(group.tolist())) == 4


def test_the_date_column_becomes_the_moment_of_the_case(tmp_path: Path) -> None:
    assert load(config(tmp_path, date="day")).matrix.frame["as_of"][3] == datetime(2026, 2, 8)
    fixed = load(config(tmp_path, as_of=date(2020, 5, 1))).matrix.frame["as_of"]
    assert fixed.unique().to_list() == [datetime(2020, 5, 1)]


def test_themes_names_and_directions_come_from_the_config_with_sensible_defaults(tmp_path: Path) -> None:
    about = {
        "income": {"direction": -1, "theme": "means", "unit": "cny"},
        "job": {"theme": "means", "zh": "职业"},
    }
    themes = {"means": {"zh": "收入", "en": "income and work"}}
    catalogue = load(config(tmp_path, columns=about, themes=themes)).matrix.catalogue
    metas = {meta.name: meta for meta in catalogue.features}
    assert (metas["income"].direction, metas["job"].direction) == (-1, 0)
    assert (metas["job"].zh, metas["job"].en, metas["colour"].zh) == ("职业", "job", "colour")
    assert (metas["income"].theme, metas["colour"].theme) == ("means", "colour")
    assert [(theme.code, theme.en) for theme in catalogue.themes][:2] == [
        ("F01", "income and work"),
        ("F02", "case"),
    ]
    assert {theme.source for theme in catalogue.themes} == {"file"}


def test_a_file_without_header_and_with_another_separator_is_named_by_the_config(tmp_path: Path) -> None:
    (tmp_path / "x.data").write_text("A11 6 1\nA12 48 2\nA11 9 1\n")
    settings = {"separator": " ", "header": ["state", "months", "outcome"], "target": "outcome", "bad": 2}
    cases = load(config(tmp_path, path=str(tmp_path / "x.data"), **settings))
    assert cases.matrix.frame["months"].to_list() == [6.0, 48.0, 9.0]
    assert cases.bad.tolist() == [False, True, False]
    with pytest.raises(DataError, match="has 3 columns but \\[data\\] header names 2"):
        load(config(tmp_path, path=str(tmp_path / "x.data"), **{**settings, "header": ["state", "outcome"]}))


def test_parquet_and_csv_of_the_same_values_give_the_same_cases(tmp_path: Path) -> None:
    settings = {"columns": {"income": {"missing": [99999999]}}, "leave_out": {"day": "a date"}}
    from_csv = load(config(tmp_path, **settings))
    pl.read_csv(tmp_path / "cases.csv").with_columns(
        pl.col("income").str.strip_chars().cast(pl.Float64)
    ).write_parquet(tmp_path / "cases.parquet")
    from_parquet = load(config(tmp_path, path=str(tmp_path / "cases.parquet"), **settings))
    assert from_csv.matrix.frame.equals(from_parquet.matrix.frame)
    assert from_csv.bad.tolist() == from_parquet.bad.tolist()


def test_several_files_are_put_one_below_the_other_and_must_agree(tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text(SIX)
    both = config(tmp_path, path=[str(tmp_path / "cases.csv"), str(tmp_path / "more.csv")])
    assert load(both).matrix.height == 12
    (tmp_path / "more.csv").write_text(SIX.replace("income", "salary"))
    with pytest.raises(DataError, match="differ from"):
        load(both)


def test_a_missing_file_says_where_it_was_looked_for_and_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADROOM_DATA", str(tmp_path))
    with pytest.raises(DataError) as caught:
        load(config(tmp_path, path="loans/x.csv", fetch="“Loans” of a publisher"))
    for part in (str(tmp_path / "loans" / "x.csv"), "“Loans” of a publisher", "HEADROOM_DATA"):
        assert part in str(caught.value)


def test_unknown_columns_are_told_all_at_once_with_the_nearest_names(tmp_path: Path) -> None:
    wrong = config(tmp_path, target="payd", leave_out={"Colour": "x"}, columns={"incom": {"direction": 1}})
    with pytest.raises(ConfigError) as caught:
        load(wrong)
    message = str(caught.value)
    assert "no column 'payd', nearest: paid" in message
    assert "no column 'Colour', nearest: colour" in message
    assert "no column 'incom', nearest: income" in message


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"bad": "NO"}, r"bad = 'NO' never occurs in paid; its values are 'yes' \(4 rows\), 'no' \(2 rows\)"),
        (
            {"target": "job", "bad": "clerk"},
            r"has 3 values besides bad = \['clerk'\]: \['\?', 'none', 'smith'\]",
        ),
        ({"target": "job", "bad": "clerk", "good": ["smith", "cook"]}, "good = 'cook' never occurs"),
        ({"bad": ["no", "yes"]}, "every row is bad"),
        ({"bad": "no", "good": "no"}, "share a value"),
        ({"id": "who", "group": "who"}, "must be four different columns"),
        ({"leave_out": {"job": ""}}, "leave_out 'job' gives no reason"),
        ({"leave_out": {"job": "x"}, "columns": {"job": {}}}, "described as a feature and left out"),
        ({"columns": {"paid": {}}}, "described as a feature and is the target"),
        ({"columns": {"income": {"low": 5, "high": 1}}}, "low 5 lies above high 1"),
        ({"themes": {"means": {}}}, r"themes \['means'\] belong to no column"),
        (
            {"leave_out": dict.fromkeys(["case", "who", "day", "income", "job", "colour"], "x")},
            "no column is left",
        ),
        (
            {"columns": {"job": {"kind": "number"}}},
            r"kind = \"number\", but it holds \['clerk', 'smith', 'none'\]",
        ),
        ({"date": "job"}, "job: 6 rows hold no date such as 2026-01-31, the first 'clerk'"),
        ({"id": "who"}, r"id column who: 2 values are blank or repeated, such as \['a', 'd'\]"),
    ],
)
def test_what_is_wrong_is_said_in_words(tmp_path: Path, settings: dict[str, object], message: str) -> None:
    with pytest.raises((ConfigError, DataError), match=message):
        load(config(tmp_path, **settings))


def test_rows_neither_good_nor_bad_are_left_out_and_counted(tmp_path: Path) -> None:
    text = SIX.replace("red,no\n12", "red,\n12")
    cases = load(config(tmp_path, text, target="job", bad="smith", good="clerk", missing=["?"]))
    assert cases.matrix.height == 4
    assert dict(cases.left_out) == {"outcome neither good nor bad": 2}
    assert dict(load(config(tmp_path, text)).left_out) == {"outcome blank": 1}


def test_a_setting_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="taget"):
        FlatConfig.model_validate({"path": "x.csv", "taget": "paid", "bad": 1})


Leak = Callable[[pl.DataFrame], pl.Series | pl.Expr]


def many(n: int, /, **columns: pl.Series | pl.Expr | Leak) -> str:
    rng = np.random.default_rng(7)
    frame = pl.DataFrame({"y": rng.integers(0, 2, n), "x": rng.normal(size=n).round(1)})
    made = {name: make(frame) if callable(make) else make for name, make in columns.items()}
    return frame.with_columns(**made).write_csv()


@pytest.mark.parametrize(
    "leak",
    [
        lambda f: f["y"] * 3 + f["x"] / 100,
        lambda f: pl.when(f["y"] == 1).then(None).otherwise(5),
        lambda f: pl.when(f["y"] == 1).then(pl.lit("closed")).otherwise(pl.lit("open")),
        lambda f: pl.when(f["y"] == 1).then(5 + f["x"] / 10).otherwise(pl.lit(5) + 4 * f["x"].sign()),
    ],
    ids=["rising with the outcome", "absent when bad", "a category of the outcome", "bad in a middle range"],
)
def test_a_column_that_tells_the_outcome_is_refused_as_a_leak(tmp_path: Path, leak: Leak) -> None:
    wrong = config(tmp_path, many(400, told=leak), target="y", bad=1)
    with pytest.raises(
        DataError, match=r"column told alone separates bad from good with an AUC of (0\.9[89]|1\.0)"
    ):
        load(wrong)
    looked = config(tmp_path, many(400, told=leak), target="y", bad=1, columns={"told": {"checked": True}})
    assert load(looked).matrix.catalogue.names == ("x", "told")


def test_many_levels_without_meaning_are_no_leak(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 150, 400)
    cases = load(config(tmp_path, many(400, shop=pl.Series([f"s{i}" for i in noise])), target="y", bad=1))
    assert next(finding.text for finding in cases.findings if finding.column == "shop").endswith(
        "carry little information"
    )


@pytest.mark.parametrize(
    "values",
    [range(400), range(10**6, 10**6 + 4000, 10), [f"c-{i}" for i in range(400)]],
    ids=["row numbers", "rising numbers", "names"],
)
def test_an_identifier_is_refused_as_a_feature(tmp_path: Path, values: list[object]) -> None:
    text = many(400, key=pl.Series(values))
    with pytest.raises(
        DataError, match="column key looks like an identifier: 400 different values in 400 rows"
    ):
        load(config(tmp_path, text, target="y", bad=1))
    assert load(config(tmp_path, text, target="y", bad=1, id="key")).ids is not None


def test_amounts_that_all_differ_are_no_identifier(tmp_path: Path) -> None:
    amounts = np.random.default_rng(2).permutation(np.arange(400) * 37 + np.arange(400) % 7) * 100
    cases = load(config(tmp_path, many(400, amount=pl.Series(amounts)), target="y", bad=1))
    assert cases.matrix.catalogue.names == ("x", "amount")


def test_a_constant_column_is_told_and_not_used(tmp_path: Path) -> None:
    cases = load(config(tmp_path, many(60, country=pl.lit("CN"), blank=pl.lit(None)), target="y", bad=1))
    assert cases.matrix.catalogue.names == ("x",)
    told = {finding.column: finding.text for finding in cases.findings if finding.level == "warning"}
    assert "holds one value only ('CN')" in told["country"]
    assert "holds one value only (None)" in told["blank"]


def test_a_far_off_row_of_nines_and_a_lone_minus_one_are_told_as_likely_codes(tmp_path: Path) -> None:
    sums = pl.Series([999999] * 3 + list(range(57)))
    days = pl.Series([-1] * 3 + [i % 30 for i in range(57)])
    cases = load(config(tmp_path, many(60, sums=sums, days=days), target="y", bad=1))
    told = {finding.column: finding.text for finding in cases.findings}
    assert told["sums"].startswith("3 rows hold 999999, far above the next, 56")
    assert told["days"].startswith("3 rows hold -1, the only value below 0")


def test_mostly_numbers_with_a_code_nobody_declared_is_refused(tmp_path: Path) -> None:
    text = many(60, income=pl.Series(["n/a"] * 5 + [str(i * i % 50) for i in range(55)]))
    with pytest.raises(DataError, match=r"column income: 5 of 60 values are not numbers, such as \['n/a'\]"):
        load(config(tmp_path, text, target="y", bad=1))
    cases = load(config(tmp_path, text, target="y", bad=1, missing=["n/a"]))
    assert cases.matrix.frame["income"].null_count() == 5


def test_test_rows_that_repeat_a_training_row_are_told(tmp_path: Path) -> None:
    text = "a,b,y\n1,x,0\n2,y,1\n1,x,1\n2,,0\n2,,1\n3,z,0\n"
    matrix = load(config(tmp_path, text, target="y", bad=1)).matrix
    found = duplicates_across(matrix, np.array([0, 1, 3]), np.array([2, 4, 5]))
    assert found is not None
    assert found.text.startswith("2 of 3 test rows repeat a training row in all 2 features")
    assert duplicates_across(matrix, np.array([0, 2]), np.array([1, 5])) is None


ROW_NUMBERS = "\n".join(
    [",income,paid", *(f"{i},{i * i % 977},{'no' if i % 3 else 'yes'}" for i in range(60))]
)


@pytest.mark.parametrize("name", [1, "column_1"])
def test_a_column_without_a_name_is_the_id_by_its_position(tmp_path: Path, name: int | str) -> None:
    cases = load(config(tmp_path, ROW_NUMBERS, id=name))
    assert cases.ids is not None
    assert cases.ids[:3].to_list() == ["0", "1", "2"]
    assert cases.matrix.catalogue.names == ("income",)
    told = {finding.column: finding.text for finding in cases.findings}
    assert "no name in the header" in told["column_1"]


def test_an_identifier_without_a_name_is_told_by_its_position(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r'column column_1 looks like.*id = "column_1"'):
        load(config(tmp_path, ROW_NUMBERS))


def test_a_position_stands_for_the_name_of_a_named_column_too(tmp_path: Path) -> None:
    assert load(config(tmp_path, id=1, leave_out={"day": "a date", "who": "a name"})).ids is not None


def test_an_empty_name_says_how_a_column_without_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="by its position"):
        config(tmp_path, ROW_NUMBERS, id="")


def test_special_codes_with_meanings_become_a_column_that_says_why(tmp_path: Path) -> None:
    codes = {"99999999": {"zh": "无收入证明", "en": "no proof of income"}, "-5": {}}
    about = {"income": {"missing": codes, "theme": "means", "zh": "收入"}}
    cases = load(config(tmp_path, columns=about))
    assert cases.matrix.frame["income"].to_list() == [1000.0, None, 300.0, None, 500.5, None]
    assert cases.matrix.frame["income_absent"].to_list() == [None, "99999999", None, None, None, None]
    why = next(meta for meta in cases.matrix.catalogue.features if meta.absence_of)
    assert (why.absence_of, why.theme, why.kind, why.zh) == ("income", "means", "category", "收入")
    assert why.levels == (LevelText("99999999", "无收入证明", "no proof of income"),)


def test_codes_of_the_whole_file_may_have_meanings_too(tmp_path: Path) -> None:
    cases = load(config(tmp_path, missing={"?": {"en": "not asked"}}))
    assert cases.matrix.frame["job_absent"].to_list() == [None] * 5 + ["?"]
    assert "income_absent" not in cases.matrix.frame.columns


def test_a_row_that_states_nothing_is_no_case(tmp_path: Path) -> None:
    text = "a,b,y\n1,u,0\n-9,-9,1\n,,1\n2,,0\n3,v,1\n-9,w,0\n4,u,1\n"
    codes = {"-9": {"zh": "查无", "en": "no record"}}
    found = load(config(tmp_path, text, target="y", bad=1, missing=codes))
    assert found.bad.tolist() == [False, False, True, False, True]
    assert found.left_out == {"nothing is stated in any feature": 2}
    assert found.matrix.frame["a"].to_list() == [1.0, 2.0, 3.0, None, 4.0]
