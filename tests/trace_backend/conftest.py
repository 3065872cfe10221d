"""Databases and the record's context for the tests of all its rooms."""

import asyncio
import os
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine, make_url, text

from trace_backend.kit import migrate, problems
from trace_backend.kit.auth import Subject, SubjectKind
from trace_backend.kit.blobs import BlobStore
from trace_backend.kit.clock import FixedClock
from trace_backend.kit.context import RecordContext
from trace_backend.kit.database import Base, Database
from trace_backend.kit.jobs import Jobs
from trace_backend.kit.secrets import Secrets
from trace_backend.orgs import add_tenant, make_key

POSTGRES_VARIABLE = "DIANJIN_TEST_POSTGRES_URL"


def _postgres_url():
    url = os.environ.get(POSTGRES_VARIABLE)
    if url:
        return url
    message = f"{POSTGRES_VARIABLE} names no PostgreSQL"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def _fresh_postgres():
    url = make_url(_postgres_url()).set(drivername="postgresql+psycopg")
    name = f"dianjin_{uuid.uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def empty_postgres_url():
    """URL of a fresh PostgreSQL database without tables, dropped after the test."""
    with _fresh_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_postgres():
    with _fresh_postgres() as url:
        database = Database.open(url)
        migrate.upgrade(database)
        yield database
        database.dispose()


@pytest.fixture(scope="session")
def _migrated_sqlite_bytes(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = Database.open(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.dispose()  # the last connection to close folds the write-ahead log into the file
    return path.read_bytes()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """A migrated, empty database: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "record.sqlite3"
        path.write_bytes(request.getfixturevalue("_migrated_sqlite_bytes"))
        opened = Database.open(f"sqlite:///{path}")
        yield opened
        opened.dispose()
        return
    opened = request.getfixturevalue("_migrated_postgres")
    yield opened
    with opened.transaction() as session:
        # For the few rows of a test this is thirty times as fast as TRUNCATE.
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())


@pytest.fixture
def clock():
    return FixedClock(datetime(2026, 11, 22, 8, 0, tzinfo=UTC))


@pytest.fixture
def record(database, clock, tmp_path):
    """The record's context on `database`, with a clock that stands still; no job runs."""
    return RecordContext(
        database=database,
        clock=clock,
        blobs=BlobStore.open(str(tmp_path / "blobs")),
        secrets=Secrets(bytes(range(32))),
        jobs=Jobs(database, clock),
    )


class AppClient:
    """Calls an ASGI app without a network; an error inside the app is an answer, as on a server."""

    def __init__(self, app):
        self._app = app

    def request(self, method, path, **options):
        async def talk():
            transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, **options)

        return asyncio.run(talk())

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, **options):
        return self.request("POST", path, **options)

    def patch(self, path, **options):
        return self.request("PATCH", path, **options)

    def put(self, path, **options):
        return self.request("PUT", path, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)


@pytest.fixture
def client_of():
    """Makes a client for an app: `client_of(app).get("/v1/...", headers=...)`."""
    return AppClient


@pytest.fixture
def http_of(record):
    """Makes a client of an app that has just one room: `http_of(router)`."""

    def make(router, **state):
        app = FastAPI()
        app.state.record = record
        for name, value in state.items():
            setattr(app.state, name, value)
        problems.install(app)
        app.include_router(router)
        return AppClient(app)

    return make


@pytest.fixture
def tenants(record):
    """Two tenants, 贵州茶业 and 信河酒业."""
    with record.database.transaction() as session:
        return [add_tenant(session, record.clock, name=name) for name in ("贵州茶业", "信河酒业")]


@pytest.fixture
def subjects(tenants):
    """One subject with every permission for each tenant."""
    return [
        Subject(SubjectKind.USER, f"{place:032x}", root.id, root.id, frozenset({"*"}))
        for place, root in enumerate(tenants)
    ]


@pytest.fixture
def bearer(record, tenants):
    """Make the headers of a key: bearer(0, "products.read") for the first tenant."""

    def make(place, *permissions):
        with record.database.transaction() as session:
            _, token = make_key(
                session,
                record.clock,
                organisation=tenants[place],
                name="test",
                permissions=frozenset(permissions),
                expires_at=record.clock.now() + timedelta(days=1),
            )
        return {"Authorization": f"Bearer {token}"}

    return make
