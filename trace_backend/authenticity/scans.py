"""Values of a scan, and the reads and writes of scans and visitor sessions."""

import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import String, bindparam, case, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from trace_backend.authenticity.doubt import Position, Sighting
from trace_backend.authenticity.models import Scan, UnknownTally, VisitorSession
from trace_backend.authenticity.policy import DoubtPolicy
from trace_backend.codes import Code
from trace_backend.kit.clock import Clock
from trace_backend.kit.database import UtcDateTime
from trace_backend.kit.ids import new_id
from trace_backend.kit.secrets import Secrets
from trace_backend.kit.text import one_line

MAX_PLACE_NAME: Final = 64
"""Characters of province, city or district; the longest names have about 20."""
MAX_STREET_NAME: Final = 100
_PURPOSE: Final = "visitor"
_TALLY_SHARDS: Final = 16
_LAST_SESSION: Final = (
    select(VisitorSession)
    .where(
        VisitorSession.code_id == bindparam("code"),
        VisitorSession.visitor == bindparam("asked_visitor"),
    )
    .order_by(VisitorSession.ordinal.desc())
    .limit(1)
    .execution_options(populate_existing=True)
)
"""Statements of the query's path are made once: building one costs more than running it."""
_SIGHTINGS: Final = (
    select(
        Scan.visitor,
        Scan.scanned_at,
        Scan.latitude_deg,
        Scan.longitude_deg,
        Scan.accuracy_m,
        Scan.province,
        Scan.city,
    )
    .where(
        Scan.code_id == bindparam("code"),
        Scan.session_id.is_not(None),
        Scan.scanned_at >= bindparam("since"),
    )
    .order_by(Scan.scanned_at.desc())
    .limit(bindparam("most"))
)
_IS_FIRST: Final = Code.query_count == 0
_MOMENT: Final = bindparam("moment", type_=UtcDateTime())
_ADDRESS: Final = bindparam("address", type_=String())
_RAISED: Final = (Code.query_count, Code.scan_count, Code.first_queried_at, Code.first_place)
_COUNT_SCAN: Final = (
    update(Code)
    .where(Code.id == bindparam("code"))
    .values(scan_count=Code.scan_count + 1)
    .returning(*_RAISED)
    .execution_options(synchronize_session=False)
)
_COUNT_QUERY: Final = (
    update(Code)
    .where(Code.id == bindparam("code"))
    .values(
        scan_count=Code.scan_count + 1,
        query_count=Code.query_count + 1,
        first_queried_at=case((_IS_FIRST, _MOMENT), else_=Code.first_queried_at),
        first_place=case((_IS_FIRST, _ADDRESS), else_=Code.first_place),
    )
    .returning(*_RAISED)
    .execution_options(synchronize_session=False)
)


class QueryMethod(StrEnum):
    """查询方式: how the query came in (row 60)."""

    MOBILE = "mobile"
    WEB = "web"
    SMS = "sms"
    TELEPHONE = "telephone"
    AR = "ar"
    NFC = "nfc"

    @property
    def chinese(self) -> str:
        """The name in the query log."""
        return _METHOD_NAMES[self]


_METHOD_NAMES: Final = {
    QueryMethod.MOBILE: "手机查询",
    QueryMethod.WEB: "网页查询",
    QueryMethod.SMS: "短信查询",
    QueryMethod.TELEPHONE: "电话查询",
    QueryMethod.AR: "AR查询",
    QueryMethod.NFC: "NFC查询",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query was made, as far as known: a position, the four levels of an address, or both.

    Latitude and longitude in degrees WGS 84 come together; `accuracy_m` is their error radius.
    """

    latitude_deg: float | None = None
    longitude_deg: float | None = None
    accuracy_m: float | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    street: str | None = None

    def __post_init__(self) -> None:
        """Refuse half a position, numbers that are none on this earth, and names of no place."""
        if (self.latitude_deg is None) != (self.longitude_deg is None):
            raise ValueError("want latitude and longitude together")
        for value, limit in (
            (self.latitude_deg, 90.0),
            (self.longitude_deg, 180.0),
        ):
            if value is not None and not abs(value) <= limit:  # also refuses NaN
                raise ValueError("want degrees: latitude -90..90, longitude -180..180")
        if self.accuracy_m is not None and not 0 <= self.accuracy_m < math.inf:
            raise ValueError("want accuracy_m of 0 or more")
        for name, most in (
            (self.province, MAX_PLACE_NAME),
            (self.city, MAX_PLACE_NAME),
            (self.district, MAX_PLACE_NAME),
            (self.street, MAX_STREET_NAME),
        ):
            if name is not None and len(one_line(name)) > most:
                raise ValueError(f"want a place name of {most} characters at most")

    @property
    def position(self) -> Position | None:
        """The point on the earth; None when not known."""
        if self.latitude_deg is None or self.longitude_deg is None:
            return None
        return Position(self.latitude_deg, self.longitude_deg, self.accuracy_m)

    @property
    def address(self) -> str | None:
        """Province + city + district + street (row 59); None when nothing is known.

        A municipality, whose city has the name of its province, is written once.
        """
        city = None if self.city == self.province else self.city
        parts = (self.province, city, self.district, self.street)
        return "".join(part for part in parts if part) or None


NOWHERE: Final = Place()


def visitor_hash(secrets: Secrets, tenant_id: str, visitor: str) -> str:
    """Return the keyed hash under which a visitor is kept: 64 hexadecimal characters.

    Each tenant has its own key: two brands can't compare their visitors.
    """
    key = secrets.derive(_PURPOSE, tenant_id)
    return hmac.new(key, visitor.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def last_session_of(session: Session, code_id: str, visitor: str) -> VisitorSession | None:
    """Return the visitor's newest session with a code."""
    asked = {"code": code_id, "asked_visitor": visitor}
    return session.execute(_LAST_SESSION, asked).scalar_one_or_none()


def sightings_of(
    session: Session, code_id: str, now: datetime, policy: DoubtPolicy
) -> list[Sighting]:
    """Return the newest sightings of a code within the policy's window, newest first."""
    asked = {"code": code_id, "since": now - policy.window, "most": policy.max_sightings}
    rows = session.execute(_SIGHTINGS, asked)
    return [
        Sighting(visitor, at, Place(latitude, longitude, accuracy).position, city or province)
        for visitor, at, latitude, longitude, accuracy, province, city in rows
    ]


@dataclass(frozen=True, slots=True)
class Counters:
    """The counters of a code after a scan, read in the statement that raised them."""

    query_count: int
    scan_count: int
    first_queried_at: datetime | None
    first_place: str | None


def count_scan(
    session: Session, code: Code, *, opens_session: bool, at: datetime, address: str | None
) -> Counters:
    """Raise the counters of a code in one atomic statement and return them.

    Every scan raises the raw count (FEATURES E5: counting never stops). A scan that opens a visitor
    session raises the query count too: the count after it is the query's ordinal, and the first
    one leaves its time and place.
    """
    asked: dict[str, object] = {"code": code.id}
    if opens_session:
        asked |= {"moment": at, "address": address}
    statement = _COUNT_QUERY if opens_session else _COUNT_SCAN
    return Counters(*session.execute(statement, asked).one())


def tally_unknown(session: Session, clock: Clock, serial: str) -> None:
    """Count a query that named no code of ours: a number by the hour, nothing about the query.

    It feeds the alarm on floods of made-up codes, and it makes an unknown code cost a write and a
    commit like any other.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    shard = sum(serial.encode()) % _TALLY_SHARDS
    session.execute(
        insert(UnknownTally)
        .values(hour=hour, shard=shard, query_count=1)
        .on_conflict_do_update(
            index_elements=["hour", "shard"],
            set_={"query_count": UnknownTally.query_count + 1},
        )
    )


def is_within(session_row: VisitorSession, now: datetime, window_minutes: int) -> bool:
    """Tell whether a query now still belongs to a session (E6): not older than the window.

    A clock that was set back makes the last query lie ahead: that is within the window too.
    """
    return now - session_row.last_query_at <= timedelta(minutes=window_minutes)


def open_session(
    session: Session, clock: Clock, code: Code, visitor: str, ordinal: int, *, doubtful: bool
) -> VisitorSession:
    """Write a new visitor session, that is one counted query."""
    now = clock.now()
    row = VisitorSession(
        id=new_id(clock),
        tenant_id=code.tenant_id,
        code_id=code.id,
        visitor=visitor,
        ordinal=ordinal,
        doubtful=doubtful,
        opened_at=now,
        last_query_at=now,
    )
    session.add(row)
    session.flush()
    return row
