"""The query log (查询记录, row 60): every raw scan of a tenant's codes, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trace_backend.authenticity.models import Scan
from trace_backend.authenticity.reply_texts import Language
from trace_backend.authenticity.scans import QueryMethod
from trace_backend.authenticity.verdict import VerdictStatus
from trace_backend.codes import Code
from trace_backend.kit.calendar import display_time
from trace_backend.kit.database import Database
from trace_backend.products import Product

_ROWS_PER_READ: Final = 1_000
CSV_HEADERS: Final = {
    Language.CHINESE: (
        *("查询时间", "查询方式", "所在省", "所在城市", "所在区", "所在街道"),
        *("防伪码", "标签条码号", "产品名称", "查询结果", "当前第几次"),
    ),
    Language.ENGLISH: (
        *("time (China)", "method", "province", "city", "district", "street"),
        *("code", "label number", "product", "verdict", "ordinal"),
    ),
}
VERDICT_NAMES: Final = {
    VerdictStatus.NOT_GENUINE_UNKNOWN: "非正品 (不存在)",
    VerdictStatus.NOT_GENUINE_VOID: "非正品 (已注销)",
    VerdictStatus.NOT_GENUINE_UNACTIVATED: "非正品 (未激活)",
    VerdictStatus.RECALLED: "已召回",
    VerdictStatus.EXPIRED: "已过期",
    VerdictStatus.SUSPECTED_COPY: "疑似复制",
    VerdictStatus.GENUINE_FIRST: "正品 (首次查询)",
    VerdictStatus.GENUINE_REPEAT: "正品 (复查)",
    VerdictStatus.OVER_LIMIT: "超过最大查询次数",
}


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which scans are wanted; None = any. `since` is included, `until` is not."""

    serial: str | None = None
    product_id: str | None = None
    method: QueryMethod | None = None
    verdict: VerdictStatus | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the log: the scan and what it was a scan of."""

    scan: Scan
    serial: str
    label_number: int
    product_name: str | None

    def cells(self, language: Language) -> tuple[str | int, ...]:
        """Return the line as a row under `CSV_HEADERS`."""
        chinese = language is Language.CHINESE
        scan = self.scan
        method = QueryMethod(scan.method)
        verdict = VerdictStatus(scan.verdict)
        return (
            display_time(scan.scanned_at),
            method.chinese if chinese else method.value,
            scan.province or "",
            scan.city or "",
            scan.district or "",
            scan.street or "",
            self.serial,
            self.label_number,
            self.product_name or "",
            VERDICT_NAMES[verdict] if chinese else verdict.value,
            scan.ordinal if scan.ordinal is not None else "",
        )


def log_query(tenant_id: str, wanted: LogFilter) -> Select[Scan]:
    """Select a tenant's scans that match; not ordered."""
    query = select(Scan).where(Scan.tenant_id == tenant_id)
    if wanted.serial is not None:
        of_code = select(Code.id).where(Code.serial == wanted.serial, Code.tenant_id == tenant_id)
        query = query.where(Scan.code_id.in_(of_code))
    for column, value in (
        (Scan.product_id, wanted.product_id),
        (Scan.method, wanted.method),
        (Scan.verdict, wanted.verdict),
        (Scan.province, wanted.province),
        (Scan.city, wanted.city),
        (Scan.district, wanted.district),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(Scan.scanned_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Scan.scanned_at < wanted.until)
    return query


def as_entries(session: Session, scans: Sequence[Scan]) -> list[LogEntry]:
    """Add code and product to scans of one page, in two reads."""
    code_ids = {scan.code_id for scan in scans}
    codes = {
        code_id: (serial, label_number)
        for code_id, serial, label_number in session.execute(
            select(Code.id, Code.serial, Code.label_number).where(Code.id.in_(code_ids))
        )
    }
    product_ids = {scan.product_id for scan in scans if scan.product_id is not None}
    named = select(Product.id, Product.name).where(Product.id.in_(product_ids))
    names = {product.id: product.name for product in session.execute(named)}
    return [
        LogEntry(scan, *codes[scan.code_id], names.get(scan.product_id or "")) for scan in scans
    ]


def log_rows(
    database: Database, tenant_id: str, wanted: LogFilter, language: Language
) -> Iterator[tuple[str | int, ...]]:
    """Read the whole log as rows for a spreadsheet, a thousand at a time, newest first."""
    before: str | None = None
    while True:
        query = log_query(tenant_id, wanted).order_by(Scan.id.desc()).limit(_ROWS_PER_READ)
        if before is not None:
            query = query.where(Scan.id < before)
        with database.reading() as session:
            scans = session.execute(query).scalars().all()
            entries = as_entries(session, scans)
        for entry in entries:
            yield entry.cells(language)
        if len(scans) < _ROWS_PER_READ:
            return
        before = scans[-1].id
