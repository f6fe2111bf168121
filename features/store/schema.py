"""The database of the live store: SQLite in WAL mode by default, PostgreSQL by URL."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from features import paths

METADATA = sa.MetaData()

ACCOUNTS = sa.Table(
    "account_rows",
    METADATA,
    sa.Column("account_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("bucket", sa.Integer, nullable=False, index=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
SHARED = sa.Table(
    "shared_rows",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
TEXTS = sa.Table(
    "words",
    METADATA,
    sa.Column("code", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("word", sa.Text, nullable=False),
)
"""Texts by code (see `text_codes`)."""
INGESTED = sa.Table(
    "stored_buckets",
    METADATA,
    sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("accounts", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("set_aside", sa.BigInteger, nullable=False),
)
COUNTS = sa.Table(
    "ingested_rows",
    METADATA,
    sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("table_name", sa.String(64), primary_key=True),
    sa.Column("rule", sa.String(200), primary_key=True),
    sa.Column("rows", sa.BigInteger, nullable=False),
)
"""Rows of each bucket by table: accepted under the rule "", set aside under each rule that they break."""
SHARED_BUCKET = -1
"""The bucket under which rows of shared tables are counted."""
STATE = sa.Table(
    "store_state",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)


def default_url() -> str:
    """SQLite under the run-time folder."""
    return f"sqlite:///{paths.var() / 'headroom.db'}"


def connect(url: str) -> sa.Engine:
    """An engine for the URL; `postgresql://` is served by psycopg 3. The tables are made when missing."""
    parsed = sa.make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername.startswith("sqlite") and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _write_ahead)
    METADATA.create_all(engine)
    return engine


def _write_ahead(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()
