"""Brand templates: a design that was drawn once before it is saved, with a small picture."""

from typing import Final

import cv2
import numpy as np

from ar_service.studio.certifying import as_certified
from ar_service.studio.door import StudioDoor
from ar_service.studio.limiter import Effort
from ar_service.studio.making import make_code
from ar_service.studio.pictures import PREVIEW_PIXELS_PER_MODULE, webp, whole_picture
from ar_service.studio.problems import told_as_problems
from ar_service.studio.schemas import TemplateDesignIn, TemplateIn
from generative_codes.brief import ArtStyle, MadeArt
from trace_backend.designs import TemplateOut
from trace_backend.designs.templates import (
    TemplateContent,
    Thumbnail,
    create_template,
    revise_template,
)
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import RecordContext

THUMBNAIL_PX: Final = 360
_WEBP_QUALITY: Final = 86


def save_template(
    door: StudioDoor, record: RecordContext, subject: Subject, wanted: TemplateIn
) -> TemplateOut:
    """Save a design under a name, with version and placement as they were found for it.

    Raises:
        RecordError: As `make_code`; CONFLICT for a name in use.
    """
    content = _content(door, record, subject, wanted)
    with record.database.transaction() as session:
        row = create_template(session, record.clock, subject, wanted.name, content)
        return TemplateOut.of(row)


def change_design(
    door: StudioDoor,
    record: RecordContext,
    subject: Subject,
    template_id: str,
    wanted: TemplateDesignIn,
) -> TemplateOut:
    """Give a template another design; runs keep the one that they were ordered with.

    Raises:
        RecordError: As `make_code`; NOT_FOUND; CONFLICT when it was changed since the revision.
    """
    content = _content(door, record, subject, wanted)
    with record.database.transaction() as session:
        row = revise_template(
            session,
            record.clock,
            subject,
            template_id,
            seen_revision=wanted.revision,
            content=content,
        )
        return TemplateOut.of(row)


def _content(
    door: StudioDoor,
    record: RecordContext,
    subject: Subject,
    wanted: TemplateIn | TemplateDesignIn,
) -> TemplateContent:
    door.limiter.admit(subject, Effort.LIGHT)
    making = make_code(door, record, subject, wanted, wanted.payload_example, wanted.brief)
    making = as_certified(record, subject, making)
    with door.drawing.turn(), told_as_problems():
        media_type, picture = thumbnail(making.made)
    return TemplateContent(
        artwork_id=wanted.artwork_id,
        painted_artwork_id=wanted.painted_artwork_id,
        protected_artwork_id=wanted.protected_artwork_id,
        brief=making.made.brief.to_json(),
        payload_example=wanted.payload_example,
        thumbnail=Thumbnail(record.blobs.put(picture), media_type),
    )


def thumbnail(made: MadeArt) -> tuple[str, bytes]:
    """A small picture of a code: the drawing itself, or a shrunk picture, with its media type.

    Raises:
        GenerativeCodeError: If the design can't be drawn on this symbol.
    """
    if made.brief.style is not ArtStyle.BASE:
        return "image/svg+xml", made.svg().encode()
    pixels = whole_picture(made, PREVIEW_PIXELS_PER_MODULE)
    longer = max(pixels.shape[:2])
    if longer > THUMBNAIL_PX:
        zoom = THUMBNAIL_PX / longer
        small = cv2.resize(pixels, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
        pixels = np.asarray(small, np.uint8)
    return "image/webp", webp(pixels, _WEBP_QUALITY)
