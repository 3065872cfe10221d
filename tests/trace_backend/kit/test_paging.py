from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from trace_backend.kit.errors import INVALID, RecordError
from trace_backend.kit.idempotency import IdempotentReply
from trace_backend.kit.paging import (
    MAX_PAGE_SIZE,
    PageRequest,
    decode_cursor,
    encode_cursor,
    fetch_page,
)


def add_rows(database, keys):
    with database.transaction() as session:
        for key in keys:
            session.add(
                IdempotentReply(
                    scope="paging",
                    key=key,
                    fingerprint=b"",
                    status=200,
                    media_type="text/plain",
                    body=b"",
                    created_at=datetime(2026, 1, 1, tzinfo=UTC),
                )
            )


def walk(database, limit, *, descending=False):
    pages, cursor = [], None
    while True:
        with database.reading() as session:
            page = fetch_page(
                session,
                select(IdempotentReply).where(IdempotentReply.scope == "paging"),
                IdempotentReply.key,
                PageRequest(limit, cursor),
                descending=descending,
            )
        pages.append([row.key for row in page.items])
        cursor = page.next_cursor
        if cursor is None:
            return pages


def test_an_empty_list_is_one_empty_page(database):
    assert walk(database, 3) == [[]]


def test_pages_show_every_row_once_in_order(database):
    add_rows(database, "dbaecg")
    assert walk(database, 4) == [["a", "b", "c", "d"], ["e", "g"]]
    assert walk(database, 3) == [["a", "b", "c"], ["d", "e", "g"]]


def test_newest_first_walks_backwards(database):
    add_rows(database, "abcde")
    assert walk(database, 2, descending=True) == [["e", "d"], ["c", "b"], ["a"]]


def test_rows_added_meanwhile_repeat_nothing(database):
    add_rows(database, "bdf")
    with database.reading() as session:
        query = select(IdempotentReply)
        first = fetch_page(session, query, IdempotentReply.key, PageRequest(2))
    add_rows(database, "ac")
    with database.reading() as session:
        second = fetch_page(session, query, IdempotentReply.key, PageRequest(2, first.next_cursor))
    assert [row.key for row in second.items] == ["f"]


@pytest.mark.parametrize("limit", [0, -1, MAX_PAGE_SIZE + 1])
def test_page_size_has_bounds(limit):
    with pytest.raises(RecordError) as refused:
        PageRequest(limit)
    assert refused.value.problem is INVALID


@pytest.mark.parametrize("cursor", ["", "?", "a", "AA==", "/+", "_w", "é", "A" * 513, "AAAA"])
def test_foreign_cursor_is_refused(cursor):
    with pytest.raises(RecordError) as refused:
        decode_cursor(cursor)
    assert refused.value.problem is INVALID


@pytest.mark.parametrize("key", ["a", "A01A05", "贵州", "0190" * 8])
def test_cursor_round_trip(key):
    assert decode_cursor(encode_cursor(key)) == key
