import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, Table, inspect, text

import trace_backend.authenticity.models
import trace_backend.codes.models
import trace_backend.designs.models
import trace_backend.kit.credentials
import trace_backend.kit.idempotency
import trace_backend.kit.job_rows
import trace_backend.orgs.models
import trace_backend.products.models  # noqa: F401 - the models register their tables
from trace_backend.kit import migrate
from trace_backend.kit.database import Base, Database
from trace_backend.kit.errors import UNAVAILABLE, RecordError


def differences(database, metadata):
    with database.reading() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, metadata)


def test_migrated_schema_is_the_models_schema(database):
    assert differences(database, Base.metadata) == []


def test_a_model_without_its_migration_is_noticed(database):
    drifted = Base.metadata.__class__()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(drifted)
    Table("forgotten", drifted, Column("id", Integer, primary_key=True))
    assert [entry[0] for entry in differences(database, drifted)] == ["add_table"]


def test_constraints_bear_the_names_that_later_migrations_will_use(database):
    with database.reading() as session:
        names = {
            constraint["name"]
            for constraint in inspect(session.connection()).get_unique_constraints("organisation")
        }
    assert names == {"uq_organisation_tenant_id_code"}


def test_upgrading_twice_changes_nothing(database):
    assert migrate.current(database) == migrate.head()
    migrate.upgrade(database)
    assert migrate.current(database) == migrate.head()


def test_an_empty_database_has_no_revision(tmp_path):
    empty = Database.open(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert migrate.current(empty) is None
    empty.dispose()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database):
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(RecordError, match="newer version") as refused:
            migrate.upgrade(database)
        assert refused.value.problem is UNAVAILABLE
        assert "9999" in refused.value.detail
        assert migrate.current(database) == "9999"
    finally:
        with database.transaction() as session:
            session.execute(
                text("UPDATE alembic_version SET version_num = :head"), {"head": migrate.head()}
            )


def test_going_back_is_refused_by_every_revision():
    for script in migrate.scripts():
        with pytest.raises(RuntimeError, match="can't be taken back"):
            script.module.downgrade()


UPGRADE = """
import sys
from trace_backend.kit import migrate
from trace_backend.kit.database import Database
database = Database.open(sys.argv[1])
sys.stdin.readline()
migrate.upgrade(database)
print(migrate.current(database))
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_four_processes_that_start_at_once_migrate_once(kind, tmp_path, request):
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
    else:
        url = request.getfixturevalue("empty_postgres_url")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60) for process in processes]
    assert [answer[0].strip() for answer in answers] == [migrate.head()] * 4, answers


def test_a_failing_migration_leaves_nothing_behind(tmp_path, monkeypatch):
    scripts = tmp_path / "migrations"
    (scripts / "versions").mkdir(parents=True)
    package = Path(migrate.__file__).parent.parent / "migrations"
    (scripts / "env.py").write_text((package / "env.py").read_text())
    (scripts / "script.py.mako").write_text((package / "script.py.mako").read_text())
    (scripts / "versions" / "r0001_broken.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        "revision = '0001'\n"
        "down_revision = None\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('id', sa.Integer(), primary_key=True))\n"
        "    raise RuntimeError('power cut')\n"
    )
    monkeypatch.setattr(migrate, "_SCRIPTS", scripts)
    database = Database.open(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    with pytest.raises(RuntimeError, match="power cut"):
        migrate.upgrade(database)
    with database.reading() as session:
        assert inspect(session.connection()).get_table_names() == []
    database.dispose()
