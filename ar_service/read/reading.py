"""Reading one uploaded photo within a time budget."""

import time
from dataclasses import dataclass

from ar_service.edge.problems import TOO_MANY_CODES
from ar_service.verify.door import Door
from ar_service.verify.reading import OUR_SYMBOLOGIES, problem_of
from trace_backend.kit.errors import RecordError
from vision import CodeReading, FrameError, decode_frame, read_codes
from vision.quality import Quality, assess

# Of the time for a photo: for the kinds of code that we print, then for all kinds.
_OURS_SHARE = 0.65
_LEAST_MS = 1.0


@dataclass(frozen=True, slots=True)
class PhotoCodes:
    """What a photo says: codes, the largest first, quality, and how long reading took (ms)."""

    codes: tuple[CodeReading, ...]
    quality: Quality
    ms: float


def read_upload(door: Door, photo: bytes, budget_ms: float) -> PhotoCodes:
    """Decode and read a photo, at most a few at the same time.

    The kinds of code that we print come first; all others are looked for only when there is none.
    The budget begins when the photo is decoded: decoding itself is bounded by the upload caps.

    Args:
        door: gate and caps.
        photo: the bytes as uploaded.
        budget_ms: time after which nothing new is begun.

    Raises:
        RecordError: the photo is refused, or too many photos are being read.
    """
    with door.gate.turn():
        try:
            frame = decode_frame(photo, door.frame_limits)
        except FrameError as error:
            raise RecordError(problem_of(error.rejection), error.message) from error
        started_s = time.perf_counter()
        limit = door.max_codes_per_photo + 1
        codes = read_codes(frame, OUR_SYMBOLOGIES, limit, budget_ms=_OURS_SHARE * budget_ms)
        spent_ms = 1000 * (time.perf_counter() - started_s)
        if not codes and budget_ms - spent_ms > _LEAST_MS:
            codes = read_codes(frame, limit=limit, budget_ms=budget_ms - spent_ms)
        if len(codes) > door.max_codes_per_photo:
            raise RecordError(
                TOO_MANY_CODES,
                f"expected at most {door.max_codes_per_photo} codes, found {len(codes)} or more; "
                "photograph a part of them",
            )
        main = codes[0] if codes else None
        quality = (
            assess(frame) if main is None else assess(frame, main.quad, main.pixels_per_module)
        )
        return PhotoCodes(codes, quality, 1000 * (time.perf_counter() - started_s))
