"""Labels of a whole data set, bucket by bucket."""

from datetime import date

import polars as pl

from features.contract.registry import TABLES
from features.errors import DataError
from features.tables import TableStore
from training.config.schema import TrainConfig
from training.data.calendar import AsOfMonths
from training.data.labels import outcomes

LABEL_TABLES = ("accounts", "delinquency", "limit_changes")


def month_end_span(store: TableStore) -> tuple[date, date]:
    """First and last month end of the delinquency on record.

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
    return first, last


def label_store(store: TableStore, as_ofs: AsOfMonths, config: TrainConfig, last: date) -> pl.DataFrame:
    """`account_id`, `as_of`, `outcome`, `raised` of every account open at an as-of."""
    parts = []
    for bucket in store.buckets():
        tables = store.read(bucket, LABEL_TABLES)
        labelled = outcomes(tables["delinquency"], tables["accounts"], as_ofs.all, config.label, last)
        parts.append(with_raises(labelled, tables["limit_changes"], config.reasons.raise_months))
    return pl.concat(parts)


def with_raises(labelled: pl.DataFrame, changes: pl.DataFrame, months: int) -> pl.DataFrame:
    """Adds `raised`: whether a fixed limit rose within so many months of the observation."""
    rises = changes.filter((pl.col("kind") == "fixed") & (pl.col("new_limit_cny") > pl.col("old_limit_cny")))
    end = pl.col("as_of").dt.offset_by(f"{months}mo")
    raised = (
        labelled.select("account_id", "as_of")
        .join(rises.select("account_id", "effective_at"), on="account_id")
        .filter((pl.col("effective_at") >= pl.col("as_of")) & (pl.col("effective_at") < end))
        .select("account_id", "as_of", raised=pl.lit(value=True))
        .unique()
    )
    joined = labelled.join(raised, on=["account_id", "as_of"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("raised").fill_null(value=False))
