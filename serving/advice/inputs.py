"""The inputs of an advice as a decision record keeps them: the account's rows and the settings.

A decision reads a row of features, an advice the tables behind it; so its record holds the rows that
were known, each table as Arrow in zstd, base64. Nothing else takes part but the bundle and the policy,
which the record names.
"""

import io
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from features.contract.check import empty
from features.contract.registry import TABLES
from features.tables import Tables
from serving.advice.settings import AdviceSettings
from serving.decision.types import LateFeed


@dataclass(frozen=True)
class AdviceInputs:
    """The inputs of an advice.

    Attributes:
        account_id: the account.
        as_of: the moment.
        opted_out: whether the customer opted out of automatic decisions.
        settings: bounds, costs and the confidence model in force.
        tables: by table, its known rows.
        binding: False for a what-if, asked as of a moment that the caller named.
        late_feeds: feeds that had not arrived in time.
        withheld: codes of reasons that are not quoted: the account's rows contradict a figure of theirs.
    """

    account_id: int
    as_of: datetime
    opted_out: bool
    settings: Mapping[str, Any]
    tables: Mapping[str, str]
    binding: bool = True
    late_feeds: tuple[LateFeed, ...] = ()
    withheld: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, tables: Tables, account_id: int, as_of: datetime, settings: AdviceSettings, *, opted_out: bool
    ) -> "AdviceInputs":
        """The inputs from tables that hold this account alone."""
        known = {name: frame.filter(pl.col("known_at") < as_of) for name, frame in tables.frames.items()}
        packed = {name: _packed(frame) for name, frame in known.items()}
        return cls(account_id, as_of, opted_out, settings.model_dump(mode="json"), packed)

    def unpacked(self) -> Tables:
        """The tables again."""
        return Tables({name: _frame(name, packed) for name, packed in self.tables.items()})


def _frame(table: str, packed: str) -> pl.DataFrame:
    if not packed:
        return empty(TABLES[table].schema)
    return pl.read_ipc(io.BytesIO(b64decode(packed)))


def _packed(frame: pl.DataFrame) -> str:
    """A table without rows is packed as nothing."""
    if not frame.height:
        return ""
    target = io.BytesIO()
    frame.write_ipc(target, compression="zstd")
    return b64encode(target.getvalue()).decode()
