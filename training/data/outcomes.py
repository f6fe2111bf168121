"""Labels of a whole data set, bucket by bucket."""

from datetime import date, datetime, timedelta

import polars as pl

from features.calendar import last_full_month_end
from features.contract.registry import TABLES
from features.errors import DataError
from features.tables import TableStore
from training.config.schema import TrainConfig
from training.data.calendar import AsOfMonths
from training.data.labels import outcomes
from training.data.moments import observe

LABEL_TABLES = ("accounts", "delinquency")


def month_end_span(store: TableStore) -> tuple[date, date]:
    """First month end of the delinquency on record, and the last of which all statuses are there.

    A lender says by `complete_until` until when its table is complete; without it, the last month end counts.

    Raises:
        DataError: there is none.
    """
    if "delinquency" not in store.info.tables:
        columns = ", ".join(TABLES["delinquency"].schema.column_names())
        raise DataError(
            f"data set {store.info.name!r} has no delinquency table, so no account can be labelled; it has "
            f"{list(store.info.tables)}. Add a delinquency file ({columns}) to its folder, then `make load`"
        )
    ends = pl.concat(
        store.read(bucket, ("delinquency",))["delinquency"].select(
            pl.col("month_end").min().alias("first"), pl.col("month_end").max().alias("last")
        )
        for bucket in store.buckets()
    )
    first, last = ends["first"].min(), ends["last"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        raise DataError(f"{store.root}: the delinquency table is empty, so no account can be labelled")
    return first, min(last, _complete_month_end(store, last))


def _complete_month_end(store: TableStore, last: date) -> date:
    """The last month end whose day was over at the moment until which delinquency is complete."""
    stated = store.info.complete_until.get("delinquency")
    if stated is None:
        return last
    return last_full_month_end(datetime.fromisoformat(stated).date() - timedelta(days=1))


def label_store(store: TableStore, as_ofs: AsOfMonths, config: TrainConfig, last: date) -> pl.DataFrame:
    """`account_id`, `as_of`, `outcome` of every account, once in each month that it is open in."""
    parts = []
    for bucket in store.buckets():
        tables = store.read(bucket, LABEL_TABLES)
        accounts = tables["accounts"]
        observations = observe(accounts["account_id"].unique().sort(), as_ofs.all, config.split.seed)
        parts.append(outcomes(tables["delinquency"], accounts, observations, config.label, last))
    return pl.concat(parts)
