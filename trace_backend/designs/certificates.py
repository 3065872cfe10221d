"""Scan certificates (扫码证书): what readers said, kept for templates, runs and single codes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace_backend.codes import Code
from trace_backend.designs.artworks import check_sha256
from trace_backend.designs.models import MAX_PAYLOAD_LENGTH, ArtRun, ScanCertificate
from trace_backend.designs.own_rows import own_row
from trace_backend.designs.templates import check_json_object, template_of
from trace_backend.kit.auth import Subject
from trace_backend.kit.clock import Clock
from trace_backend.kit.errors import INVALID, NOT_FOUND, RecordError
from trace_backend.kit.ids import new_id

MAX_DOCUMENT_BYTES: Final = 1024 * 1024


class CertificateVerdict(StrEnum):
    """Whether a design may be handed out."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """A certificate to keep.

    `digest` is the SHA-256 over all that the verdict depends on (artwork, payload, brief, version
    of the readers); `document` the certificate as JSON text.
    """

    payload: str
    verdict: CertificateVerdict
    document: str
    digest: str

    def __post_init__(self) -> None:
        """Refuse what no certificate has."""
        if not 1 <= len(self.payload.encode()) <= MAX_PAYLOAD_LENGTH:
            raise RecordError(INVALID, f"payload wants 1 to {MAX_PAYLOAD_LENGTH} bytes")
        check_json_object(self.document, "document", MAX_DOCUMENT_BYTES)
        check_sha256(self.digest, "digest")


def keep_certificate(
    session: Session,
    clock: Clock,
    subject: Subject,
    new: NewCertificate,
    *,
    template_id: str | None = None,
    code_id: str | None = None,
) -> ScanCertificate:
    """Keep a certificate of a design being made, of a template, or of one code.

    Raises:
        RecordError: NOT_FOUND for a template or code that the subject's tenant doesn't have.
    """
    if template_id is not None:
        template_of(session, subject.tenant_id, template_id)
    if code_id is not None:
        query = select(Code.id).where(Code.id == code_id, Code.tenant_id == subject.tenant_id)
        if session.execute(query).first() is None:
            raise RecordError(NOT_FOUND, "there is no such code")
    return _add(
        session,
        clock,
        new,
        ScanCertificate(
            tenant_id=subject.tenant_id,
            template_id=template_id,
            code_id=code_id,
            subject_id=subject.id,
        ),
    )


def keep_run_certificate(
    session: Session, clock: Clock, run: ArtRun, new: NewCertificate
) -> ScanCertificate:
    """Keep the certificate of a run's design, in the transaction that has the run's row locked."""
    row = ScanCertificate(
        tenant_id=run.tenant_id,
        template_id=run.template_id,
        run_id=run.id,
        subject_id=run.subject_id,
    )
    return _add(session, clock, new, row)


def certificate_of(session: Session, tenant_id: str, certificate_id: str) -> ScanCertificate:
    """Return a tenant's certificate; RecordError NOT_FOUND, also when it is another tenant's."""
    return own_row(session, ScanCertificate, tenant_id, certificate_id, "certificate", lock=False)


def certificate_by_digest(session: Session, tenant_id: str, digest: str) -> ScanCertificate | None:
    """Return the newest certificate that a tenant has for the same question, if any."""
    query = (
        select(ScanCertificate)
        .where(ScanCertificate.tenant_id == tenant_id, ScanCertificate.digest == digest)
        .order_by(ScanCertificate.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def certificate_of_code(session: Session, tenant_id: str, code_id: str) -> ScanCertificate | None:
    """Return the current certificate of one code: the newest; None when it has none of its own."""
    query = (
        select(ScanCertificate)
        .where(ScanCertificate.tenant_id == tenant_id, ScanCertificate.code_id == code_id)
        .order_by(ScanCertificate.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def _add(
    session: Session, clock: Clock, new: NewCertificate, row: ScanCertificate
) -> ScanCertificate:
    row.id = new_id(clock)
    row.digest = new.digest
    row.payload = new.payload
    row.verdict = new.verdict
    row.document = new.document
    row.created_at = clock.now()
    session.add(row)
    session.flush()
    return row
