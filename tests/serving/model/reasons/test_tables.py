"""Compiling, storing and loading the tables, and what is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from features.errors import BundleError
from serving.model.reasons.compile import Reference, compile_strata, compile_tables
from serving.model.reasons.explain import explain, warm
from serving.model.reasons.kernels import signatures
from serving.model.reasons.tables import Frames, ReasonTables, from_frames, to_frames
from serving.model.reasons.trees import parse
from tests.serving.model.reasons.models import booster, rows

GROUPS = (0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3)
ACCOUNTS = rows(40, 12, 80, absent=0.2)


def compiled() -> ReasonTables:
    return compile_tables(parse(booster().model_to_string()), GROUPS, rows(200, 12, 81, absent=0.2), 4)


def test_tables_come_back_from_parquet_to_the_last_bit(tmp_path: Path) -> None:
    before, frames = compiled(), compiled().to_frames()
    frames.program.write_parquet(tmp_path / "program.parquet")
    frames.values.write_parquet(tmp_path / "values.parquet")
    read = Frames(pl.read_parquet(tmp_path / "program.parquet"), pl.read_parquet(tmp_path / "values.parquet"))
    after = ReasonTables.from_frames(read)
    assert after.base == before.base
    assert np.array_equal(explain(after, ACCOUNTS).values, explain(before, ACCOUNTS).values)


def test_several_references_share_one_program_and_keep_their_names() -> None:
    references = {"thin": Reference(rows(50, 12, 82)), "thick": Reference(rows(70, 12, 83))}
    strata = compile_strata(parse(booster().model_to_string()), GROUPS, references, 4)
    assert strata["thin"].program is strata["thick"].program
    back = from_frames(to_frames(strata))
    for name, reference in references.items():
        alone = compile_tables(strata[name].program.ensemble, GROUPS, reference.rows, 4)
        assert np.array_equal(explain(back[name], ACCOUNTS).values, explain(alone, ACCOUNTS).values)
    with pytest.raises(BundleError, match="2 references"):
        ReasonTables.from_frames(to_frames(strata))


def test_a_model_without_a_split_has_its_base_and_no_reasons() -> None:
    ensemble = parse(booster(min_data_in_leaf=5000).model_to_string())
    found = explain(compile_tables(ensemble, GROUPS, rows(10, 12, 84), 4), ACCOUNTS)
    assert (found.values == 0.0).all()
    assert found.base == pytest.approx(found.margin[0])


@pytest.mark.parametrize(("n", "threads"), [(1, 1), (40, 1), (5000, 2)])
def test_values_that_do_not_sum_to_the_margin_are_never_returned(n: int, threads: int) -> None:
    good = compiled()
    tampered = good.values.copy()
    tampered += 1e-6
    with pytest.raises(BundleError, match="do not belong to these trees"):
        explain(ReasonTables(good.program, tampered, good.base), rows(n, 12, 85), threads=threads)
    with pytest.raises(BundleError, match="do not belong to these trees"):
        explain(ReasonTables(good.program, good.values, good.base + 1e-6), rows(n, 12, 85), threads=threads)


def test_a_value_that_is_not_a_number_is_never_returned() -> None:
    good = compiled()
    with pytest.raises(BundleError, match="do not belong to these trees"):
        explain(ReasonTables(good.program, np.full_like(good.values, np.nan), good.base), ACCOUNTS)


def test_threads_change_nothing() -> None:
    many = rows(5000, 12, 86, absent=0.2)
    assert np.array_equal(explain(compiled(), many).values, explain(compiled(), many, threads=2).values)


def test_no_rows_give_no_reasons() -> None:
    assert explain(compiled(), rows(0, 12, 87)).values.shape == (0, 4)


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(BundleError, match=r"\(1, 13\).*12 features"):
        explain(compiled(), rows(1, 13, 88))


def test_warming_runs_both_ways() -> None:
    warm(compiled())


@pytest.mark.parametrize(
    ("groups", "players", "named"),
    [
        (GROUPS[:-1], 4, "11 features have a player, the model reads 12"),
        ((*GROUPS[:-1], 4), 4, "feature 11: player 4 is not one of 0 to 3"),
    ],
)
def test_players_that_do_not_fit_the_features_are_refused(
    groups: tuple[int, ...], players: int, named: str
) -> None:
    with pytest.raises(BundleError, match=named):
        compile_tables(parse(booster().model_to_string()), groups, rows(10, 12, 89), players)


def test_a_tree_with_too_many_players_on_a_path_is_refused_by_name() -> None:
    chain = "\n".join(["tree", "max_feature_idx=13", "", "Tree=0", "num_leaves=14", "num_cat=0"])
    right = " ".join([*(str(i) for i in range(1, 13)), "-14"])
    body = {
        "split_feature": " ".join(str(i) for i in range(13)),
        "threshold": " ".join(["0.5"] * 13),
        "decision_type": " ".join(["2"] * 13),
        "left_child": " ".join(str(-i) for i in range(1, 14)),
        "right_child": right,
        "leaf_value": " ".join(["0.1"] * 14),
    }
    text = "\n".join([chain, *(f"{key}={value}" for key, value in body.items()), "", "end of trees"])
    ensemble = parse(text)
    assert compile_tables(ensemble, (0,) * 14, np.zeros((3, 14)), 1).n_players == 1
    with pytest.raises(BundleError, match="tree 0: 13 players on a path"):
        compile_tables(ensemble, tuple(range(14)), np.zeros((3, 14)), 14)
    with pytest.raises(BundleError, match="tree 0: 65 splits deep"):
        compile_tables(replace(ensemble, depths=ensemble.depths + 52), (0,) * 14, np.zeros((3, 14)), 1)


def test_a_model_with_more_players_than_sixteen_bits_number_is_refused() -> None:
    ensemble = parse(booster().model_to_string())
    with pytest.raises(BundleError, match="70000 does not fit 16 bits"):
        compile_tables(ensemble, (70000,) * 12, np.zeros((3, 12)), 70001)


@pytest.mark.parametrize(
    "reference",
    [
        Reference(np.empty((0, 12))),
        Reference(np.zeros((2, 12)), np.zeros(2)),
        Reference(np.zeros((2, 12)), np.array([1.0, -1.0])),
        Reference(np.zeros((2, 12)), np.array([1.0])),
        Reference(np.zeros((2, 12)), np.array([1.0, np.nan])),
    ],
    ids=["no rows", "all zero", "negative", "too few", "nan"],
)
def test_a_reference_without_usable_weights_is_refused(reference: Reference) -> None:
    with pytest.raises(BundleError, match="reference: "):
        compile_strata(parse(booster().model_to_string()), GROUPS, {"only": reference}, 4)


@pytest.mark.parametrize(
    "column",
    ["tests", "uppers", "groups", "trees", "players", "columns", "cuts"],
)
def test_damaged_frames_are_refused_before_a_kernel_reads_them(column: str) -> None:
    frames = compiled().to_frames()
    name = f"program_{column}"
    cut = frames.program.with_columns(pl.col(name).list.head(pl.col(name).list.len() - 4))
    with pytest.raises(BundleError, match="reason tables"):
        ReasonTables.from_frames(replace(frames, program=cut))
    with pytest.raises(BundleError, match="reason tables"):
        ReasonTables.from_frames(replace(frames, program=frames.program.drop(name)))


@pytest.mark.parametrize("column", ["left", "right", "feature", "starts", "depths", "value", "threshold"])
def test_damaged_trees_are_refused_before_the_walk_reads_them(column: str) -> None:
    frames, name = compiled().to_frames(), f"tree_{column}"
    for damage in (
        pl.col(name).list.head(pl.col(name).list.len() - 1),
        pl.col(name).list.eval(pl.element().cast(pl.Int64, strict=False).fill_null(0) + 10**6),
    ):
        with pytest.raises(BundleError, match=r"trees: .* do not fit"):
            ReasonTables.from_frames(replace(frames, program=frames.program.with_columns(damage)))


def test_values_of_another_length_are_refused() -> None:
    frames = compiled().to_frames()
    short = frames.values.with_columns(pl.col("values").list.head(10))
    with pytest.raises(BundleError, match="10 values"):
        ReasonTables.from_frames(replace(frames, values=short))


def test_tables_of_two_models_cannot_be_stored_as_one() -> None:
    with pytest.raises(BundleError, match="2 programs"):
        to_frames({"a": compiled(), "b": compiled()})


def test_a_kernel_whose_file_cannot_be_cached_is_compiled_all_the_same() -> None:
    space: dict[str, Any] = {}
    exec("def add(a, out):\n    out[0] += a[0]\n", space)
    out = np.zeros(1)
    given = np.ones(1)
    given.setflags(write=False)
    signatures.kernel(signatures.F1, signatures.OUT1)(space["add"])(given, out)
    assert out[0] == 1.0
