"""Which linked sources an account had consented to at each observation."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Ints
from features.contract.schemas import SOURCES
from features.engine import kernels
from features.engine.columns import ColumnReader

CONSENTABLE = SOURCES[1:]


@dataclass(frozen=True)
class ConsentIndex:
    """Consents sorted by account, each column (r,).

    Attributes:
        kept: whether the data set has the table at all; without it every source counts as consented to.
        account: whose consent.
        source: position in `CONSENTABLE`.
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
        if not self.kept or source not in CONSENTABLE:
            return np.ones(len(account), np.bool_)
        start = np.searchsorted(self.account, account, side="left").astype(np.int64)
        stop = np.searchsorted(self.account, account, side="right").astype(np.int64)
        wanted = CONSENTABLE.index(source)
        given: Bools = kernels.consented(
            start, stop, as_of, wanted, self.source, self.granted, self.known, self.revoked
        )
        return given
