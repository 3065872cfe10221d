"""What a code is made from: the artwork, and the painted maps that say where it matters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from ar_service.studio.door import StudioDoor
from ar_service.studio.schemas import ArtworksIn
from generative_codes.artwork import Artwork, ArtworkError, load_artwork
from generative_codes.tones import GreyMap
from trace_backend.designs.artworks import artwork_of
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import RecordContext

MOST_USED_PX: Final = 2_048
"""Codes are made from at most this side: eleven pixels for each module of version 40."""


@dataclass(frozen=True, slots=True)
class SourceKeys:
    """Where the pictures lie in the blob store; None: there is no such map."""

    artwork: str
    painted: str | None = None
    protected: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """The pictures, decoded."""

    keys: SourceKeys
    artwork: Artwork
    painted: GreyMap | None = None
    protected: GreyMap | None = None


def sources_for(
    door: StudioDoor, record: RecordContext, subject: Subject, wanted: ArtworksIn
) -> Sources:
    """Read artworks of the subject's tenant, archived or not; decoded ones are kept in memory.

    Raises:
        RecordError: NOT_FOUND, also when one is another tenant's.
        ArtworkError: A picture can't be read any more, or a map has another shape or is black.
    """

    def picture(key: str) -> Artwork:
        return door.artworks.get((subject.tenant_id, key), lambda: _decoded(record, key))

    with record.database.reading() as session:
        keys = source_keys(
            session,
            subject.tenant_id,
            wanted.artwork_id,
            wanted.painted_artwork_id,
            wanted.protected_artwork_id,
        )
    return _sources(keys, picture)


def source_keys(
    session: Session,
    tenant_id: str,
    artwork_id: str,
    painted_artwork_id: str | None,
    protected_artwork_id: str | None,
) -> SourceKeys:
    """Look up where a tenant's pictures lie; RecordError NOT_FOUND where one is not its own."""
    artwork = artwork_of(session, tenant_id, artwork_id).blob_key
    painted, protected = (
        None if wanted is None else artwork_of(session, tenant_id, wanted).blob_key
        for wanted in (painted_artwork_id, protected_artwork_id)
    )
    return SourceKeys(artwork, painted, protected)


def read_sources(record: RecordContext, keys: SourceKeys) -> Sources:
    """Decode kept pictures, at the size that codes are made from.

    Raises:
        RecordError: NOT_FOUND or UNAVAILABLE, from the blob store.
        ArtworkError: A picture can't be read any more.
    """
    return _sources(keys, lambda key: _decoded(record, key))


def _sources(keys: SourceKeys, picture: Callable[[str], Artwork]) -> Sources:
    artwork = picture(keys.artwork)
    painted, protected = (
        None if key is None else _map_on(artwork, picture(key))
        for key in (keys.painted, keys.protected)
    )
    return Sources(keys, artwork, painted, protected)


def _map_on(artwork: Artwork, picture: Artwork) -> GreyMap:
    """A picture as a map; refused here, since a search for a placement only skips what fails."""
    sizes = (artwork.width_px, artwork.height_px, picture.width_px, picture.height_px)
    if abs(sizes[2] * sizes[1] - sizes[3] * sizes[0]) > max(sizes):
        raise ArtworkError(
            f"The painted map has {sizes[2]} x {sizes[3]} pixels, the artwork {sizes[0]} x "
            f"{sizes[1]}; both must have the same shape.",
            text_zh=f"涂绘图为 {sizes[2]} x {sizes[3]} 像素，图稿为 {sizes[0]} x {sizes[1]} 像素；"
            "两者的长宽比必须相同。",
        )
    return GreyMap.of(picture)


def _decoded(record: RecordContext, blob_key: str) -> Artwork:
    return load_artwork(record.blobs.get(blob_key)).at_most(MOST_USED_PX)
