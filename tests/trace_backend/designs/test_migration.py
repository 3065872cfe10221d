"""Revision 0002 on a database that has lived at 0001: what was there stays."""

import pytest
from alembic import command
from sqlalchemy import inspect, text

from trace_backend.kit import migrate
from trace_backend.kit.clock import SystemClock
from trace_backend.kit.database import Database
from trace_backend.orgs import add_tenant

OURS = {"artwork", "art_template", "art_run", "scan_certificate", "art_item", "art_file"}


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request, tmp_path):
    """A database at revision 0001."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    else:
        url = request.getfixturevalue("empty_postgres_url")
    database = Database.open(url)
    with migrate._exclusive(database) as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    yield database
    database.dispose()


def _tables(database):
    with database.reading() as session:
        return set(inspect(session.connection()).get_table_names())


def test_the_tables_of_designs_are_added_and_the_rest_is_left_alone(old):
    before = _tables(old)
    with old.transaction() as session:
        tenant = add_tenant(session, SystemClock(), name="玉泉洼")
    assert before.isdisjoint(OURS)
    migrate.upgrade(old)
    assert _tables(old) == before | OURS
    with old.reading() as session:
        names = session.execute(text("SELECT id, name FROM organisation")).all()
    assert names == [(tenant.id, "玉泉洼")]


def test_the_partial_indexes_are_partial_on_both_databases(old):
    """The name of an archived template is free; the failed labels have an index of their own."""
    migrate.upgrade(old)
    if old.dialect == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'"
    else:
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%WHERE%'"
    with old.reading() as session:
        found = {name: sql for name, sql in session.execute(text(query)) if "pg_" not in name}
    assert set(found) >= {"uq_art_template_live_name", "ix_art_item_failed"}
    assert "archived_at IS NULL" in found["uq_art_template_live_name"]
    failed = "passed = 0" if old.dialect == "sqlite" else "NOT passed"
    assert failed in found["ix_art_item_failed"]
