"""What `make config` sees in a file, and what it does about it."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.adapters.flat import FlatConfig, load
from features.adapters.flat.inspection.inspect import inspect
from tests.training.config.generate.files import made, rows
from training.config.files import load_config

N = 240


def of(folder: Path, **columns: object) -> tuple[FlatConfig, str]:
    """The configuration of the plain file with further columns."""
    more = [pl.Series(name, values) for name, values in columns.items()]  # type: ignore[arg-type]
    path = folder / "raw.csv"
    rows().with_columns(more).write_csv(path)
    return made(path)


def test_the_written_file_is_accepted_as_it_is_and_says_what_was_seen(tmp_path: Path) -> None:
    data, text = of(tmp_path, number=range(1, N + 1))
    assert load(data).matrix.catalogue.names == ("income", "term", "ratio", "purpose")
    assert (data.target, data.bad, data.good, data.id) == ("outcome", ("bad",), ("good",), "number")
    assert f"{N} rows" in text.splitlines()[0]
    assert {name: column.kind for name, column in data.columns.items()} == {
        "income": "number",
        "term": "number",
        "ratio": "number",
        "purpose": "category",
    }


def test_codes_and_texts_of_a_theme_are_fixed_by_the_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    series = {f"bill_{i}": rng.integers(0, 900, N) for i in (1, 2, 3)}
    data, _ = of(tmp_path, **series, V1=rng.normal(size=N), V2=rng.normal(size=N))
    codes = {key: theme.code for key, theme in data.themes.items()}
    assert codes == {
        "income": "F01",
        "term": "F02",
        "ratio": "F03",
        "purpose": "F04",
        "bill": "F05",
        "V1": "F06",
        "V2": "F07",
    }
    assert {data.columns[name].theme for name in series} == {"bill"}
    assert (data.columns["term"].zh, data.columns["term"].en) == ("term", "term")


def repr_of(given: list[object] | set[object]) -> str:
    """The same text in every process, whatever the order of a set."""
    return str(sorted(map(str, given)) if isinstance(given, set) else given)


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ([-9, -8, *range(30)], {-9, -8}),
        ([-1, *range(30)], {-1}),
        ([-1, 0, 1, 2, 3], set()),
        ([-2, -1, *range(30)], set()),
        ([96, 98, *range(13)], {96, 98}),
        ([999, *range(30)], {999}),
        ([9999, *range(30)], {9999}),
        ([-99999, -300, 5, 40], {-99999}),
        ([99, *range(60, 98)], set()),
        (["NA", *range(30)], {"NA"}),
        (["?", *range(30)], {"?"}),
        (["none", "keine Angabe", "未知", *range(30)], {"none", "keine Angabe", "未知"}),
        (["see file", *range(30)], {"see file"}),
        (["unknown", "rent", "own"], {"unknown"}),
        (["none", "rent", "own"], set()),
    ],
    ids=repr_of,
)
def test_special_codes_are_suspected_with_the_reason(
    tmp_path: Path, values: list[object], codes: set[object]
) -> None:
    column = np.random.default_rng(4).permutation([str(values[i % len(values)]) for i in range(N)])
    data, text = of(tmp_path, late=column.tolist())
    assert set(data.columns["late"].missing) == codes
    assert all(f"rows hold {str(code)!r}:" in text for code in codes)
    known = load(data).matrix.frame["late"].drop_nulls()
    assert known.n_unique() == len(values) - len(codes)


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("Gender", "sex"),
        ("性别", "sex"),
        ("Geschlecht", "sex"),
        ("sexe", "sex"),
        ("Género", "sex"),
        ("customer_age", "age"),
        ("AgeYears", "age"),
        ("年龄", "age"),
        ("Alter", "age"),
        ("Âge", "age"),
        ("edad_cliente", "age"),
        ("date_of_birth", "age"),
        ("MaritalStatus", "marital status"),
        ("婚姻状况", "marital status"),
        ("Familienstand", "marital status"),
        ("état_matrimonial", "marital status"),
        ("race", "race or ethnic origin"),
        ("民族", "race or ethnic origin"),
        ("Staatsangehörigkeit", "national origin"),
        ("nationalité", "national origin"),
        ("foreign_worker", "national origin"),
        ("religión", "religion"),
        ("宗教", "religion"),
        ("disability", "health or disability"),
    ],
)
def test_a_protected_attribute_is_left_out_with_the_law(tmp_path: Path, name: str, attribute: str) -> None:
    data, text = of(tmp_path, **{name: np.random.default_rng(5).integers(0, 4, N)})
    assert data.leave_out[name].startswith(f"{attribute}, a protected attribute (")
    assert "12 CFR 1002.2(z)" in data.leave_out[name] or "Article 21" in data.leave_out[name]
    assert name not in load(data).matrix.catalogue.names
    assert f"# - {name}: {attribute}" in text


@pytest.mark.parametrize(
    "name", ["age_of_account", "vehicle_age", "usage", "percentage", "账龄", "Alterskonto"]
)
def test_the_age_of_an_account_or_a_car_is_no_protected_attribute(tmp_path: Path, name: str) -> None:
    data, _ = of(tmp_path, **{name: np.random.default_rng(5).integers(0, 40, N)})
    assert name in data.columns


@pytest.mark.parametrize(
    "levels", [("male", "female"), ("男", "女"), ("ledig", "verheiratet"), ("casado", "soltero")]
)
def test_a_protected_attribute_is_known_by_its_values_too(tmp_path: Path, levels: tuple[str, str]) -> None:
    data, _ = of(tmp_path, a1=np.random.default_rng(5).choice(levels, N).tolist())
    assert "a protected attribute" in data.leave_out["a1"]


def test_identifiers_persons_and_dates_get_their_roles(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    days = [date(2024, 1, 1) + timedelta(days=int(day)) for day in rng.integers(0, 300, N)]
    data, text = of(
        tmp_path,
        loan_id=[f"L{7 * i}" for i in range(N)],
        hash=[f"x{i * i}" for i in range(N)],
        customer_no=rng.integers(1, N // 2, N),
        application_date=[day.strftime("%d.%m.%Y") for day in days],
        closed_on=[day.strftime("%Y-%m-%d") for day in days],
    )
    assert (data.id, data.group, data.date, data.date_format) == (
        "loan_id",
        "customer_no",
        "application_date",
        "%d.%m.%Y",
    )
    assert set(data.leave_out) == {"hash", "closed_on"}
    assert load(data).matrix.frame["as_of"].dt.date().to_list() == days
    assert "check it" in text
    assert load_config(str(tmp_path / "made.toml")).split.kind == "out_of_time"


def test_the_date_of_a_later_event_is_not_the_date_of_the_case(tmp_path: Path) -> None:
    data, _ = of(tmp_path, last_payment=[f"2024-0{1 + i % 9}-1{i % 7}" for i in range(N)])
    assert data.date is None
    assert data.leave_out["last_payment"].startswith("a date")


def test_constant_and_nearly_constant_columns_are_told(tmp_path: Path) -> None:
    data, text = of(tmp_path, country=["CN"] * N, flag=[1] + [0] * (N - 1), blank=[None] * N)
    assert data.leave_out["country"] == "holds one value only, 'CN'"
    assert data.leave_out["blank"] == "all values absent"
    assert "flag: 99.58% of the rows are 0.0 → kept: it can tell little" in text


def test_a_leak_is_left_out_with_its_figure_and_a_suspect_is_kept_with_a_warning(tmp_path: Path) -> None:
    bad = (rows()["outcome"] == "bad").to_numpy()
    rng = np.random.default_rng(7)
    near = np.where(bad, 1, 0) ^ (rng.random(N) < 0.03)
    data, text = of(tmp_path, recovered=np.where(bad, rng.integers(1, 90, N), 0), near=near)
    assert data.leave_out["recovered"].startswith("alone tells bad from good (AUC ")
    assert "near" in data.columns
    assert "# - near: alone reaches an AUC of 0.9" in text


def test_directions_are_comments_until_somebody_confirms_them(tmp_path: Path) -> None:
    data, text = of(tmp_path)
    assert {column.direction for column in data.columns.values()} == {0}
    written = {line.split(" = ")[0]: line for line in text.splitlines() if " = { kind" in line}
    assert "# direction = 1? the bad rate rises with it (AUC alone 0.7" in written["ratio"]
    assert "# direction = -1? the bad rate falls with it" in written["income"]
    assert "and its name says so" in written["income"]


def test_repeated_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "raw.csv"
    pl.concat([rows(), rows().head(7)]).write_csv(path)
    assert any(
        found.text.startswith("7 rows repeat another row") for found in inspect(str(path), "outcome").findings
    )


def outcomes(folder: Path, name: str, values: list[object]) -> tuple[FlatConfig, str]:
    path = folder / "raw.csv"
    shuffled = np.random.default_rng(8).permutation([str(values[i % len(values)]) for i in range(N)])
    rows().drop("outcome").with_columns(pl.Series(name, shuffled.tolist())).write_csv(path)
    return made(path, name)


@pytest.mark.parametrize(
    ("name", "values", "bad"),
    [
        ("Status", ["good", "bad"], ("bad",)),
        ("default", [0, 1], (1,)),
        ("default", [1, 1, 1, 0], (1,)),
        ("repaid", [1, 1, 0], (0,)),
        ("loan_paid", ["yes", "no"], ("no",)),
        ("违约", ["是", "否"], ("是",)),
        ("Ausfall", ["ja", "nein"], ("ja",)),
        ("class", [1, 1, 2], (2,)),
        ("y", [0, 0, 1], (1,)),
        ("loan_status", ["Fully Paid", "Charged Off", "Issued"], ("Charged Off",)),
    ],
    ids=str,
)
def test_which_value_is_bad_is_guessed_with_the_reason(
    tmp_path: Path, name: str, values: list[object], bad: tuple[object, ...]
) -> None:
    data, text = outcomes(tmp_path, name, values)
    assert data.bad == bad
    line = next(line for line in text.splitlines() if line.startswith("bad = "))
    assert len(line.partition("  # ")[2]) > 5


def test_rows_that_are_neither_good_nor_bad_are_told(tmp_path: Path) -> None:
    data, text = outcomes(tmp_path, "loan_status", ["Fully Paid", "Charged Off", "Issued"])
    assert data.good == ("Fully Paid",)
    assert (
        f"{N // 3} rows have no outcome, or one that is neither good nor bad → these rows are left out"
        in text
    )
    assert load(data).matrix.height == 2 * N // 3
