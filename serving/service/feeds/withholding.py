"""Hides linked sources from a decision, in the way in which a source without consent is hidden."""

from collections.abc import Collection
from datetime import datetime, timedelta

import polars as pl

from features.contract.registry import TABLES
from features.engine.consent import consented
from features.sources.registry import LINKED
from features.tables import Tables

BEFORE = timedelta(microseconds=2)


def withhold(tables: Tables, account_id: int, as_of: datetime, sources: Collection[str]) -> Tables:
    """The tables without the consents that stand for these sources at a moment.

    A consent that was withdrawn stays, since the withdrawal is a fact of its own. Where the lender keeps no
    consents, every other source is consented to instead.

    Args:
        tables: one account's rows as known at the moment.
        account_id: the account.
        as_of: the moment.
        sources: to be withheld.
    """
    if not sources:
        return tables
    if "consents" not in tables.frames:
        return tables.replace(consents=_granted(account_id, as_of, set(LINKED) - set(sources)))
    held = tables["consents"]
    stands = pl.col("revoked_at").is_null() | (pl.col("revoked_at") >= as_of)
    hidden = pl.col("source").cast(pl.String).is_in(list(sources)) & stands
    return tables.replace(consents=held.filter(~hidden))


def withdraw(tables: Tables, as_of: datetime, sources: Collection[str]) -> Tables:
    """The tables with the consents that stand for these sources at a moment withdrawn just before it.

    A binding decision may stand hours or days before the present. A consent withdrawn in between hides its
    source; the rule on withdrawals must see it too, or hiding would pay until the feeds have caught up.

    Args:
        tables: one account's rows as known at the moment.
        as_of: the moment.
        sources: withdrawn since.
    """
    if not sources:
        return tables
    held = tables["consents"]
    stands = pl.col("revoked_at").is_null() | (pl.col("revoked_at") >= as_of)
    gone = pl.col("source").cast(pl.String).is_in(list(sources)) & stands
    moment = pl.lit(as_of - BEFORE, held.schema["revoked_at"])
    revoked = pl.when(gone).then(moment).otherwise(pl.col("revoked_at"))
    return tables.replace(consents=held.with_columns(revoked_at=revoked))


def withdrawn_since(
    known: Tables, today: Tables, account_id: int, as_of: datetime, now: datetime
) -> frozenset[str]:
    """Sources consented to at a moment and not today: what was withdrawn must not be used again.

    Args:
        known: one account's rows as known at `as_of`.
        today: the same as known today.
        account_id: the account.
        as_of: the moment.
        now: today.
    """
    return consented(known, account_id, as_of) - consented(today, account_id, now)


def _granted(account_id: int, as_of: datetime, sources: Collection[str]) -> pl.DataFrame:
    schema = TABLES["consents"].schema.create_empty().schema
    row = {"account_id": account_id, "known_at": as_of - BEFORE, "granted_at": as_of - BEFORE}
    rows = [{**row, "source": source, "revoked_at": None} for source in sorted(sources)]
    return pl.DataFrame(rows, schema=schema)
