import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from trace_backend.kit.errors import IDEMPOTENCY_MISMATCH, INVALID, RecordError
from trace_backend.kit.idempotency import IdempotentReply, StoredReply, check_key, replay_or_run


def ask(record, key="k1", fingerprint=b"same", scope="tenant:verify", body=b"first"):
    def produce():
        return StoredReply(201, "application/json", body)

    with record.database.transaction() as session:
        return replay_or_run(session, record.clock, scope, key, fingerprint, produce)


def count(record):
    with record.database.reading() as session:
        return session.scalar(select(func.count()).select_from(IdempotentReply))


def test_second_call_replays_the_first_reply(record):
    first = ask(record, body=b"\x00\xffbinary")
    again = ask(record, body=b"other")
    assert first == StoredReply(201, "application/json", b"\x00\xffbinary", replayed=False)
    assert again == StoredReply(201, "application/json", b"\x00\xffbinary", replayed=True)


def test_other_fingerprint_is_refused_and_leaves_the_first_reply(record):
    ask(record)
    with pytest.raises(RecordError) as refused:
        ask(record, fingerprint=b"other")
    assert refused.value.problem is IDEMPOTENCY_MISMATCH
    assert ask(record).body == b"first"


def test_scopes_are_independent(record):
    ask(record)
    assert not ask(record, scope="other:verify", fingerprint=b"other").replayed


def test_failed_work_leaves_the_key_free(record):
    def produce():
        raise RecordError(INVALID, "no")

    with pytest.raises(RecordError), record.database.transaction() as session:
        replay_or_run(session, record.clock, "tenant:verify", "k1", b"same", produce)
    assert count(record) == 0
    assert not ask(record).replayed


@pytest.mark.parametrize("key", ["", "x" * 256, "line\nbreak", "NUL\x00", "é", "键", "\x7f"])
def test_malformed_key_is_refused(record, key):
    with pytest.raises(RecordError) as refused:
        ask(record, key=key)
    assert refused.value.problem is INVALID
    assert count(record) == 0


@pytest.mark.parametrize("key", ["x", "x" * 255, " ~", 'a "quoted" key'])
def test_printable_ascii_keys_of_1_to_255_characters_are_taken(key):
    check_key(key)


def test_fifty_rivals_do_the_work_once(record):
    runs = []
    barrier = threading.Barrier(50, timeout=30)

    def rival(number):
        def produce():
            runs.append(number)
            return StoredReply(200, "text/plain", str(number).encode())

        barrier.wait()
        with record.database.transaction() as session:
            return replay_or_run(session, record.clock, "s", "k", b"f", produce)

    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(rival, range(50)))
    assert len(runs) == 1
    assert {reply.body for reply in replies} == {str(runs[0]).encode()}
    assert sum(not reply.replayed for reply in replies) == 1


def test_rival_takes_over_when_the_first_is_rolled_back(record):
    claimed, release = threading.Event(), threading.Event()

    def first():
        def produce():
            claimed.set()
            release.wait(10)
            raise RecordError(INVALID, "changed its mind")

        with record.database.transaction() as session:
            replay_or_run(session, record.clock, "s", "k", b"f", produce)

    with ThreadPoolExecutor(2) as pool:
        loser = pool.submit(first)
        assert claimed.wait(10)
        winner = pool.submit(ask, record, "k", b"f", "s", b"second")
        release.set()
        assert winner.result(timeout=10) == StoredReply(201, "application/json", b"second")
        with pytest.raises(RecordError):
            loser.result(timeout=10)
