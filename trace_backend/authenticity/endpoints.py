"""HTTP doors for staff: `/v1/query-log`, `/v1/query-log.csv`, `/v1/reply-settings`."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, Field

from trace_backend.authenticity.models import Scan
from trace_backend.authenticity.querylog import (
    CSV_HEADERS,
    LogFilter,
    as_entries,
    log_query,
    log_rows,
)
from trace_backend.authenticity.replies import (
    ReplyFacts,
    ReplySettings,
    check_template,
    fill,
)
from trace_backend.authenticity.reply_texts import DEFAULT_TEXTS, Language
from trace_backend.authenticity.scans import QueryMethod
from trace_backend.authenticity.schemas import (
    LogEntryOut,
    LogPageOut,
    PreviewIn,
    PreviewOut,
    SettingsIn,
    SettingsOut,
)
from trace_backend.authenticity.settings import save_settings, settings_in_force
from trace_backend.authenticity.verdict import VerdictStatus
from trace_backend.codes import read_code
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import Reading, Record, Tx, require
from trace_backend.kit.paging import PageParams, fetch_page
from trace_backend.kit.spreadsheet import csv_document
from trace_backend.products import PlainText, RowId

router = APIRouter(prefix="/v1", tags=["authenticity"])

LogReader = Annotated[Subject, Depends(require("authenticity.read"))]
SettingsKeeper = Annotated[Subject, Depends(require("authenticity.settings"))]
PlaceName = Annotated[PlainText | None, Query(max_length=64)]
Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
]
"""Bounded, because the ends of the calendar have no UTC."""
InLanguage = Annotated[Language, Query()]

PREVIEW_FACTS: Final = ReplyFacts(
    code="7K3M9Q2XW5ZB8RT4VN6C",
    product_name="有机韭菜",
    queries_before=2,
    ordinal=3,
    first_queried_at=datetime(2019, 12, 4, 0, 47, tzinfo=UTC),
    first_place="山西省长治市襄垣县和谐街",
)
"""Row 59 filled with the deck's example of row 60."""


def log_filter(
    code: Annotated[str | None, Query(max_length=64)] = None,
    product_id: RowId | None = None,
    method: QueryMethod | None = None,
    verdict: VerdictStatus | None = None,
    province: PlaceName = None,
    city: PlaceName = None,
    district: PlaceName = None,
    since: Instant | None = None,
    until: Instant | None = None,
) -> LogFilter:
    """Read the filter of the query log from the query string."""
    serial = read_code(code) if code is not None else None
    return LogFilter(serial, product_id, method, verdict, province, city, district, since, until)


Wanted = Annotated[LogFilter, Depends(log_filter)]


@router.get("/query-log")
def get_log(subject: LogReader, session: Reading, page: PageParams, wanted: Wanted) -> LogPageOut:
    """List raw scans, newest first."""
    query = log_query(subject.tenant_id, wanted)
    found = fetch_page(session, query, Scan.id, page, descending=True)
    entries = as_entries(session, found.items)
    return LogPageOut(
        items=[LogEntryOut.of(entry) for entry in entries], next_cursor=found.next_cursor
    )


@router.get("/query-log.csv", response_class=StreamingResponse)
def get_log_csv(
    subject: LogReader, record: Record, wanted: Wanted, language: InLanguage = Language.CHINESE
) -> StreamingResponse:
    """Export the query log for a spreadsheet, newest first."""
    rows = log_rows(record.database, subject.tenant_id, wanted, language)
    return StreamingResponse(
        csv_document(CSV_HEADERS[language], rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="query-log.csv"'},
    )


@router.get("/reply-settings")
def get_settings(subject: SettingsKeeper, session: Reading) -> SettingsOut:
    """Return the reply settings in force."""
    return SettingsOut.of(settings_in_force(session, subject.tenant_id))


@router.put("/reply-settings")
def put_settings(
    body: SettingsIn,
    subject: SettingsKeeper,
    session: Tx,
    record: Record,
    language: InLanguage = Language.CHINESE,
) -> SettingsOut:
    """Save the reply settings as a new version; messages about texts are in `language`."""
    wanted = ReplySettings(body.max_queries, body.session_window_minutes, body.texts, body.version)
    return SettingsOut.of(save_settings(session, record.clock, subject, wanted, language))


@router.post("/reply-settings/preview")
def post_preview(
    body: PreviewIn, subject: SettingsKeeper, language: InLanguage = Language.CHINESE
) -> PreviewOut:
    """Check a text while it is typed, and show it filled with an example."""
    problem = check_template(body.text, body.kind, language)
    if problem is not None:
        return PreviewOut(text=None, fault=problem.fault, message=problem.message)
    template = body.text if body.text.strip() else DEFAULT_TEXTS[body.language][body.kind]
    return PreviewOut(text=fill(template, PREVIEW_FACTS), fault=None, message=None)
