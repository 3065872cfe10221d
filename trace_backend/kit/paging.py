"""Lists are read page by page, along a unique key, with an opaque cursor."""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Depends, Query
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from trace_backend.kit.errors import INVALID, RecordError

Row = TypeVar("Row")

DEFAULT_PAGE_SIZE: Final = 50
MAX_PAGE_SIZE: Final = 200
_MAX_CURSOR_LENGTH: Final = 512


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is wanted: how many rows at most, and the cursor that the page before gave."""

    limit: int = DEFAULT_PAGE_SIZE
    cursor: str | None = None

    def __post_init__(self) -> None:
        """Refuse a page size outside 1 to `MAX_PAGE_SIZE`."""
        if not 1 <= self.limit <= MAX_PAGE_SIZE:
            raise RecordError(INVALID, f"limit wants 1 to {MAX_PAGE_SIZE}")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows and the cursor of the next page; None on the last page."""

    items: tuple[Row, ...]
    next_cursor: str | None


def page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE)] = DEFAULT_PAGE_SIZE,
    cursor: Annotated[str | None, Query(max_length=_MAX_CURSOR_LENGTH)] = None,
) -> PageRequest:
    """Read the wanted page from the query string (FastAPI dependency)."""
    return PageRequest(limit, cursor)


PageParams = Annotated[PageRequest, Depends(page_request)]


def fetch_page(
    session: Session,
    query: Select[Row],
    key: InstrumentedAttribute[Any],
    request: PageRequest,
    *,
    descending: bool = False,
) -> Page[Row]:
    """Run `query` for one page, ordered by `key`.

    Args:
        session: where to read.
        query: selects one mapped class, already narrowed to what the caller may see.
        key: a unique, non-null text column of that class, for example its id.
        request: the wanted page.
        descending: newest first, when the key is an id.

    Raises:
        RecordError: INVALID for a cursor that we didn't make.
    """
    if request.cursor is not None:
        after = decode_cursor(request.cursor)
        query = query.where(key < after if descending else key > after)
    query = query.order_by(key.desc() if descending else key.asc()).limit(request.limit + 1)
    rows = session.scalars(query).all()
    items = tuple(rows[: request.limit])
    more = len(rows) > request.limit
    return Page(items, encode_cursor(getattr(items[-1], key.key)) if more else None)


def encode_cursor(value: str) -> str:
    """Write a key as an opaque cursor (base64url without padding)."""
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> str:
    """Read a cursor back; RecordError INVALID when it isn't one of ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        value = ""
    if not value or not value.isprintable() or len(cursor) > _MAX_CURSOR_LENGTH:
        raise RecordError(INVALID, "cursor wants the next_cursor of an earlier page")
    return value
