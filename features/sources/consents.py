"""Which sources a person has consented to at a moment."""

from datetime import datetime

import polars as pl

from features.tables import Tables


def consented(tables: Tables, account_id: int, as_of: datetime) -> frozenset[str]:
    """Sources with a consent that was granted and known before the moment and not withdrawn by then.

    Empty where the lender keeps no consents: nothing is known, and nothing may be said of them.
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
