"""The decision record: written and committed before an answer leaves, chained by hash, replayable."""

from serving.records.record import Draft, Record, RecordError
from serving.records.store import RecordStore
from serving.records.writer import RecordWriter

__all__ = ["Draft", "Record", "RecordError", "RecordStore", "RecordWriter"]
