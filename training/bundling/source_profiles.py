"""Profiles of the linked sources of the reference accounts, bundled so that advice needs no other data."""

from typing import Any

import polars as pl

from features import paths
from features.sources.registry import LINKED
from features.tables import Tables, TableStore
from serving.advice.profile import EXTRA, profiles_of, to_json
from serving.advice.types import SourceProfiles
from training.data.cohort import Cohort


def bundled_profiles(cohort: Cohort, reference: pl.DataFrame) -> dict[str, Any]:
    """The entry of the bundle's `extra`; empty where the data have no tables of such sources.

    Args:
        cohort: the training data.
        reference: `account_id` and `as_of` of the reference accounts.
    """
    store = TableStore(paths.dataset(cohort.origin.get("name", "")))
    if not (store.root / "dataset.json").exists() or store.fingerprint != cohort.data_fingerprint:
        return {}
    return {EXTRA: to_json(source_profiles(store, reference))}


def source_profiles(store: TableStore, reference: pl.DataFrame) -> SourceProfiles:
    """Profiles of the reference accounts; reads only the tables of linked sources, bucket by bucket."""
    names = [source.table for source in LINKED.values() if source.table in store.info.tables]
    mine = pl.col("account_id").is_in(reference["account_id"].unique().implode())
    parts = [store.read(bucket, names) for bucket in store.buckets()]
    return profiles_of(
        Tables({name: pl.concat([part[name].filter(mine) for part in parts]) for name in names}), reference
    )
