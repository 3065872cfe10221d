"""Opening the record: the one place where its parts are wired, for the service and the commands."""

from collections.abc import Iterator
from contextlib import contextmanager

from ar_service.settings import Settings
from trace_backend import authenticity, designs, orgs
from trace_backend.codes import register_jobs
from trace_backend.kit.blobs import BlobStore
from trace_backend.kit.clock import Clock
from trace_backend.kit.context import RecordContext
from trace_backend.kit.database import Database
from trace_backend.kit.errors import UNAVAILABLE, RecordError
from trace_backend.kit.jobs import Jobs
from trace_backend.kit.migrate import current, head, upgrade
from trace_backend.kit.secrets import load_or_create

ROOMS_WITH_TABLES = (authenticity, designs, orgs)
"""Rooms whose rows others refer to by table name: they must be known before the first query."""


@contextmanager
def open_record(settings: Settings, clock: Clock) -> Iterator[RecordContext]:
    """Open the record of `settings` and close it afterwards; no job runs yet.

    Raises:
        RecordError: UNAVAILABLE when the schema is behind and may not be upgraded at start.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    secrets = load_or_create(settings.resolved_secret_key_file)
    database = Database.open(settings.resolved_database_url)
    try:
        _bring_up_to_date(database, may_upgrade=settings.migrate_on_start)
        record = RecordContext(
            database=database,
            clock=clock,
            blobs=BlobStore.open(settings.resolved_blob_url),
            secrets=secrets,
            jobs=Jobs(database, clock),
        )
        register_jobs(record)
        yield record
    finally:
        database.dispose()


def _bring_up_to_date(database: Database, *, may_upgrade: bool) -> None:
    revision = current(database)
    if revision == head():
        return
    if not may_upgrade:
        raise RecordError(
            UNAVAILABLE,
            f"the database is at {revision or 'nothing'} and this version wants {head()}; "
            "run `dianjin migrate`",
        )
    upgrade(database)
