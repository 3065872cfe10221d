"""Artworks (图稿): pictures that codes are drawn from, kept once per tenant."""

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from trace_backend.designs.models import KEY_LENGTH, Artwork
from trace_backend.designs.own_rows import own_row
from trace_backend.kit.auth import Subject
from trace_backend.kit.clock import Clock
from trace_backend.kit.errors import CONFLICT, INVALID, RecordError
from trace_backend.kit.ids import new_id

MAX_ARTWORKS: Final = 1_000
"""Artworks of a tenant that are not archived."""
MAX_SIDE_PX: Final = 100_000
ARTWORK_MEDIA_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/svg+xml"})
_SHA256: Final = re.compile(f"[0-9a-f]{{{KEY_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class NewArtwork:
    """A picture whose bytes are checked and lie in the blob store already.

    `width_px` and `height_px` are those of the decoded picture; of a vector, of its raster.
    """

    name: str
    media_type: str
    byte_count: int
    width_px: int
    height_px: int
    blob_key: str

    def __post_init__(self) -> None:
        """Refuse what no decoded picture has."""
        if self.media_type not in ARTWORK_MEDIA_TYPES:
            wanted = ", ".join(sorted(ARTWORK_MEDIA_TYPES))
            raise RecordError(INVALID, f"an artwork wants one of {wanted}; got {self.media_type}")
        if not (1 <= self.width_px <= MAX_SIDE_PX and 1 <= self.height_px <= MAX_SIDE_PX):
            raise RecordError(INVALID, f"an artwork has 1 to {MAX_SIDE_PX} pixels a side")
        if self.byte_count < 1:
            raise RecordError(INVALID, "an artwork has one byte at least")
        check_sha256(self.blob_key, "blob_key")


@dataclass(frozen=True, slots=True)
class KeptArtwork:
    """An artwork and whether this call kept it (False: the tenant had the same bytes)."""

    artwork: Artwork
    is_new: bool


def keep_artwork(session: Session, clock: Clock, subject: Subject, new: NewArtwork) -> KeptArtwork:
    """Keep an artwork of the subject's tenant; the same bytes again give the same row.

    A row that was archived is restored by that: whoever hands a picture in wants to use it. The
    name that it was first given stays.

    Args:
        session: the caller's transaction.
        clock: dates the row.
        subject: whose tenant keeps it.
        new: the picture; put its bytes into the blob store before.

    Raises:
        RecordError: CONFLICT above `MAX_ARTWORKS`.
    """
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    claim = (
        insert(Artwork)
        .values(
            id=new_id(clock),
            tenant_id=subject.tenant_id,
            organisation_id=subject.organisation_id,
            name=new.name,
            media_type=new.media_type,
            byte_count=new.byte_count,
            width_px=new.width_px,
            height_px=new.height_px,
            blob_key=new.blob_key,
            subject_id=subject.id,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "blob_key"])
        .returning(Artwork.id)
    )
    is_new = session.execute(claim).first() is not None
    query = (
        select(Artwork)
        .where(Artwork.tenant_id == subject.tenant_id, Artwork.blob_key == new.blob_key)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    artwork = session.execute(query).scalar_one()
    was_archived = artwork.archived_at is not None
    artwork.archived_at = None
    session.flush()
    if is_new or was_archived:
        _refuse_too_many(session, subject.tenant_id)
    return KeptArtwork(artwork, is_new)


def artwork_of(session: Session, tenant_id: str, artwork_id: str, *, lock: bool = False) -> Artwork:
    """Return a tenant's artwork, archived or not; RecordError NOT_FOUND, another tenant's too."""
    return own_row(session, Artwork, tenant_id, artwork_id, "artwork", lock=lock)


def artworks_query(tenant_id: str, search: str | None, *, archived: bool) -> Select[Artwork]:
    """Select a tenant's artworks in use, or the archived ones, by part of the name; not ordered."""
    query = select(Artwork).where(
        Artwork.tenant_id == tenant_id,
        Artwork.archived_at.is_not(None) if archived else Artwork.archived_at.is_(None),
    )
    if search:
        query = query.where(Artwork.name.icontains(search, autoescape=True))
    return query


def archive_artwork(session: Session, clock: Clock, subject: Subject, artwork_id: str) -> Artwork:
    """Take an artwork out of the lists; templates and runs made of it stay. Again: no change."""
    artwork = artwork_of(session, subject.tenant_id, artwork_id, lock=True)
    if artwork.archived_at is None:
        artwork.archived_at = clock.now()
        session.flush()
    return artwork


def restore_artwork(session: Session, subject: Subject, artwork_id: str) -> Artwork:
    """Put an archived artwork back; RecordError CONFLICT above `MAX_ARTWORKS`."""
    artwork = artwork_of(session, subject.tenant_id, artwork_id, lock=True)
    if artwork.archived_at is not None:
        artwork.archived_at = None
        session.flush()
        _refuse_too_many(session, subject.tenant_id)
    return artwork


def check_sha256(digest: str, what: str) -> None:
    """Raise RecordError INVALID unless `digest` is a SHA-256, as blob keys are; `what` names it."""
    if not _SHA256.fullmatch(digest):
        raise RecordError(INVALID, f"{what} wants {KEY_LENGTH} lower-case hexadecimal characters")


def _refuse_too_many(session: Session, tenant_id: str) -> None:
    """Count after the change, in its transaction: the error rolls the change back."""
    live = select(func.count()).where(Artwork.tenant_id == tenant_id, Artwork.archived_at.is_(None))
    if session.execute(live).scalar_one() > MAX_ARTWORKS:
        raise RecordError(
            CONFLICT, f"a tenant has {MAX_ARTWORKS} artworks in use at most; archive one"
        )
