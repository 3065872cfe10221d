import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from trace_backend.kit import database as database_module
from trace_backend.kit.database import Database
from trace_backend.kit.errors import CONFLICT, INVALID, UNAVAILABLE, RecordError
from trace_backend.kit.idempotency import IdempotentReply
from trace_backend.orgs.models import Organisation

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def reply(key, **changes):
    values = {
        "scope": "s",
        "key": key,
        "fingerprint": b"",
        "status": 0,
        "media_type": "",
        "body": b"",
        "created_at": NOON,
    }
    return IdempotentReply(**(values | changes))


def keys(database):
    with database.reading() as session:
        return set(session.scalars(select(IdempotentReply.key)))


def refusal(database, *rows):
    with pytest.raises(RecordError) as refused, database.transaction() as session:
        session.add_all(rows)
    return refused.value.problem


def execution_refusal(database, *statements):
    """Run SQL in one transaction and return the problem that it is refused with."""

    def run():
        with database.transaction() as session:
            for statement in statements:
                session.execute(text(statement))

    with pytest.raises(RecordError) as refused:
        run()
    return refused.value.problem


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true&mode=memory"]
)
def test_a_record_that_would_not_survive_is_refused(url):
    with pytest.raises(ValueError, match="SQLite file"):
        Database.open(url)


def test_another_engine_is_refused():
    with pytest.raises(ValueError, match="sqlite or postgresql"):
        Database.open("mysql://localhost/x")


def test_plain_postgresql_url_uses_psycopg_3():
    opened = Database.open("postgresql://user:pass@localhost/x")
    assert opened.url.drivername == "postgresql+psycopg"
    assert opened.dialect == "postgresql"


def test_opening_connects_to_nothing():
    Database.open("postgresql://nobody@203.0.113.1/x").dispose()


def test_left_transaction_is_committed_and_failed_one_never_happened(database):
    with database.transaction() as session:
        session.add(reply("kept"))

    def fail():
        with database.transaction() as session:
            session.add(reply("lost"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert keys(database) == {"kept"}


def test_reading_changes_nothing(database):
    with database.reading() as session:
        session.add(reply("lost"))
        session.flush()
    assert keys(database) == set()


def test_rows_read_can_be_looked_at_afterwards(database):
    with database.transaction() as session:
        session.add(reply("kept"))
    with database.reading() as session:
        row = session.scalars(select(IdempotentReply)).one()
    assert row.key == "kept"


def test_instant_comes_back_aware_in_utc_to_the_microsecond(database):
    shanghai = timezone(timedelta(hours=8))
    with database.transaction() as session:
        session.add(reply("k", created_at=NOON.astimezone(shanghai)))
    with database.reading() as session:
        stored = session.scalars(select(IdempotentReply.created_at)).one()
    assert stored == NOON
    assert stored.utcoffset() == timedelta(0)


def test_instants_compare_in_sql_by_time_and_not_by_zone(database):
    zone = timezone(timedelta(hours=-11))
    with database.transaction() as session:
        session.add(reply("k", created_at=NOON))
    with database.reading() as session:
        before = select(IdempotentReply.key).where(
            IdempotentReply.created_at < (NOON + timedelta(microseconds=1)).astimezone(zone)
        )
        after = select(IdempotentReply.key).where(
            IdempotentReply.created_at < NOON.astimezone(zone)
        )
        assert session.scalars(before).all() == ["k"]
        assert session.scalars(after).all() == []


def test_naive_instant_is_refused(database):
    with pytest.raises(Exception, match="timezone-aware"), database.transaction() as session:
        session.add(reply("k", created_at=datetime(2026, 1, 1)))  # noqa: DTZ001
    assert keys(database) == set()


def test_second_row_of_one_key_is_a_conflict(database):
    with database.transaction() as session:
        session.add(reply("k"))
    assert refusal(database, reply("k")) is CONFLICT


def test_reference_to_nothing_is_a_conflict(database):
    orphan = Organisation(
        id="a" * 32, tenant_id="b" * 32, code="", name="x", type="group", created_at=NOON
    )
    assert refusal(database, orphan) is CONFLICT


def test_missing_value_is_our_fault_and_no_conflict(database):
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(reply("k", body=None))


def test_text_that_no_column_can_hold_is_invalid(database):
    if database.dialect == "sqlite":
        pytest.skip("SQLite stores NUL in text")
    assert refusal(database, reply("NUL\x00")) is INVALID


def test_parameters_are_not_in_error_messages(database):
    with pytest.raises(IntegrityError) as error, database.transaction() as session:
        session.add(reply("very-secret-key", body=None))
    assert "very-secret-key" not in str(error.value).partition("DETAIL")[0]


def test_sqlite_commits_are_on_disk_before_they_are_acknowledged(tmp_path):
    opened = Database.open(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    with opened.transaction() as session:
        settings = [
            session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 30_000]  # synchronous 2 is FULL
    opened.dispose()


def test_sqlite_transaction_has_the_write_lock_from_its_first_statement(tmp_path):
    url = f"sqlite:///{tmp_path / 'record.sqlite3'}"
    first, second = Database.open(url), Database.open(url)
    with first.transaction() as session:
        session.execute(text("CREATE TABLE counter (n INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    with first.transaction() as session:
        seen = session.execute(text("SELECT n FROM counter")).scalar()
        with ThreadPoolExecutor(1) as pool:
            rival = pool.submit(_add_one, second)
            assert not _done_within(rival, 0.2)
            session.execute(text("UPDATE counter SET n = :n"), {"n": seen + 1})
            session.commit()
            rival.result(timeout=10)
    with first.reading() as session:
        assert session.execute(text("SELECT n FROM counter")).scalar() == 2
    first.dispose()
    second.dispose()


def _add_one(opened):
    with opened.transaction() as session:
        seen = session.execute(text("SELECT n FROM counter")).scalar()
        session.execute(text("UPDATE counter SET n = :n"), {"n": seen + 1})


def _done_within(future, seconds):
    finished = threading.Event()
    future.add_done_callback(lambda _: finished.set())
    return finished.wait(seconds)


def test_waiting_session_holds_no_connection(database):
    """Requests that wait for a thread must not keep those that have one from their connection."""
    blocks = [database.transaction() for _ in range(40)]
    sessions = [block.__enter__() for block in blocks]
    with database.transaction() as session:
        session.add(reply("k"))
    for block in blocks:
        block.__exit__(None, None, None)
    assert len(sessions) == 40
    assert keys(database) == {"k"}


def test_lock_not_got_in_time_is_unavailable(tmp_path, monkeypatch):
    monkeypatch.setattr(database_module, "LOCK_WAIT_S", 0.1)
    url = f"sqlite:///{tmp_path / 'record.sqlite3'}"
    first, second = Database.open(url), Database.open(url)
    with first.transaction() as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
        with pytest.raises(RecordError) as other_process, second.transaction() as rival:
            rival.execute(text("SELECT 1"))
        with pytest.raises(RecordError) as other_thread, first.transaction() as rival:
            rival.execute(text("SELECT 1"))
    for refused in (other_process, other_thread):
        assert refused.value.problem is UNAVAILABLE
        assert refused.value.extensions["retry_after_s"] == 1
    first.dispose()
    second.dispose()


def test_unreachable_server_is_unavailable():
    opened = Database.open("postgresql://postgres@127.0.0.1:1/nothing")
    with pytest.raises(RecordError) as refused, opened.reading() as session:
        session.execute(text("SELECT 1"))
    assert refused.value.problem is UNAVAILABLE
    opened.dispose()


def test_connection_killed_by_the_server_is_unavailable_and_the_next_one_works(database):
    if database.dialect == "sqlite":
        pytest.skip("SQLite has no server")

    def lose_the_connection():
        with database.transaction() as session:
            session.add(reply("lost"))
            session.flush()
            _kill_connection_of(session, database)
            session.execute(text("SELECT 1"))

    with pytest.raises(RecordError) as refused:
        lose_the_connection()
    assert refused.value.problem is UNAVAILABLE
    assert keys(database) == set()


def _kill_connection_of(session, database):
    pid = session.execute(text("SELECT pg_backend_pid()")).scalar()
    with database.transaction() as killer:
        killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


def test_read_only_server_is_unavailable(database):
    if database.dialect == "sqlite":
        pytest.skip("tried with a read-only file instead")
    problem = execution_refusal(
        database, "SET TRANSACTION READ ONLY", "DELETE FROM idempotent_reply"
    )
    assert problem is UNAVAILABLE


def test_deadlock_is_unavailable_for_one_and_done_for_the_other(database):
    if database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: no deadlock")
    with database.transaction() as session:
        session.add_all([reply("a"), reply("b")])
    barrier = threading.Barrier(2, timeout=10)

    def lock(first, second):
        change = update(IdempotentReply).values(status=1)
        with database.transaction() as session:
            session.execute(change.where(IdempotentReply.key == first))
            barrier.wait()
            session.execute(change.where(IdempotentReply.key == second))

    with ThreadPoolExecutor(2) as pool:
        errors = [
            future.exception(timeout=20)
            for future in [pool.submit(lock, "a", "b"), pool.submit(lock, "b", "a")]
        ]
    (refused,) = [error for error in errors if error is not None]
    assert refused.problem is UNAVAILABLE


DISK_FULL = """
import resource, signal, sys
from sqlalchemy import text
from trace_backend.kit.database import Database
from trace_backend.kit.errors import RecordError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # write() then fails, as on a full disk
database = Database.open(sys.argv[1])
with database.transaction() as session:
    session.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY, filler BLOB)"))
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
kept = 0
try:
    while True:
        with database.transaction() as session:
            session.execute(text("INSERT INTO t VALUES (:n, zeroblob(20000))"), {"n": kept})
        kept += 1
except RecordError as error:
    print(kept, error.problem.slug)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with database.transaction() as session:
    session.execute(text("INSERT INTO t VALUES (-1, NULL)"))
with database.reading() as session:
    print(session.execute(text("SELECT count(*) FROM t WHERE n >= 0")).scalar())
    print(session.execute(text("PRAGMA integrity_check")).scalar())
"""


def test_full_disk_is_unavailable_loses_nothing_and_recovers(tmp_path):
    url = f"sqlite:///{tmp_path / 'record.sqlite3'}"
    answer = subprocess.run(
        [sys.executable, "-c", DISK_FULL, url], capture_output=True, text=True, timeout=30
    )
    full, stored, integrity = answer.stdout.splitlines()
    kept, problem = full.split()
    assert problem == "unavailable", answer.stderr
    assert int(kept) > 0
    assert stored == kept
    assert integrity == "ok"


def test_read_only_file_is_unavailable_for_writing_and_still_read(tmp_path):
    opened = Database.open(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    with opened.transaction() as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
        session.execute(text("PRAGMA query_only = ON"))
    assert execution_refusal(opened, "INSERT INTO t VALUES (2)") is UNAVAILABLE
    with opened.reading() as session:
        assert session.execute(text("SELECT count(*) FROM t")).scalar() == 0
    opened.dispose()


WRITERS = """
import sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from sqlalchemy import text
from trace_backend.kit.database import Database
url, threads, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
database = Database.open(url)
def work(_):
    slowest = 0.0
    for _ in range(rounds):
        begun = time.monotonic()
        with database.transaction() as session:
            n = session.execute(
                text("UPDATE hot SET n = n + 1 RETURNING n")
            ).scalar_one()
            session.execute(text("INSERT INTO seen VALUES (:n)"), {"n": n})
        slowest = max(slowest, time.monotonic() - begun)
    return slowest
with database.reading() as session:
    session.execute(text("SELECT 1"))
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(threads) as pool:
    print(max(pool.map(work, range(threads))))
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_64_writers_in_4_processes_all_succeed_with_distinct_numbers(kind, tmp_path, request):
    url = (
        f"sqlite:///{tmp_path / 'record.sqlite3'}"
        if kind == "sqlite"
        else request.getfixturevalue("empty_postgres_url")
    )
    opened = Database.open(url)
    with opened.transaction() as session:
        session.execute(text("CREATE TABLE hot (n INTEGER)"))
        session.execute(text("CREATE TABLE seen (n INTEGER PRIMARY KEY)"))
        session.execute(text("INSERT INTO hot VALUES (0)"))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITERS, url, "16", "10"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, answers
    slowest_s = max(float(answer[0]) for answer in answers)
    with opened.reading() as session:
        seen = session.scalars(text("SELECT n FROM seen ORDER BY n")).all()
    opened.dispose()
    assert seen == list(range(1, 641))
    assert slowest_s < database_module.LOCK_WAIT_S


ACKNOWLEDGER = """
import sys
from sqlalchemy import text
from trace_backend.kit.database import Database
database = Database.open(sys.argv[1])
while True:
    with database.transaction() as session:
        n = session.execute(text("UPDATE hot SET n = n + 1 RETURNING n")).scalar_one()
        session.execute(text("INSERT INTO seen VALUES (:n)"), {"n": n})
    print(n, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_acknowledged_survives_kill_9(kind, tmp_path, request):
    url = (
        f"sqlite:///{tmp_path / 'record.sqlite3'}"
        if kind == "sqlite"
        else request.getfixturevalue("empty_postgres_url")
    )
    opened = Database.open(url)
    with opened.transaction() as session:
        session.execute(text("CREATE TABLE hot (n INTEGER)"))
        session.execute(text("CREATE TABLE seen (n INTEGER PRIMARY KEY)"))
        session.execute(text("INSERT INTO hot VALUES (0)"))
    for wanted in (1, 17, 40, 73, 100):
        process = subprocess.Popen(
            [sys.executable, "-c", ACKNOWLEDGER, url], stdout=subprocess.PIPE, text=True
        )
        acknowledged = [int(process.stdout.readline()) for _ in range(wanted)]
        process.kill()
        rest, _ = process.communicate()
        acknowledged += [int(line) for line in rest.splitlines(keepends=True) if line[-1] == "\n"]
        with opened.reading() as session:
            seen = session.scalars(text("SELECT n FROM seen ORDER BY n")).all()
            counter = session.scalar(text("SELECT n FROM hot"))
        assert set(acknowledged) <= set(seen)
        assert seen == list(range(1, counter + 1))
        # At most the transaction that was under way is there without having been acknowledged.
        assert counter - acknowledged[-1] in {0, 1}
    opened.dispose()
