import asyncio
import threading
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text

from trace_backend.kit import problems
from trace_backend.kit.context import Record, Tx
from trace_backend.kit.errors import CONFLICT, RecordError
from trace_backend.kit.idempotency import IdempotentReply

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def add_reply(session, key):
    session.add(
        IdempotentReply(
            scope="s",
            key=key,
            fingerprint=b"",
            status=0,
            media_type="",
            body=b"",
            created_at=NOON,
        )
    )


def break_commit(session, record):
    """Make the commit, and nothing before it, fail."""
    if record.database.dialect == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.execute(
            text(
                "INSERT INTO organisation (id, tenant_id, code, name, type, created_at) "
                "VALUES ('a', 'nowhere', '', 'x', 'group', '2026-01-01 00:00:00.000000')"
            )
        )
        return
    pid = session.execute(text("SELECT pg_backend_pid()")).scalar()
    with record.database.transaction() as killer:
        killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


def make_app(record):
    app = FastAPI()
    app.state.record = record
    problems.install(app)

    @app.post("/kept/{key}", status_code=201)
    def kept(session: Tx, key: str) -> dict[str, str]:
        add_reply(session, key)
        return {"key": key}

    @app.post("/refused/{key}", status_code=201)
    def refused(session: Tx, key: str) -> None:
        add_reply(session, key)
        session.flush()
        raise RecordError(CONFLICT, "refused after the work")

    @app.post("/commit-fails", status_code=201)
    def commit_fails(session: Tx, record: Record) -> dict[str, str]:
        add_reply(session, "lost")
        session.flush()
        break_commit(session, record)
        return {"key": "lost"}

    return app


def keys(record):
    with record.database.reading() as session:
        return set(session.scalars(select(IdempotentReply.key)))


def call(app, path, on_start=lambda: None):
    """POST to the app as a server would; `on_start` runs when the answer's first byte would go."""

    async def talk():
        answer = {}

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            if message["type"] == "http.response.start":
                await asyncio.to_thread(on_start)
                answer["status"] = message["status"]
                answer["headers"] = dict(message["headers"])

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [],
            "scheme": "http",
            "server": ("test", 80),
            "client": ("test", 1),
        }
        await app(scope, receive, send)
        return answer

    return asyncio.run(talk())


def test_row_is_committed_before_the_first_byte_of_the_answer(record):
    seen = []
    answer = call(make_app(record), "/kept/k1", on_start=lambda: seen.append(keys(record)))
    assert answer["status"] == 201
    assert seen == [{"k1"}]


def test_refused_request_leaves_nothing(record):
    assert call(make_app(record), "/refused/k1")["status"] == 409
    assert keys(record) == set()


def test_failed_commit_is_a_problem_and_never_a_2xx(record):
    answer = call(make_app(record), "/commit-fails")
    assert answer["status"] == (409 if record.database.dialect == "sqlite" else 503)
    assert answer["headers"][b"content-type"] == b"application/problem+json"
    assert keys(record) == set()


def test_many_more_requests_than_threads_and_connections_all_end(record):
    """200 requests on 40 threads and one writer (SQLite) or 15 connections (PostgreSQL)."""
    app = make_app(record)

    async def flood():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await asyncio.wait_for(
                asyncio.gather(*(client.post(f"/kept/{n}") for n in range(200))), timeout=25
            )

    answers = asyncio.run(flood())
    assert {answer.status_code for answer in answers} == {201}
    with record.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(IdempotentReply)) == 200


@pytest.mark.parametrize("threads", [8])
def test_concurrent_counters_are_distinct(record, threads):
    with record.database.transaction() as session:
        add_reply(session, "counter")
    numbers = []

    def count():
        for _ in range(10):
            with record.database.transaction() as session:
                numbers.append(
                    session.scalar(
                        text("UPDATE idempotent_reply SET status = status + 1 RETURNING status")
                    )
                )

    workers = [threading.Thread(target=count) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(numbers) == list(range(1, 10 * threads + 1))
