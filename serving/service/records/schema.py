"""The tables of the records, on SQLite in WAL mode or PostgreSQL."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from features.errors import ConfigError

METADATA = MetaData()
WRITES = "headroom_writes"
SEQ = BigInteger().with_variant(Integer, "sqlite")

RECORDS = Table(
    "decision_records",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("id", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("account_id", BigInteger, nullable=True),
    Column("body", LargeBinary, nullable=False),
    Column("prev_hash", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
    Index("decision_records_by_account", "account_id", "kind", "seq"),
)

POLICIES = Table(
    "policies",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("version", String(64), nullable=False),
    Column("text", Text, nullable=False),
)

GRANTS = Table(
    "granted_raises",
    METADATA,
    Column("policy_version", String(64), primary_key=True),
    Column("account_id", BigInteger, primary_key=True),
    Column("from_cny", Float, primary_key=True),
    Column("tier", String(1), nullable=False),
    Column("rise_cny", Float, nullable=False),
)


def engine_for(url: str) -> Engine:
    """An engine whose commits are on the disk when they return.

    Raises:
        ConfigError: the URL is not one of SQLite or PostgreSQL.
    """
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise ConfigError(
            "records URL cannot be read; write sqlite:////path or postgresql+psycopg://…"
        ) from error
    if backend == "sqlite":
        engine = create_engine(url, connect_args={"timeout": 5.0, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend == "postgresql":
        return create_engine(url, pool_pre_ping=True)
    raise ConfigError(f"records URL names {backend}; records are stored in sqlite or postgresql")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock before it reads the end of the chain; a reader takes none."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL with FULL: a commit that returned survives a power cut (SQLite manual, PRAGMA synchronous)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
