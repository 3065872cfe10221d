"""Brings a database up to the schema that this version of the program knows (Alembic)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text

from trace_backend.kit.database import Database, mapped_errors, sqlite_engine
from trace_backend.kit.errors import UNAVAILABLE, RecordError

_SCRIPTS: Final = Path(__file__).parent.parent / "migrations"
_LOCK_KEY: Final = 0x646A_6D69  # "djmi": the PostgreSQL advisory lock of migrations


def scripts() -> tuple[Script, ...]:
    """Return all migrations that this version of the program knows, oldest first."""
    newest_first = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(newest_first)[::-1]


def head() -> str:
    """Return the revision that this version of the program wants."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise RuntimeError("the migrations are missing from this installation")
    return revision


def current(database: Database) -> str | None:
    """Return the revision of the database; None when it has no schema yet.

    Raises:
        RecordError: UNAVAILABLE when the database can't be reached.
    """
    with database.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def upgrade(database: Database) -> None:
    """Run all migrations that the database lacks, in one transaction: all of them or none.

    Processes that start at the same time wait for each other; the first one does the work.

    Raises:
        RecordError: UNAVAILABLE when the database can't be reached, or when a newer version of the
            program has made its schema: going back is refused, since it would lose data.
    """
    _refuse_newer(current(database))
    if current(database) == head():
        return
    with mapped_errors(), _exclusive(database) as connection:
        _refuse_newer(MigrationContext.configure(connection).get_current_revision())
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _refuse_newer(revision: str | None) -> None:
    if revision is not None and revision not in {script.revision for script in scripts()}:
        raise RecordError(
            UNAVAILABLE,
            f"the database has revision {revision}, made by a newer version of the program; "
            f"this version knows revisions up to {head()}: install the newer version",
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _exclusive(database: Database) -> Iterator[Connection]:
    """Give a connection in a transaction that no other migration can run beside."""
    if database.dialect == "postgresql":
        with database.writer.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
            yield connection
        return
    # SQLite rebuilds a table in order to change it, which foreign keys would forbid: they are off
    # here, and checked as a whole before the commit.
    engine = sqlite_engine(
        database.url, begin="BEGIN EXCLUSIVE", size=1, overflow=0, foreign_keys=False
    )
    try:
        with engine.begin() as connection:
            yield connection
            broken = connection.execute(text("PRAGMA foreign_key_check")).first()
            if broken is not None:
                raise RuntimeError(f"the migration breaks a foreign key of table {broken[0]!r}")
    finally:
        engine.dispose()
