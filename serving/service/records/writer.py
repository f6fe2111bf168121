"""Group commit: records that wait at the same time share one transaction and one flush to disk."""

import asyncio
from collections.abc import Sequence

from serving.service.records.record import Draft, Record, RecordError
from serving.service.records.store import RecordStore

LARGEST_GROUP = 64


class RecordWriter:
    """Writes records for an event loop; `write` returns when the record is on the disk.

    While one transaction is in flight, further drafts gather, and go together into the next.
    """

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self._waiting: list[tuple[Draft, asyncio.Future[Record | None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, draft: Draft) -> Record | None:
        """Appends one record; None where an opt-out since then has made the draft invalid.

        Raises:
            RecordError: it is not stored, and its answer may not be returned.
        """
        future: asyncio.Future[Record | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((draft, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
            try:
                records = await asyncio.to_thread(self._store.append, [draft for draft, _ in group])
            except Exception as error:
                _fail([future for _, future in group], error)
            else:
                for (_, future), record in zip(group, records, strict=True):
                    if not future.done():
                        future.set_result(record)


def _fail(futures: Sequence[asyncio.Future[Record | None]], error: Exception) -> None:
    known = error if isinstance(error, RecordError) else RecordError(f"not recorded: {type(error).__name__}")
    for future in futures:
        if not future.done():
            future.set_exception(known)
