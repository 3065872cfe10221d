"""Brand templates (品牌模板): saved designs, archived instead of deleted, changed by revision."""

import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trace_backend.designs.artworks import artwork_of, check_sha256
from trace_backend.designs.models import MAX_NAME_LENGTH, MAX_PAYLOAD_LENGTH, ArtTemplate
from trace_backend.designs.own_rows import own_row
from trace_backend.kit.auth import Subject
from trace_backend.kit.clock import Clock
from trace_backend.kit.errors import CONFLICT, INVALID, RecordError
from trace_backend.kit.ids import new_id

MAX_TEMPLATES: Final = 1_000
"""Templates of a tenant that are not archived."""
MAX_BRIEF_BYTES: Final = 256 * 1024
THUMBNAIL_MEDIA_TYPES: Final = frozenset({"image/png", "image/webp", "image/svg+xml"})
_NAME_TAKEN: Final = "another template has this name; choose another, or archive that one"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture of a template, in the blob store already."""

    blob_key: str
    media_type: str

    def __post_init__(self) -> None:
        """Refuse what a page would not show as a picture."""
        check_sha256(self.blob_key, "blob_key")
        if self.media_type not in THUMBNAIL_MEDIA_TYPES:
            wanted = ", ".join(sorted(THUMBNAIL_MEDIA_TYPES))
            raise RecordError(INVALID, f"a thumbnail wants one of {wanted}; got {self.media_type}")


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """What a template draws: artworks, the checked brief as JSON text, an example, a picture.

    `painted_artwork_id` and `protected_artwork_id` are artworks too: grey pictures in the shape of
    the first one, that say where it matters.
    """

    artwork_id: str
    brief: str
    payload_example: str
    thumbnail: Thumbnail
    painted_artwork_id: str | None = None
    protected_artwork_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse a brief that is no JSON object or too long, and a payload that no code holds."""
        check_json_object(self.brief, "brief", MAX_BRIEF_BYTES)
        if not 1 <= len(self.payload_example.encode()) <= MAX_PAYLOAD_LENGTH:
            raise RecordError(INVALID, f"payload_example wants 1 to {MAX_PAYLOAD_LENGTH} bytes")


def create_template(
    session: Session, clock: Clock, subject: Subject, name: str, content: TemplateContent
) -> ArtTemplate:
    """Save a template of the subject's tenant as revision 1.

    Raises:
        RecordError: NOT_FOUND for an artwork; CONFLICT for a name in use or above `MAX_TEMPLATES`.
    """
    _require_artworks(session, subject.tenant_id, content)
    now = clock.now()
    template = ArtTemplate(
        id=new_id(clock),
        tenant_id=subject.tenant_id,
        organisation_id=subject.organisation_id,
        name=_checked_name(name),
        artwork_id=content.artwork_id,
        painted_artwork_id=content.painted_artwork_id,
        protected_artwork_id=content.protected_artwork_id,
        brief=content.brief,
        payload_example=content.payload_example,
        revision=1,
        thumbnail_key=content.thumbnail.blob_key,
        thumbnail_media_type=content.thumbnail.media_type,
        subject_id=subject.id,
        created_at=now,
        updated_at=now,
    )
    session.add(template)
    _flush_live(session, subject.tenant_id)
    return template


def revise_template(
    session: Session,
    clock: Clock,
    subject: Subject,
    template_id: str,
    *,
    seen_revision: int,
    name: str | None = None,
    content: TemplateContent | None = None,
) -> ArtTemplate:
    """Change a template, provided that nobody has since `seen_revision`.

    Args:
        session: the caller's transaction.
        clock: dates the change.
        subject: only templates of its tenant are seen.
        template_id: which.
        seen_revision: the revision on which the change is based.
        name: the new name; None leaves it.
        content: the new content; None leaves it. Runs keep what they were ordered with.

    Raises:
        RecordError: NOT_FOUND for template or artwork; CONFLICT when it was changed meanwhile
            (extension `revision`), is archived, or when the name is in use.
    """
    template = template_of(session, subject.tenant_id, template_id, lock=True)
    if template.archived_at is not None:
        raise RecordError(CONFLICT, "this template is archived; restore it first")
    if template.revision != seen_revision:
        raise RecordError(
            CONFLICT,
            f"this template was changed meanwhile: it has revision {template.revision}, the change "
            f"is based on {seen_revision}; read it again",
            revision=template.revision,
        )
    if name is not None:
        template.name = _checked_name(name)
    if content is not None:
        _require_artworks(session, subject.tenant_id, content)
        template.artwork_id = content.artwork_id
        template.painted_artwork_id = content.painted_artwork_id
        template.protected_artwork_id = content.protected_artwork_id
        template.brief = content.brief
        template.payload_example = content.payload_example
        template.thumbnail_key = content.thumbnail.blob_key
        template.thumbnail_media_type = content.thumbnail.media_type
    template.revision += 1
    template.updated_at = clock.now()
    _flush_named(session)
    return template


def archive_template(
    session: Session, clock: Clock, subject: Subject, template_id: str
) -> ArtTemplate:
    """Take a template out of use and free its name; its runs go on. Again: no change."""
    template = template_of(session, subject.tenant_id, template_id, lock=True)
    if template.archived_at is None:
        template.archived_at = clock.now()
        session.flush()
    return template


def restore_template(session: Session, subject: Subject, template_id: str) -> ArtTemplate:
    """Put an archived template back into use; in use already: no change.

    Raises:
        RecordError: NOT_FOUND; CONFLICT when its name was taken meanwhile or above `MAX_TEMPLATES`.
    """
    template = template_of(session, subject.tenant_id, template_id, lock=True)
    if template.archived_at is not None:
        template.archived_at = None
        _flush_live(session, subject.tenant_id)
    return template


def template_of(
    session: Session, tenant_id: str, template_id: str, *, lock: bool = False
) -> ArtTemplate:
    """Return a tenant's template, archived or not; RecordError NOT_FOUND, another tenant's too."""
    return own_row(session, ArtTemplate, tenant_id, template_id, "template", lock=lock)


def templates_query(tenant_id: str, search: str | None, *, archived: bool) -> Select[ArtTemplate]:
    """Select a tenant's templates in use, or the archived ones, by part of the name; no order."""
    query = select(ArtTemplate).where(
        ArtTemplate.tenant_id == tenant_id,
        ArtTemplate.archived_at.is_not(None) if archived else ArtTemplate.archived_at.is_(None),
    )
    if search:
        query = query.where(ArtTemplate.name.icontains(search, autoescape=True))
    return query


def check_json_object(text: str, what: str, max_bytes: int) -> None:
    """Raise RecordError INVALID unless `text` is a JSON object of at most `max_bytes`."""
    if len(text.encode()) > max_bytes:
        raise RecordError(INVALID, f"{what} has {max_bytes} bytes at most")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RecordError(INVALID, f"{what} wants a JSON object")


def _require_artworks(session: Session, tenant_id: str, content: TemplateContent) -> None:
    for artwork_id in (
        content.artwork_id,
        content.painted_artwork_id,
        content.protected_artwork_id,
    ):
        if artwork_id is not None:
            artwork_of(session, tenant_id, artwork_id)


def _checked_name(name: str) -> str:
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise RecordError(INVALID, f"name wants 1 to {MAX_NAME_LENGTH} characters")
    return name


def _flush_named(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise RecordError(CONFLICT, _NAME_TAKEN) from error


def _flush_live(session: Session, tenant_id: str) -> None:
    _flush_named(session)
    live = select(func.count()).where(
        ArtTemplate.tenant_id == tenant_id, ArtTemplate.archived_at.is_(None)
    )
    if session.execute(live).scalar_one() > MAX_TEMPLATES:
        raise RecordError(
            CONFLICT, f"a tenant has {MAX_TEMPLATES} templates in use at most; archive one"
        )
