"""Reads of what runs made: their labels, their files, and which art a code has."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trace_backend.codes import Code
from trace_backend.designs.models import ArtFile, ArtItem, ArtRun
from trace_backend.designs.parts import FILE_NAME
from trace_backend.kit.errors import INVALID, NOT_FOUND, RecordError
from trace_backend.kit.paging import Page, PageRequest, decode_cursor, encode_cursor

MAX_RUNS_OF_CODE: Final = 50
_ASCII_DIGITS: Final = frozenset("0123456789")
_MAX_LABEL_DIGITS: Final = 18
"""Inside a signed 64-bit column."""


@dataclass(frozen=True, slots=True)
class RunItem:
    """A label of a run and the serial that is printed on it."""

    item: ArtItem
    serial: str


@dataclass(frozen=True, slots=True)
class CodeArt:
    """A code and its labels in runs, the newest run first."""

    code: Code
    items: tuple[tuple[ArtItem, ArtRun], ...]


def items_page(
    session: Session, run: ArtRun, request: PageRequest, *, passed: bool | None
) -> Page[RunItem]:
    """Return a page of a run's labels in the order of their numbers.

    Args:
        session: where to read.
        run: already checked to be the asker's tenant's.
        request: the wanted page.
        passed: only labels that passed, or only those that failed; None for both.

    Raises:
        RecordError: INVALID for a cursor that we didn't make.
    """
    query = select(ArtItem).where(ArtItem.run_id == run.id)
    match passed:
        case True:
            query = query.where(ArtItem.passed)
        case False:
            # Written as the partial index has it, or the index would not be used.
            query = query.where(~ArtItem.passed)
        case None:
            pass
    if request.cursor is not None:
        query = query.where(ArtItem.label_number > _label_of(request.cursor))
    rows = session.scalars(query.order_by(ArtItem.label_number).limit(request.limit + 1)).all()
    shown = rows[: request.limit]
    more = len(rows) > request.limit
    # The serials are read apart: in one join a planner without statistics reads all codes first.
    by_id = select(Code.id, Code.serial).where(Code.id.in_([item.code_id for item in shown]))
    serials = {row.id: row.serial for row in session.execute(by_id)}
    items = tuple(RunItem(item, serials[item.code_id]) for item in shown)
    return Page(items, encode_cursor(str(shown[-1].label_number)) if more else None)


def files_query(run: ArtRun) -> Select[ArtFile]:
    """Select the files of a run, already checked to be the asker's tenant's; not ordered."""
    return select(ArtFile).where(ArtFile.run_id == run.id)


def file_of(session: Session, run: ArtRun, name: str) -> ArtFile:
    """Return a file of a run by its name; RecordError NOT_FOUND when it has no such file."""
    if not FILE_NAME.fullmatch(name):
        raise RecordError(NOT_FOUND, "this run has no such file")
    file = session.execute(files_query(run).where(ArtFile.name == name)).scalar_one_or_none()
    if file is None:
        raise RecordError(NOT_FOUND, "this run has no such file")
    return file


def art_of_code(session: Session, code: Code) -> CodeArt:
    """Return the labels on which a code stands, newest run first, `MAX_RUNS_OF_CODE` at most.

    A run is over a whole code order, so the runs of the code's order are few, and each label is
    found by its primary key: no index over all labels is needed.
    """
    query = (
        select(ArtItem, ArtRun)
        .join(ArtRun, ArtRun.id == ArtItem.run_id)
        .where(
            ArtRun.code_order_id == code.order_id,
            ArtRun.tenant_id == code.tenant_id,
            ArtItem.code_id == code.id,
        )
        .order_by(ArtRun.id.desc())
        .limit(MAX_RUNS_OF_CODE)
    )
    rows = session.execute(query).all()
    return CodeArt(code, tuple((item, run) for item, run in rows))


def _label_of(cursor: str) -> int:
    text = decode_cursor(cursor)
    if len(text) > _MAX_LABEL_DIGITS or not _ASCII_DIGITS.issuperset(text):
        raise RecordError(INVALID, "cursor wants the next_cursor of an earlier page")
    return int(text)
