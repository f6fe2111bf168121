"""Decision records: committed before an answer is returned, chained by hash, replayable."""

from serving.service.records.record import Draft, Record, RecordError
from serving.service.records.store import RecordStore
from serving.service.records.writer import RecordWriter

__all__ = ["Draft", "Record", "RecordError", "RecordStore", "RecordWriter"]
