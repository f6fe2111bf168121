"""One encoding, by frame and by row."""

import numpy as np
import polars as pl
import pytest

from features.errors import DataError
from serving.model.encoder import RowEncoder, encode
from tests.serving import toy


def test_levels_become_their_positions_and_what_is_absent_or_unknown_is_nan() -> None:
    rows = toy.frame(4).with_columns(pl.Series("segment", ["student", "salaried", None, "pirate"]))
    assert np.array_equal(toy.codes(rows)[:, -1], [2.0, 0.0, np.nan, np.nan], equal_nan=True)


def test_a_row_is_encoded_as_in_a_frame_to_the_last_bit() -> None:
    segments = pl.Series("segment", ["student", None, "pirate", "salaried"] * 50)
    rows = toy.frame(200).with_columns(segments)
    by_row = RowEncoder(toy.bundle().spec).rows(rows.to_dicts())
    assert by_row.tobytes() == toy.codes(rows).tobytes()


def test_an_unknown_level_is_reported() -> None:
    row = {**toy.rows(1)[0], "segment": "pirate"}
    assert RowEncoder(toy.bundle().spec).unknown_levels(row) == ("segment",)
    assert RowEncoder(toy.bundle().spec).unknown_levels({**row, "segment": None}) == ()


def test_a_missing_column_is_named() -> None:
    with pytest.raises(DataError, match="late_12m"):
        encode(toy.frame(2).drop("late_12m"), toy.CATALOGUE, toy.ENCODER)
