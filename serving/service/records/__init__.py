"""The decision record: written and committed before an answer leaves, chained by hash, replayable."""

from serving.service.records.record import Draft, Record, RecordError
from serving.service.records.store import RecordStore
from serving.service.records.writer import RecordWriter

__all__ = ["Draft", "Record", "RecordError", "RecordStore", "RecordWriter"]
