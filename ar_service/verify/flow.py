"""The story of one verify: photo or payload -> code -> verdict -> record -> answer."""

import hashlib
import json
import logging
import math
import time
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ar_service.edge.logs import log_event
from ar_service.verify.answer import answer_out, code_query
from ar_service.verify.door import Door
from ar_service.verify.reading import Ours, read_photo, reading_out, sort_payload, sort_readings
from ar_service.verify.schemas import (
    PhotoVerifyOut,
    PlaceIn,
    ReadingOut,
    VerifyOut,
)
from trace_backend.authenticity import Language, QueryMethod, VerdictStatus, query
from trace_backend.kit.context import RecordContext
from trace_backend.kit.errors import RATE_LIMITED, RecordError
from trace_backend.kit.idempotency import StoredReply, check_key, replay_or_run

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: visitor is a keyed hash; the address is for the rate limits only, never kept."""

    visitor: str
    address: str
    language: Language
    idempotency_key: str | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Question:
    """A payload that somebody read or typed."""

    payload: str
    place: PlaceIn | None
    method: QueryMethod
    language: Language | None


@dataclass(frozen=True, slots=True)
class PhotoQuestion:
    """A photo, as uploaded."""

    photo: bytes
    place: PlaceIn | None
    method: QueryMethod
    language: Language | None


def verify_payload(
    door: Door, record: RecordContext, asker: Asker, question: Question
) -> StoredReply:
    """Answer for a payload.

    Raises:
        RecordError: RATE_LIMITED, FOREIGN_CODE, MALFORMED_CODE, INVALID or IDEMPOTENCY_MISMATCH;
            then nothing is recorded.
    """
    _admit(door, asker)
    ours = sort_payload(question.payload, door.our_hosts)
    return _ask(door, record, asker, question, ours, None, question.payload.encode())


def verify_photo(
    door: Door, record: RecordContext, asker: Asker, question: PhotoQuestion
) -> StoredReply:
    """Answer for a photo; it is decoded and read before the transaction begins.

    Raises:
        RecordError: as verify_payload, and every reason for which a photo is refused.
    """
    _admit(door, asker)
    reading = read_photo(door, question.photo)
    ours = sort_readings(reading, door)
    return _ask(door, record, asker, question, ours, reading_out(reading), question.photo)


def _admit(door: Door, asker: Asker) -> None:
    """Check the key's form and count the query before any costly work."""
    if asker.idempotency_key is not None:
        check_key(asker.idempotency_key)
    _refuse_while(door.limiter.admit(asker.address))


def _refuse_while(wait_s: float) -> None:
    if wait_s > 0:
        raise RecordError(
            RATE_LIMITED,
            "too many queries from this network; wait for the seconds of Retry-After",
            retry_after_s=math.ceil(wait_s),
        )


def _ask(
    door: Door,
    record: RecordContext,
    asker: Asker,
    question: Question | PhotoQuestion,
    ours: Ours,
    reading: ReadingOut | None,
    content: bytes,
) -> StoredReply:
    """Look up, decide, record and answer in one transaction; acknowledged means committed."""
    _refuse_while(door.limiter.admit_code(asker.address, ours.code))
    language = question.language or asker.language
    verdict: VerdictStatus | None = None

    def produce(session: Session) -> StoredReply:
        nonlocal verdict
        wanted = code_query(ours, asker.visitor, question.place, question.method, language)
        answer = answer_out(query(session, record, wanted))
        verdict = answer.verdict
        return StoredReply(200, JSON, _body(answer, reading))

    started_s = time.perf_counter()
    with record.database.transaction() as session:
        if asker.idempotency_key is None:
            reply = produce(session)
        else:
            reply = replay_or_run(
                session,
                record.clock,
                f"verify:{asker.visitor}",
                asker.idempotency_key,
                _fingerprint(question, content),
                lambda: produce(session),
            )
    unknown = verdict is VerdictStatus.NOT_GENUINE_UNKNOWN
    door.alarm.note(unknown=unknown)
    if unknown:
        door.limiter.note_unknown(asker.address, ours.code)
    log_event(
        logging.INFO,
        "verify",
        request_id=asker.request_id,
        verdict=verdict.value if verdict else None,
        method=question.method.value,
        photo=reading is not None,
        replayed=reply.replayed,
        record_ms=round((time.perf_counter() - started_s) * 1000, 2),
    )
    return reply


def _body(answer: VerifyOut, reading: ReadingOut | None) -> bytes:
    """The bytes of the answer; stored as they are when there is an Idempotency-Key."""
    if reading is None:
        return answer.model_dump_json().encode()
    return PhotoVerifyOut(**dict(answer), reading=reading).model_dump_json().encode()


def _fingerprint(question: Question | PhotoQuestion, content: bytes) -> bytes:
    """Digest of all that the caller sent as content: the payload or photo, and the fields."""
    fields = {
        "kind": type(question).__name__,
        "place": question.place.model_dump(mode="json") if question.place else None,
        "method": question.method.value,
        "language": question.language.value if question.language else None,
    }
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode())
    digest.update(hashlib.sha256(content).digest())
    return digest.digest()
