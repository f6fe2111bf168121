"""The published files, described by `make config` and by hand."""

import os
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from features.adapters.flat import FlatCases, FlatConfig, load
from training.config.files import load_config
from training.config.generate.command import generate

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif("HEADROOM_DATA" not in os.environ, reason="needs HEADROOM_DATA"),
]


def generated(folder: Path, file: str, target: str) -> FlatCases:
    out = generate(file, target, str(folder / "made.toml"), console=Console(file=StringIO()))
    data = load_config(str(out)).data
    assert isinstance(data, FlatConfig)
    return load(data)


def by_hand(name: str) -> FlatCases:
    data = load_config(name).data
    assert isinstance(data, FlatConfig)
    return load(data)


def test_credit_data_is_described_as_by_hand(tmp_path: Path) -> None:
    made, hand = generated(tmp_path, "credit_data/credit_data.csv", "Status"), by_hand("credit_data")
    assert made.matrix.frame.equals(hand.matrix.frame)
    assert made.bad.tolist() == hand.bad.tolist()


def test_german_is_described_as_by_hand_but_for_what_only_names_tell(tmp_path: Path) -> None:
    made, hand = generated(tmp_path, "german/german.data", "21"), by_hand("german")
    settings = load_config("german").data
    assert isinstance(settings, FlatConfig)
    names = {f"column_{i}": name for i, name in enumerate(settings.header, start=1)}
    kept = list(hand.matrix.catalogue.names)
    assert made.matrix.frame.rename(names, strict=False).select(kept).equals(hand.matrix.frame.select(kept))
    assert made.bad.tolist() == hand.bad.tolist()


def test_uci_taiwan_leaves_out_what_the_adapter_leaves_out(tmp_path: Path) -> None:
    made = generated(tmp_path, "uci_taiwan/UCI_Credit_Card.csv", "default.payment.next.month")
    assert int(made.bad.sum()) == 6636
    assert not {"SEX", "AGE", "MARRIAGE", "ID"} & set(made.matrix.catalogue.names)
    assert [theme.key for theme in made.matrix.catalogue.themes][2:] == ["PAY", "BILL_AMT", "PAY_AMT"]
    assert made.matrix.frame["PAY_0"].dtype == pl.Float64
