"""The state of the feeds as the live store keeps it."""

import json

import sqlalchemy as sa

from features.feeds import Feeds, read_moment
from features.store.schema import STATE

COMPLETE_UNTIL, PRESENT = "complete_until", "present"


def feed_state(feeds: Feeds) -> dict[str, str]:
    """The entries of the state table."""
    ends = {table: moment.isoformat() for table, moment in sorted(feeds.complete_until.items())}
    present = "" if feeds.present is None else feeds.present.isoformat()
    return {COMPLETE_UNTIL: json.dumps(ends), PRESENT: present}


def read_feeds(connection: sa.Connection) -> Feeds | None:
    """The feeds of the last ingest that was done, None before the first.

    Raises:
        DataError: an entry is not a moment.
    """
    query = sa.select(STATE.c.key, STATE.c.value).where(STATE.c.key.in_([COMPLETE_UNTIL, PRESENT]))
    state = {row.key: row.value for row in connection.execute(query)}
    if COMPLETE_UNTIL not in state:
        return None
    ends = {
        t: read_moment(text, f"{COMPLETE_UNTIL}.{t}") for t, text in json.loads(state[COMPLETE_UNTIL]).items()
    }
    present = state.get(PRESENT, "")
    return Feeds(ends, read_moment(present, PRESENT) if present else None)
