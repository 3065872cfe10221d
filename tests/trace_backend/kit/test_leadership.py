import pytest
from sqlalchemy import text

from trace_backend.kit.database import Database
from trace_backend.kit.leadership import leadership_of


@pytest.fixture
def rivals(database):
    made = [leadership_of(database, "test", 99) for _ in range(2)]
    yield made
    for leadership in made:
        leadership.release()


def test_one_of_two_leads(rivals):
    first, second = rivals
    assert first.acquire()
    assert not second.acquire()
    assert first.held()
    assert not second.held()


def test_acquiring_twice_is_holding_once(rivals):
    first, second = rivals
    assert first.acquire()
    assert first.acquire()
    first.release()
    assert not first.held()
    assert second.acquire()


def test_giving_back_what_is_not_held_is_no_error(rivals):
    rivals[0].release()
    assert rivals[1].acquire()


def test_other_names_are_other_locks(database, rivals):
    other = leadership_of(database, "other", 100)
    assert rivals[0].acquire()
    assert other.acquire()
    other.release()


def test_lead_is_lost_with_the_connection(database, rivals):
    if database.dialect == "sqlite":
        pytest.skip("a file lock has no connection")
    first, second = rivals
    assert first.acquire()
    with database.transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND objid = 99 AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    assert not first.held()
    assert second.acquire()


def test_unreachable_server_is_a_lead_not_got():
    opened = Database.open("postgresql://postgres@127.0.0.1:1/nothing")
    assert not leadership_of(opened, "test", 99).acquire()
