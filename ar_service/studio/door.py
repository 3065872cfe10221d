"""What the studio is given besides the record: gates, limits and what it keeps in memory."""

import time
from dataclasses import dataclass
from typing import Final

from ar_service.edge.rate_limit import BucketSize
from ar_service.settings import Settings
from ar_service.studio.kept import Kept
from ar_service.studio.limiter import Effort, StudioLimiter
from ar_service.studio.work_gate import WorkGate
from generative_codes.artwork import Artwork
from generative_codes.brief import ArtBrief, MadeArt
from generative_codes.halftone import BaseArt
from generative_codes.symbol import Symbol
from vision.printcam import PrintedLabel

DRAWING_RETRY_AFTER_S: Final = 1
CERTIFYING_RETRY_AFTER_S: Final = 5
_PINNED_BRIEFS: Final = 1_000
_MADE_CODES: Final = 8
"""A made code holds its artwork (up to 17 MB) as long as it is kept."""
_BASE_BYTES: Final = 16 * 1024 * 1024
"""Of the pictures of composed bases: forty of version 6, two of version 40."""
_PRINT_BYTES: Final = 96 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StudioDoor:
    """The studio's own things, made once per process.

    Attributes:
        limiter: How much one subject may ask.
        drawing: Gate of previews, files and thumbnails.
        certifying: Gate of certificates and simulated photos.
        artworks: Decoded artworks by (tenant, blob key), weighed in bytes.
        pinned: Briefs with version and placement found, by all that they depend on.
        made: The last codes, so that file, photo and certificate follow the preview at once.
        bases: The last composed bases: frame, caption and margin are drawn round the same one.
        prints: The last simulated prints: all scenes of a try-out show one label.
    """

    limiter: StudioLimiter
    drawing: WorkGate
    certifying: WorkGate
    artworks: Kept[Artwork]
    pinned: Kept[ArtBrief]
    made: Kept[MadeArt]
    bases: Kept[Symbol | BaseArt]
    prints: Kept[PrintedLabel]


def make_studio_door(settings: Settings) -> StudioDoor:
    """Wire the door from the settings."""
    sizes = {
        Effort.LIGHT: BucketSize(settings.studio_burst, settings.studio_per_second),
        Effort.COSTLY: BucketSize(settings.studio_costly_burst, settings.studio_costly_per_second),
    }
    return StudioDoor(
        limiter=StudioLimiter(sizes, time.monotonic),
        drawing=WorkGate(
            settings.studio_drawing_concurrency,
            settings.studio_drawing_queue,
            DRAWING_RETRY_AFTER_S,
        ),
        certifying=WorkGate(1, settings.studio_certifying_queue, CERTIFYING_RETRY_AFTER_S),
        artworks=Kept(settings.studio_artwork_memory_bytes, _bytes_of),
        pinned=Kept(_PINNED_BRIEFS),
        made=Kept(_MADE_CODES),
        bases=Kept(_BASE_BYTES, _bytes_of_code),
        prints=Kept(_PRINT_BYTES, lambda printed: printed.reflectance.nbytes),
    )


def _bytes_of_code(code: Symbol | BaseArt) -> int:
    return code.picture.nbytes if isinstance(code, BaseArt) else code.modules.nbytes


def _bytes_of(artwork: Artwork) -> int:
    return artwork.bgr.nbytes + artwork.alpha.nbytes
