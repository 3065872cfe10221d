"""Artworks: checked, stripped of everything but their pixels, kept, and read back."""

import io
from typing import Final

import cv2
import numpy as np
from PIL import Image

from ar_service.studio.door import StudioDoor
from ar_service.studio.limiter import Effort
from ar_service.studio.problems import told_as_problems
from generative_codes.artwork import Artwork, load_artwork
from trace_backend.designs.artworks import KeptArtwork as KeptRow
from trace_backend.designs.artworks import NewArtwork, keep_artwork
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import RecordContext

MOST_KEPT_PX: Final = 4_096
"""Longer artworks are shrunk to it before they are kept: 40 pixels for each module of version 20,
more than any printer shows."""
_JPEG_QUALITY: Final = 95
_DRAWING_COLOURS: Final = 2_000


def take_artwork(
    door: StudioDoor, record: RecordContext, subject: Subject, name: str, upload: bytes
) -> KeptRow:
    """Check an upload and keep its picture.

    What is kept is encoded anew from the pixels: no metadata of the upload (places, names,
    comments, scripts of an SVG) is ever served or stored. The same upload gives the same row.

    Raises:
        RecordError: ARTWORK_REFUSED with the reason, RATE_LIMITED, STUDIO_BUSY.
    """
    door.limiter.admit(subject, Effort.COSTLY)
    with door.drawing.turn(), told_as_problems():
        artwork = load_artwork(upload).at_most(MOST_KEPT_PX)
        media_type, content = _bare_file(artwork)
    new = NewArtwork(
        name=name,
        media_type=media_type,
        byte_count=len(content),
        width_px=artwork.width_px,
        height_px=artwork.height_px,
        blob_key=record.blobs.put(content),
    )
    with record.database.transaction() as session:
        kept = keep_artwork(session, record.clock, subject, new)
        session.expunge(kept.artwork)
    return kept


def _bare_file(artwork: Artwork) -> tuple[str, bytes]:
    """The picture alone, as media type and file: JPEG where it is a photo, else PNG."""
    is_opaque = bool((artwork.alpha == 255).all())
    stream = io.BytesIO()
    if is_opaque and _is_photo(artwork):
        rgb = cv2.cvtColor(artwork.bgr, cv2.COLOR_BGR2RGB)
        Image.fromarray(np.asarray(rgb)).save(stream, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
        return "image/jpeg", stream.getvalue()
    bgra = np.dstack([artwork.bgr, artwork.alpha])
    _, encoded = cv2.imencode(".png", artwork.bgr if is_opaque else bgra)
    return "image/png", encoded.tobytes()


def _is_photo(artwork: Artwork) -> bool:
    """Whether PNG would be large: more colours than drawings have, in a sample of the pixels."""
    sample = artwork.bgr[::8, ::8].reshape(-1, 3).astype(np.uint32)
    colours = np.unique(sample @ np.array([1, 256, 65_536], np.uint32)).size
    return colours > _DRAWING_COLOURS
