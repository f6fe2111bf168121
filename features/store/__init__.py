"""The store for live use."""

from features.store.accounts import AccountStore
from features.store.ingest import IngestReport

__all__ = ["AccountStore", "IngestReport"]
