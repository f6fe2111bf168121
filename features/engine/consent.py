"""Which linked sources an account had consented to at each observation."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from features.arrays import Bools, Ints
from features.engine import kernels
from features.engine.columns import ColumnReader
from features.sources.registry import LINKED
from features.tables import Tables

CODES = {key: code for code, key in enumerate(LINKED)}
"""Position of each linked source in the enumeration of the consents table."""


@dataclass(frozen=True)
class ConsentIndex:
    """Consents sorted by account, each column (r,).

    Attributes:
        kept: whether the data set has the table at all; without it every source counts as consented to.
        account: whose consent.
        source: code of the source, see `CODES`.
        granted: when it was given, microseconds.
        known: when the lender learned it.
        revoked: when it was withdrawn, null while it stands.
    """

    kept: bool
    account: Ints
    source: Ints
    granted: Ints
    known: Ints
    revoked: Ints

    @staticmethod
    def read(reader: ColumnReader) -> "ConsentIndex":
        """The consents table in order of account."""
        t = "consents"
        account = reader.whole(t, "account_id")
        order = np.argsort(account, kind="stable")
        columns = (
            account,
            reader.code(t, "source"),
            reader.moment(t, "granted_at"),
            reader.moment(t, "known_at"),
            reader.moment(t, "revoked_at"),
        )
        return ConsentIndex(reader.present(t), *(column[order] for column in columns))

    def given(self, source: str, account: Ints, as_of: Ints) -> Bools:
        """Whether each observation may see the source, (n,)."""
        if not self.kept or source not in CODES:
            return np.ones(len(account), np.bool_)
        start = np.searchsorted(self.account, account, side="left").astype(np.int64)
        stop = np.searchsorted(self.account, account, side="right").astype(np.int64)
        given: Bools = kernels.consented(
            start, stop, as_of, CODES[source], self.source, self.granted, self.known, self.revoked
        )
        return given


def consented(tables: Tables, account_id: int, as_of: datetime) -> frozenset[str]:
    """Sources with a consent that was granted and known before the moment and not withdrawn by then.

    Empty where the lender keeps no consents: a reason must not state a consent that is not on record.
    """
    if "consents" not in tables.frames:
        return frozenset()
    held = tables["consents"].filter(
        pl.col("account_id") == account_id,
        pl.col("known_at") < as_of,
        pl.col("granted_at") < as_of,
        pl.col("revoked_at").is_null() | (pl.col("revoked_at") >= as_of),
    )
    return frozenset(held["source"].cast(pl.String).to_list())
