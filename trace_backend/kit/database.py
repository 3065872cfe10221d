"""The database behind two verbs: `transaction()` writes and commits, `reading()` only reads.

SQLite and PostgreSQL give the same promises here:

* what `transaction()` has left without an error is on disk (SQLite: WAL with synchronous=FULL;
  PostgreSQL: its default synchronous_commit), what it left with an error never happened;
* two transactions never both see "nobody was here yet" for the same row: SQLite runs one writer at
  a time (BEGIN IMMEDIATE), PostgreSQL runs READ COMMITTED with row locks and unique indexes;
* a database that can't serve (full disk, read-only, connection lost, lock not got in time) is
  RecordError UNAVAILABLE, never a half-written row.

Connections are taken at the first statement, not at `with`: a request that is still waiting for a
thread holds none, so requests can't block each other in a circle.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import (
    URL,
    DateTime,
    Engine,
    MetaData,
    QueuePool,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from trace_backend.kit.errors import CONFLICT, INVALID, UNAVAILABLE, RecordError

DialectName = Literal["sqlite", "postgresql"]

LOCK_WAIT_S: Final = 30
"""Longest wait for the write lock or for a connection; then the caller gets UNAVAILABLE."""
_SQLITE_READERS: Final = 8
"""Pooled read connections; up to `_SQLITE_READER_OVERFLOW` more are opened in a burst."""
_SQLITE_READER_OVERFLOW: Final = 32
_POSTGRES_POOL: Final = 5
"""4 processes x (5 + 10) connections stay below PostgreSQL's default max_connections of 100."""
_POSTGRES_OVERFLOW: Final = 10
_SQLITE_UNAVAILABLE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)
_POSTGRES_UNAVAILABLE_CLASSES: Final = frozenset({"08", "40", "53", "55", "57", "58"})
"""SQLSTATE classes: connection, rollback, resources, lock, operator intervention, system error."""
_POSTGRES_READ_ONLY: Final = "25006"
_SQLITE_KEY_ERRORS: Final = frozenset(
    {
        "SQLITE_CONSTRAINT_UNIQUE",
        "SQLITE_CONSTRAINT_PRIMARYKEY",
        "SQLITE_CONSTRAINT_FOREIGNKEY",
    }
)
_POSTGRES_KEY_STATES: Final = frozenset({"23503", "23505"})
"""Foreign key violation, unique violation."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, microsecond resolution.

    SQLite keeps it as text without a zone that sorts by time; PostgreSQL as timestamptz.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC; refuse a naive one, whose instant nobody knows."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("UtcDateTime wants a timezone-aware datetime")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored instant as an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all mapped rows; constraint names are fixed, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """Two doors to one database; make it with `Database.open(url)`, end it with `dispose()`."""

    def __init__(self, url: URL, writer: Engine, reader: Engine, dialect: DialectName) -> None:
        self.url = url
        self.dialect: DialectName = dialect
        self.writer = writer
        self._reader = reader

    @classmethod
    def open(cls, url: str) -> "Database":
        """Open a database by URL; nothing is connected before the first statement.

        Args:
            url: `sqlite:///path/to/file`, `postgresql+psycopg://...` or `postgresql://...`.

        Raises:
            ValueError: another kind of URL, or SQLite without a file (a record must survive).
        """
        parsed = make_url(url)
        match parsed.get_backend_name():
            case "sqlite":
                return cls._open_sqlite(parsed)
            case "postgresql":
                return cls._open_postgres(parsed.set(drivername="postgresql+psycopg"))
            case other:
                raise ValueError(f"want a sqlite or postgresql URL, got {other!r}")

    @classmethod
    def _open_sqlite(cls, url: URL) -> "Database":
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise ValueError("want a SQLite file, as in sqlite:///var/dianjin.sqlite3")
        Path(url.database).absolute().parent.mkdir(parents=True, exist_ok=True)
        writer = sqlite_engine(url, begin="BEGIN IMMEDIATE", size=1, overflow=0)
        reader = sqlite_engine(
            url, begin="BEGIN", size=_SQLITE_READERS, overflow=_SQLITE_READER_OVERFLOW
        )
        return cls(url, writer, reader, "sqlite")

    @classmethod
    def _open_postgres(cls, url: URL) -> "Database":
        engine = create_engine(
            url,
            pool_size=_POSTGRES_POOL,
            max_overflow=_POSTGRES_OVERFLOW,
            pool_timeout=LOCK_WAIT_S,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            hide_parameters=True,
            connect_args={"connect_timeout": 5},
        )
        return cls(url, engine, engine, "postgresql")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session whose work is committed when the block ends, or rolled back on any error.

        Don't open a second one inside it: on SQLite it would wait for itself.

        Raises:
            RecordError: UNAVAILABLE when the database can't take or commit the work.
        """
        with mapped_errors(), Session(self.writer, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reading; whatever it changes is thrown away.

        Raises:
            RecordError: UNAVAILABLE when the database can't be read.
        """
        with mapped_errors(), Session(self._reader, expire_on_commit=False) as session:
            try:
                yield session
            finally:
                # Rows keep what was read, so that callers may look at them after the block.
                session.expunge_all()
                session.rollback()

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.writer.dispose()
        self._reader.dispose()


def sqlite_engine(
    url: URL, *, begin: str, size: int, overflow: int, foreign_keys: bool = True
) -> Engine:
    """Make an engine whose transactions begin with `begin`.

    The writers' pool holds one connection: it is the queue in which the threads of a process wait,
    so that at most one connection per process asks SQLite for the write lock.
    """
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=overflow,
        pool_timeout=LOCK_WAIT_S,
        hide_parameters=True,
        connect_args={"timeout": LOCK_WAIT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not begin transactions by itself: it would begin them deferred.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {LOCK_WAIT_S * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn what a database refuses into RecordError.

    It can't serve now: UNAVAILABLE. A unique or foreign key says no: CONFLICT. A value that no
    column can hold (NUL in text, a number out of range): INVALID. The rest are faults of ours.
    """
    try:
        yield
    except SQLAlchemyError as error:
        if is_unavailable(error):
            raise RecordError(
                UNAVAILABLE, "the database can't serve just now; try again", retry_after_s=1
            ) from error
        if isinstance(error, DataError):
            raise RecordError(
                INVALID, "a value is too large or has forbidden characters"
            ) from error
        if isinstance(error, IntegrityError) and is_key_conflict(error):
            raise RecordError(CONFLICT, "this is recorded already, or refers to nothing") from error
        raise


def is_key_conflict(error: IntegrityError) -> bool:
    """Tell whether a unique, primary or foreign key was violated (and not NOT NULL or CHECK)."""
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return name in _SQLITE_KEY_ERRORS
    return getattr(error.orig, "sqlstate", None) in _POSTGRES_KEY_STATES


def is_unavailable(error: SQLAlchemyError) -> bool:
    """Tell whether `error` means that the database can't serve now (and not a wrong statement)."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_UNAVAILABLE
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate is not None:
        return sqlstate[:2] in _POSTGRES_UNAVAILABLE_CLASSES or sqlstate == _POSTGRES_READ_ONLY
    # psycopg reports a connection that could not be made or was lost without a state.
    return type(error.orig).__name__ == "OperationalError"
