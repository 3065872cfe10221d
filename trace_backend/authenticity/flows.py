"""The story of a query: find the code, lock it, count it, decide, keep the scan, write the reply.

Everything happens in the caller's transaction. Two queries of one code stand in a line: the code's
row stays locked from `find_code` to the commit (on SQLite the whole database), so sessions, ordinal
and first query can't be decided twice.

Which scans are counted queries: only those of an active code. A scan of a void or unactivated code
is kept as a raw scan and raises the raw count; it opens no session, so that an item that was
scanned in the factory before its activation still has its first query afterwards. A query of a
code that isn't ours leaves no row but the hourly tally.

What an observer can't tell apart by time: for every query, whatever becomes of it, the same
statements are run (on an id that no row has where there is nothing to read), one key derivation and
one check value for the code, one key derivation and one hash for the visitor, at least one write,
and one commit.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, assert_never

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from trace_backend.authenticity.doubt import Sighting, assess_doubt
from trace_backend.authenticity.evidence import (
    CodeStanding,
    Evidence,
    LayerFinding,
    LayerOutcome,
    QueryHistory,
)
from trace_backend.authenticity.models import Scan, VisitorSession
from trace_backend.authenticity.policy import DEFAULT_DOUBT_POLICY
from trace_backend.authenticity.replies import Reply, ReplyFacts, ReplySettings, compose_reply
from trace_backend.authenticity.reply_texts import Language
from trace_backend.authenticity.scans import (
    NOWHERE,
    Counters,
    Place,
    QueryMethod,
    count_scan,
    is_within,
    last_session_of,
    open_session,
    sightings_of,
    tally_unknown,
    visitor_hash,
)
from trace_backend.authenticity.settings import settings_in_force
from trace_backend.authenticity.verdict import Verdict, decide
from trace_backend.codes import Code, CodeState, find_code
from trace_backend.kit.calendar import shanghai_day
from trace_backend.kit.context import RecordContext
from trace_backend.kit.ids import ID_LENGTH, new_id
from trace_backend.products import Batch, Product

_NO_ROW_ID: Final = "0" * ID_LENGTH
_NO_GTIN: Final = "0" * 14
_OWNERS_OF_GTIN: Final = (
    select(Product.tenant_id).where(Product.gtin == bindparam("asked")).limit(2)
)
_GOODS: Final = (
    select(Product, Batch)
    .outerjoin(Batch, Batch.id == bindparam("batch"))
    .where(Product.id == bindparam("product"))
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class CodeQuery:
    """One query: which code, by whom, how, from where, and what the vision layers said.

    `code` is in normal form; `gtin` that of the link in which it stood, None for a bare code.
    `visitor` is any text that names the visitor (E6); it is kept as a keyed hash only. `findings`
    come from the proof layers; NOT_CHECKED findings may be left out.
    """

    code: str
    gtin: str | None
    visitor: str
    method: QueryMethod = QueryMethod.MOBILE
    place: Place = NOWHERE
    language: Language = Language.CHINESE
    findings: tuple[LayerFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a person is told about the product; dates are days in Asia/Shanghai."""

    name: str
    brand: str
    gtin: str
    spec: str
    batch: str | None
    production_date: date | None
    expiry_date: date | None


@dataclass(frozen=True, slots=True)
class HistoryFacts:
    """Where this query stands; `ordinal` is its session's, the counts include this query."""

    ordinal: int
    query_count: int
    max_queries: int
    scan_count: int
    first_queried_at: datetime | None
    first_place: str | None


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """The answer to a query; product and history only for an active code, scan_id for a known one.

    Codes that are not active tell nothing of their product: whoever tries codes learns nothing.
    """

    scan_id: str | None
    verdict: Verdict
    reply: Reply
    code: str
    product: ProductFacts | None
    history: HistoryFacts | None
    queried_at: datetime


@dataclass(frozen=True, slots=True)
class _Goods:
    product: Product | None
    batch: Batch | None


@dataclass(frozen=True, slots=True)
class _Counted:
    """A scan after counting; `session` is None when it is not a counted query."""

    counters: Counters
    session: VisitorSession | None


def query(session: Session, record: RecordContext, asked: CodeQuery) -> QueryAnswer:
    """Answer one query within the caller's transaction.

    Args:
        session: the caller's transaction, writing.
        record: clock and secrets.
        asked: the query; its texts come from a stranger and are bounded by the door.

    Returns:
        The answer; to be sent only after the commit.
    """
    now = record.clock.now()
    # 1 Code, its row locked. A wrong check value is treated as if the row were not there.
    found = find_code(session, record.secrets, asked.code, asked.gtin)
    code = found.row if found is not None and found.check_value_right else None
    gtin_owner = _tenant_of_gtin(session, asked.gtin or _NO_GTIN)
    tenant_id = code.tenant_id if code is not None else gtin_owner
    # 2 What belongs to it: settings, goods, the visitor's session, the last sightings.
    settings = settings_in_force(session, tenant_id or _NO_ROW_ID)
    goods = _goods_of(session, code)
    visitor = visitor_hash(record.secrets, tenant_id or _NO_ROW_ID, asked.visitor)
    code_id = code.id if code is not None else _NO_ROW_ID
    last = last_session_of(session, code_id, visitor)
    sightings = sightings_of(session, code_id, now, DEFAULT_DOUBT_POLICY)
    if code is None:
        tally_unknown(session, record.clock, asked.code)
        return _answer_unknown(asked, settings, now)
    # 3 Count: a new visitor session, or the one that is still open; raw only when not active.
    here = Sighting(visitor, now, asked.place.position, asked.place.city or asked.place.province)
    counted = _count(session, record, code, settings, asked.place, last, [*sightings, here])
    # 4 Decide, keep the scan, write the reply.
    verdict = decide(_evidence(asked, code, goods, settings, counted, now))
    scan = _keep_scan(session, record, asked, code, visitor, verdict, counted)
    return _answer(asked, code, goods, settings, counted, verdict, scan)


def _tenant_of_gtin(session: Session, gtin: str) -> str | None:
    """Return the tenant whose product has this GTIN; None when nobody's or not only one's."""
    tenants = session.execute(_OWNERS_OF_GTIN, {"asked": gtin}).scalars().all()
    return tenants[0] if len(tenants) == 1 else None


def _goods_of(session: Session, code: Code | None) -> _Goods:
    product_id = code.product_id if code is not None else None
    batch_id = code.batch_id if code is not None else None
    asked = {"product": product_id or _NO_ROW_ID, "batch": batch_id or _NO_ROW_ID}
    row = session.execute(_GOODS, asked).one_or_none()
    return _Goods(None, None) if row is None else _Goods(row[0], row[1])


def _count(
    session: Session,
    record: RecordContext,
    code: Code,
    settings: ReplySettings,
    place: Place,
    last: VisitorSession | None,
    sightings: list[Sighting],
) -> _Counted:
    now = record.clock.now()
    visitor = sightings[-1].visitor
    is_counted = code.state == CodeState.ACTIVE
    still_open = last is not None and is_within(last, now, settings.session_window_minutes)
    opens = is_counted and not still_open
    counters = count_scan(session, code, opens_session=opens, at=now, address=place.address)
    if not is_counted:
        return _Counted(counters, None)
    if last is not None and still_open:
        last.last_query_at = max(now, last.last_query_at)
        session.flush()
        return _Counted(counters, last)
    ordinal = counters.query_count
    doubtful = ordinal > 1 and assess_doubt(sightings).warrants_clause
    opened = open_session(session, record.clock, code, visitor, ordinal, doubtful=doubtful)
    return _Counted(counters, opened)


def _evidence(
    asked: CodeQuery,
    code: Code,
    goods: _Goods,
    settings: ReplySettings,
    counted: _Counted,
    now: datetime,
) -> Evidence:
    findings = tuple(
        finding for finding in asked.findings if finding.outcome is not LayerOutcome.NOT_CHECKED
    )
    history = None
    if counted.session is not None:
        row = counted.session
        history = QueryHistory(row.ordinal, settings.max_queries, row.doubtful)
    recalled = expired = None
    if goods.batch is not None:
        recalled = goods.batch.recalled_at is not None
        last_day = goods.batch.expiry_date
        expired = last_day is not None and shanghai_day(now) > last_day
    return Evidence(
        standing=_standing(CodeState(code.state)),
        check_value_right=True,
        recalled=recalled,
        expired=expired,
        history=history,
        findings=findings,
        examined=frozenset(finding.layer for finding in findings),
    )


def _standing(state: CodeState) -> CodeStanding:
    match state:
        case CodeState.ISSUED:
            return CodeStanding.UNACTIVATED
        case CodeState.ACTIVE:
            return CodeStanding.ACTIVE
        case CodeState.VOID:
            return CodeStanding.VOID
        case _:
            assert_never(state)


def _keep_scan(
    session: Session,
    record: RecordContext,
    asked: CodeQuery,
    code: Code,
    visitor: str,
    verdict: Verdict,
    counted: _Counted,
) -> Scan:
    place = asked.place
    scan = Scan(
        id=new_id(record.clock),
        tenant_id=code.tenant_id,
        code_id=code.id,
        product_id=code.product_id,
        session_id=counted.session.id if counted.session else None,
        visitor=visitor,
        method=asked.method,
        verdict=verdict.status,
        ordinal=counted.session.ordinal if counted.session else None,
        layers={finding.layer.value: finding.outcome.value for finding in verdict.layers},
        latitude_deg=place.latitude_deg,
        longitude_deg=place.longitude_deg,
        accuracy_m=place.accuracy_m,
        province=place.province,
        city=place.city,
        district=place.district,
        street=place.street,
        scanned_at=record.clock.now(),
    )
    session.add(scan)
    session.flush()
    return scan


def _answer_unknown(asked: CodeQuery, settings: ReplySettings, now: datetime) -> QueryAnswer:
    verdict = decide(Evidence(standing=CodeStanding.UNKNOWN))
    reply = compose_reply(verdict.status, ReplyFacts(asked.code), settings, asked.language)
    return QueryAnswer(None, verdict, reply, asked.code, None, None, now)


def _answer(
    asked: CodeQuery,
    code: Code,
    goods: _Goods,
    settings: ReplySettings,
    counted: _Counted,
    verdict: Verdict,
    scan: Scan,
) -> QueryAnswer:
    counters, visit = counted.counters, counted.session
    facts = ReplyFacts(
        code=code.serial,
        product_name=goods.product.name if goods.product is not None else "",
        queries_before=visit.ordinal - 1 if visit is not None else counters.query_count,
        ordinal=visit.ordinal if visit is not None else 0,
        first_queried_at=counters.first_queried_at,
        first_place=counters.first_place,
    )
    doubtful = visit is not None and visit.doubtful
    reply = compose_reply(verdict.status, facts, settings, asked.language, doubtful=doubtful)
    history = product = None
    if visit is not None:
        product = _product_facts(goods)
        history = HistoryFacts(
            visit.ordinal,
            counters.query_count,
            settings.max_queries,
            counters.scan_count,
            counters.first_queried_at,
            counters.first_place,
        )
    return QueryAnswer(scan.id, verdict, reply, code.serial, product, history, scan.scanned_at)


def _product_facts(goods: _Goods) -> ProductFacts | None:
    product, batch = goods.product, goods.batch
    if product is None:
        return None
    return ProductFacts(
        product.name,
        product.brand,
        product.gtin,
        product.spec,
        batch.number if batch is not None else None,
        batch.production_date if batch is not None else None,
        batch.expiry_date if batch is not None else None,
    )
