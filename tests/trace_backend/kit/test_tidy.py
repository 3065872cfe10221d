from datetime import timedelta

from sqlalchemy import select

from trace_backend.kit.auth import Subject, SubjectKind
from trace_backend.kit.credentials import LoginSession, begin_login_session
from trace_backend.kit.idempotency import IdempotentReply, StoredReply, replay_or_run
from trace_backend.kit.tidy import tidy

USER = Subject(SubjectKind.USER, "u" * 32, "t" * 32, "o" * 32, frozenset())


def keys_after(record, age):
    with record.database.transaction() as session:
        replay_or_run(
            session, record.clock, "s", "k", b"", lambda: StoredReply(200, "text/plain", b"")
        )
    record.clock.advance(age)
    with record.database.transaction() as session:
        tidy(session, record.clock)
    with record.database.reading() as session:
        return session.scalars(select(IdempotentReply.key)).all()


def test_stored_reply_lives_for_two_days(record):
    assert keys_after(record, timedelta(hours=48)) == ["k"]


def test_stored_reply_goes_after_two_days(record):
    assert keys_after(record, timedelta(hours=48, microseconds=1)) == []


def test_ended_session_goes_and_a_living_one_stays(record):
    with record.database.transaction() as session:
        begin_login_session(session, record.clock, USER)
    record.clock.advance(timedelta(days=31))
    with record.database.transaction() as session:
        living, _ = begin_login_session(session, record.clock, USER)
    with record.database.transaction() as session:
        tidy(session, record.clock)
    with record.database.reading() as session:
        assert session.scalars(select(LoginSession.id)).all() == [living.id]
