"""The store for live use."""

from features.store.accounts import AccountStore
from features.store.ingest import IngestReport
from features.store.packed_frames import known_rows

__all__ = ["AccountStore", "IngestReport", "known_rows"]
