"""Rows of the design room: artworks, brand templates, scan certificates, and runs of codes."""

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column

from trace_backend.kit.database import Base, UtcDateTime
from trace_backend.kit.ids import ID_LENGTH

KEY_LENGTH: Final = 64
"""Key of a blob: the SHA-256 of its bytes, hexadecimal."""
MAX_NAME_LENGTH: Final = 100
MAX_NUMBER_LENGTH: Final = 64
MAX_MEDIA_TYPE_LENGTH: Final = 64
MAX_REASON_LENGTH: Final = 500
MAX_FAILURE_LENGTH: Final = 200
MAX_PAYLOAD_LENGTH: Final = 2_953
"""Bytes that the largest QR code holds (ISO/IEC 18004: version 40, level L)."""
_LIVE: Final = sql_text("archived_at IS NULL")
_FAILED: Final = sql_text("NOT passed")
_FAILED_IN_SQLITE: Final = sql_text("passed = 0")
"""An index serves only a query that says its condition in the same words, as SQLAlchemy does."""


class Artwork(Base):
    """A picture (图稿) that a tenant handed in; the same bytes are the same row."""

    __tablename__ = "artwork"
    __table_args__ = (
        UniqueConstraint("tenant_id", "blob_key"),
        Index("ix_artwork_tenant_id_id", "tenant_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    media_type: Mapped[str] = mapped_column(String(MAX_MEDIA_TYPE_LENGTH))
    byte_count: Mapped[int]
    width_px: Mapped[int]
    height_px: Mapped[int]
    blob_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """Where the bytes lie, which is their SHA-256."""
    subject_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ArtTemplate(Base):
    """A brand template (品牌模板): an artwork and the brief by which it becomes codes."""

    __tablename__ = "art_template"
    __table_args__ = (
        Index("ix_art_template_tenant_id_id", "tenant_id", "id"),
        Index(
            "uq_art_template_live_name",
            "tenant_id",
            "name",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    """Unique among the tenant's templates that are not archived."""
    artwork_id: Mapped[str] = mapped_column(ForeignKey("artwork.id"), index=True)
    painted_artwork_id: Mapped[str | None] = mapped_column(ForeignKey("artwork.id"))
    """Grey picture in the artwork's shape: white = important, black = any colour; None: none."""
    protected_artwork_id: Mapped[str | None] = mapped_column(ForeignKey("artwork.id"))
    """The same: white is served before everything else."""
    brief: Mapped[str] = mapped_column(Text)
    """JSON text, checked by the room that draws; opaque here."""
    payload_example: Mapped[str] = mapped_column(String(MAX_PAYLOAD_LENGTH))
    revision: Mapped[int]
    """Counts the changes from 1; whoever changes a template names the revision that he saw."""
    thumbnail_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    thumbnail_media_type: Mapped[str] = mapped_column(String(MAX_MEDIA_TYPE_LENGTH))
    subject_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ArtRun(Base):
    """A bulk order of designed codes (批量出码): a template over all codes of a code order."""

    __tablename__ = "art_run"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        Index("ix_art_run_tenant_id_id", "tenant_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(String(MAX_NUMBER_LENGTH))
    """The orderer's own number: asking again under it gives the same run."""
    code_order_id: Mapped[str] = mapped_column(ForeignKey("code_order.id"), index=True)
    template_id: Mapped[str] = mapped_column(ForeignKey("art_template.id"), index=True)
    template_revision: Mapped[int]
    artwork_id: Mapped[str] = mapped_column(ForeignKey("artwork.id"))
    painted_artwork_id: Mapped[str | None] = mapped_column(ForeignKey("artwork.id"))
    protected_artwork_id: Mapped[str | None] = mapped_column(ForeignKey("artwork.id"))
    brief: Mapped[str] = mapped_column(Text)
    """The template's brief at the time of ordering: later changes don't reach a run."""
    payload_example: Mapped[str] = mapped_column(String(MAX_PAYLOAD_LENGTH))
    """The template's example at the time of ordering: a part is made alike after any restart."""
    output: Mapped[str] = mapped_column(Text)
    """JSON text: format, layout, labels per part; opaque here."""
    quantity: Mapped[int]
    labels_first: Mapped[int] = mapped_column(BigInteger)
    labels_last: Mapped[int] = mapped_column(BigInteger)
    done_count: Mapped[int]
    """Labels carried out so far, failed ones included."""
    failed_count: Mapped[int]
    """Of those, the labels that no reader of the gate could read: not to be printed."""
    job_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    certificate_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    """The scan certificate of the design; no foreign key, since that row refers to this one."""
    subject_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    certified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    cancel_reason: Mapped[str | None] = mapped_column(String(MAX_REASON_LENGTH))


class ScanCertificate(Base):
    """What a panel of readers said of a design (扫码证书); never changed, never deleted."""

    __tablename__ = "scan_certificate"
    __table_args__ = (
        Index("ix_scan_certificate_digest", "tenant_id", "digest", "id"),
        Index("ix_scan_certificate_code", "code_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    template_id: Mapped[str | None] = mapped_column(ForeignKey("art_template.id"), index=True)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("art_run.id"), index=True)
    code_id: Mapped[str | None] = mapped_column(ForeignKey("code.id"))
    digest: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """SHA-256 over all that the verdict depends on; the same question is not asked twice."""
    payload: Mapped[str] = mapped_column(String(MAX_PAYLOAD_LENGTH))
    verdict: Mapped[str] = mapped_column(String(8))
    document: Mapped[str] = mapped_column(Text)
    """JSON text, as the readers' room wrote it."""
    subject_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArtItem(Base):
    """One label of a run: what its code came out as. A code stands in a run once."""

    __tablename__ = "art_item"
    __table_args__ = (
        UniqueConstraint("run_id", "label_number"),
        Index(
            "ix_art_item_failed",
            "run_id",
            "label_number",
            sqlite_where=_FAILED_IN_SQLITE,
            postgresql_where=_FAILED,
        ),
        {"sqlite_with_rowid": False},
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("art_run.id"), primary_key=True)
    code_id: Mapped[str] = mapped_column(ForeignKey("code.id"), primary_key=True)
    label_number: Mapped[int] = mapped_column(BigInteger)
    mask: Mapped[int | None] = mapped_column(SmallInteger)
    """0 to 7; None when no symbol could be made."""
    zone_mismatches: Mapped[int]
    """Modules in the logo's zone that differ from the artwork."""
    passed: Mapped[bool]
    rerolled: Mapped[int]
    """How many further symbols were tried for it."""
    reason: Mapped[str | None] = mapped_column(String(MAX_FAILURE_LENGTH))
    """Why it failed; None when it passed."""


class ArtFile(Base):
    """A file that a run made: a part of the labels, a table or the manifest."""

    __tablename__ = "art_file"

    run_id: Mapped[str] = mapped_column(ForeignKey("art_run.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(MAX_MEDIA_TYPE_LENGTH))
    byte_count: Mapped[int] = mapped_column(BigInteger)
    blob_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """Where the bytes lie, which is their SHA-256."""
    labels_first: Mapped[int] = mapped_column(BigInteger)
    labels_last: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
