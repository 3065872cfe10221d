"""One of many processes leads: a lock that dies with its holder, so that another takes over."""

import fcntl
import os
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from trace_backend.kit.database import Database

_LOCK_SPACE: Final = 0x646A  # "dj": first key of our PostgreSQL advisory locks


class Leadership(Protocol):
    """A lock that at most one living process holds."""

    def acquire(self) -> bool:
        """Try to get the lock, without waiting; True when it is held now."""
        ...

    def held(self) -> bool:
        """Tell whether the lock is still ours (a lost connection loses it)."""
        ...

    def release(self) -> None:
        """Give the lock back; not holding it is no error."""
        ...


class FileLeadership:
    """Leadership by flock: the kernel frees it when the process ends, by kill -9 too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Try to lock the file."""
        if self._handle is not None:
            return True
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def held(self) -> bool:
        """A file lock is never lost while its holder lives."""
        return self._handle is not None

    def release(self) -> None:
        """Unlock and close the file; it stays, since removing it would race with a new holder."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class AdvisoryLeadership:
    """Leadership by a PostgreSQL session lock: the server frees it when the connection ends."""

    def __init__(self, database: Database, key: int) -> None:
        self._engine = create_engine(
            database.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 5},
        )
        self._key = key
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Try to get the session lock; an unreachable server is a lock not got."""
        if self._connection is not None:
            return True
        try:
            connection = self._engine.connect()
        except SQLAlchemyError:
            return False
        try:
            got = connection.execute(
                text("SELECT pg_try_advisory_lock(:space, :key)"),
                {"space": _LOCK_SPACE, "key": self._key},
            ).scalar_one()
        except SQLAlchemyError:
            got = False
        if not got:
            connection.close()
            return False
        self._connection = connection
        return True

    def held(self) -> bool:
        """Ask the server over the locking connection: while it lives, the lock is ours."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self.release()
            return False
        return True

    def release(self) -> None:
        """Close the connection and with it the lock."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def leadership_of(database: Database, name: str, key: int) -> Leadership:
    """Make the leadership lock that fits the database.

    Args:
        database: processes with the same database compete.
        name: names the lock file beside a SQLite database.
        key: names the lock in PostgreSQL (32 bits); one key per name.
    """
    if database.dialect == "sqlite":
        return FileLeadership(Path(f"{database.url.database}.{name}.lock"))
    return AdvisoryLeadership(database, key)
