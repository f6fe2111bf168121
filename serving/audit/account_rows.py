"""One account's rows as plain dictionaries, as a person with the files in hand would read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from features.contract.registry import TABLES
from features.tables import Tables

Row = Mapping[str, Any]


@dataclass(frozen=True)
class KnownRows:
    """What the lender knew of one account before a moment.

    Attributes:
        tables: rows by table.
        as_of: the moment.
    """

    tables: Mapping[str, tuple[Row, ...]]
    as_of: datetime

    def rows(self, table: str) -> tuple[Row, ...]:
        """Rows of a table, none where it is absent."""
        return self.tables.get(table, ())

    def happened(self, table: str) -> list[Row]:
        """Rows whose event lies before the moment, by event and then by knowledge."""
        event = TABLES[table].event
        past = [row for row in self.rows(table) if at(row[event]) < self.as_of]
        return sorted(past, key=lambda row: (at(row[event]), row["known_at"]))

    def consented(self, source: str) -> bool:
        """Whether a consent for the source stood; True where the lender keeps no table of consents."""
        if "consents" not in self.tables:
            return True
        return any(
            row["source"] == source and row["granted_at"] < self.as_of and row["revoked_at"] is None
            for row in self.rows("consents")
        )


@dataclass(frozen=True)
class AccountRows:
    """All rows of one account and the shared rows.

    Attributes:
        tables: rows by table.
    """

    tables: Mapping[str, tuple[Row, ...]]

    @staticmethod
    def of(tables: Tables, account_id: int) -> "AccountRows":
        """The rows of an account among those of others."""
        found = {}
        for name, frame in tables.frames.items():
            own = frame if TABLES[name].shared else frame.filter(frame["account_id"] == account_id)
            found[name] = tuple(own.iter_rows(named=True))
        return AccountRows(found)

    def known(self, as_of: datetime) -> KnownRows:
        """The rows that were known before a moment.

        A moment that lies at or after it (a return, a withdrawal) is not known yet and reads as none.
        """
        return KnownRows(
            {
                name: tuple(
                    _as_known(row, TABLES[name].revealed, as_of) for row in rows if row["known_at"] < as_of
                )
                for name, rows in self.tables.items()
            },
            as_of,
        )


def at(moment: date) -> datetime:
    """A date as its midnight; a moment as it is."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())


def _as_known(row: Row, revealed: tuple[str, ...], as_of: datetime) -> Row:
    later = {name: None for name in revealed if row[name] is not None and row[name] >= as_of}
    return {**row, **later} if later else row
