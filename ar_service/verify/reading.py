"""Payloads sorted: which code of ours is asked for, or what is wrong with what was read."""

import time
from collections.abc import Sequence
from typing import assert_never

from ar_service.edge.problems import (
    ANIMATED_IMAGE,
    BAD_METADATA,
    CMYK_IMAGE,
    EMPTY_UPLOAD,
    FOREIGN_CODE,
    NO_CODE_FOUND,
    NOT_AN_IMAGE,
    SEVERAL_CODES,
    TOO_MANY_CODES,
    TOO_MANY_PIXELS,
    TRUNCATED_IMAGE,
    UNSUPPORTED_IMAGE,
    UPLOAD_TOO_LARGE,
)
from ar_service.verify.door import Door
from ar_service.verify.schemas import CodeReadingOut, QualityOut, ReadingOut
from trace_backend.codes import Foreign, Malformed, OurCode, OurLink, parse_payload
from trace_backend.kit.errors import MALFORMED_CODE, Problem, RecordError
from vision import (
    FrameError,
    FrameReading,
    FrameRejection,
    Symbology,
    decode_frame,
    read_frame,
)

Ours = OurLink | OurCode
READING_BUDGET_MS, LEAST_SECOND_LOOK_MS = 600.0, 150.0
"""What reading a photo may take; and what the look for all other kinds of code gets at least."""


def problem_of(rejection: FrameRejection) -> Problem:
    """The problem that tells a consumer why its photo was refused."""
    match rejection:
        case FrameRejection.EMPTY:
            return EMPTY_UPLOAD
        case FrameRejection.TOO_MANY_BYTES:
            return UPLOAD_TOO_LARGE
        case FrameRejection.NOT_AN_IMAGE:
            return NOT_AN_IMAGE
        case FrameRejection.UNSUPPORTED_FORMAT:
            return UNSUPPORTED_IMAGE
        case FrameRejection.TRUNCATED:
            return TRUNCATED_IMAGE
        case FrameRejection.TOO_MANY_PIXELS:
            return TOO_MANY_PIXELS
        case FrameRejection.ANIMATED:
            return ANIMATED_IMAGE
        case FrameRejection.CMYK:
            return CMYK_IMAGE
        case FrameRejection.BAD_METADATA:
            return BAD_METADATA
        case _:
            assert_never(rejection)


# What codes of ours are printed as; reading only these takes a third of the time of all kinds.
OUR_SYMBOLOGIES = (
    Symbology.QR_CODE,
    Symbology.MICRO_QR_CODE,
    Symbology.RMQR_CODE,
    Symbology.DATA_MATRIX,
)


def read_photo(door: Door, photo: bytes) -> FrameReading:
    """Decode and read a photo, at most a few at the same time.

    The kinds of code that we print are looked for first; all other kinds only when there is none,
    so that a bar code is answered as somebody else's and not as a picture without a code.

    Raises:
        RecordError: the photo is refused, or too many photos are being read.
    """
    with door.gate.turn():
        try:
            frame = decode_frame(photo, door.frame_limits)
            # Both looks share one time budget: a photo never holds the gate for two.
            began = time.perf_counter()
            reading = read_frame(frame, OUR_SYMBOLOGIES, budget_ms=READING_BUDGET_MS)
            if reading.codes:
                return reading
            spent_ms = 1000 * (time.perf_counter() - began)
            left_ms = max(READING_BUDGET_MS - spent_ms, LEAST_SECOND_LOOK_MS)
            return read_frame(frame, budget_ms=left_ms)
        except FrameError as error:
            raise RecordError(problem_of(error.rejection), error.message) from error


def sort_payload(payload: str, our_hosts: frozenset[str]) -> Ours:
    """The code of ours that a payload asks for.

    Raises:
        RecordError: FOREIGN_CODE (with the host, where there is one) or MALFORMED_CODE.
    """
    sorted_payload = parse_payload(payload, our_hosts)
    match sorted_payload:
        case OurLink() | OurCode():
            return sorted_payload
        case Foreign():
            raise _foreign([sorted_payload])
        case Malformed():
            raise _malformed(sorted_payload)
        case _:
            assert_never(sorted_payload)


def sort_readings(reading: FrameReading, door: Door) -> Ours:
    """The one code of ours in a photo; what others printed beside it is passed over.

    1. No code at all, or more than a person holds up to a camera: refused.
    2. Exactly one code of ours (the same code printed twice counts once): that one.
    3. Two or more codes of ours: refused, nobody knows which one is meant.
    4. None, but a broken one of ours: that is said, it may be a bad print or a bad forgery.
    5. Only codes of others: that is said, with the host of the first link.

    Raises:
        RecordError: as above; every refusal carries the reading's quality and hint.
    """
    count = len(reading.codes)
    if count == 0:
        raise _refused(NO_CODE_FOUND, "no code was found in the photo; see hint", reading)
    if count > door.max_codes_per_photo:
        detail = f"expected at most {door.max_codes_per_photo} codes, found {count} or more"
        raise _refused(TOO_MANY_CODES, f"{detail}; photograph one label", reading)
    found = [parse_payload(code.text, door.our_hosts) for code in reading.codes]
    ours: dict[str, Ours] = {item.code: item for item in found if isinstance(item, OurCode)}
    # A link says more than the bare code beside it: it also names the product.
    ours |= {item.code: item for item in found if isinstance(item, OurLink)}
    if len(ours) > 1:
        detail = f"{len(ours)} of our codes are in the photo; photograph one label"
        raise _refused(SEVERAL_CODES, detail, reading, count=len(ours))
    if ours:
        return next(iter(ours.values()))
    broken = [item for item in found if isinstance(item, Malformed)]
    if broken:
        raise _malformed(broken[0])
    raise _foreign([item for item in found if isinstance(item, Foreign)])


def reading_out(reading: FrameReading) -> ReadingOut:
    """The reading as it goes over the wire: corners to 1/100 px."""
    return ReadingOut(
        codes=[
            CodeReadingOut(
                text=code.text,
                symbology=code.symbology.value,
                corners_px=[
                    (round(float(x), 2), round(float(y), 2)) for x, y in code.quad.corners_px
                ],
            )
            for code in reading.codes
        ],
        quality=QualityOut.of(reading.quality),
        hint=reading.quality.hint,
    )


def _refused(problem: Problem, detail: str, reading: FrameReading, **more: object) -> RecordError:
    shown = reading_out(reading)
    return RecordError(
        problem,
        detail,
        quality=shown.quality.model_dump(mode="json"),
        hint=shown.hint.value,
        **more,
    )


def _foreign(found: Sequence[Foreign]) -> RecordError:
    host = next((item.host for item in found if item.host is not None), None)
    where = f"it leads to {host}, which is not ours" if host else "it is no link of ours"
    return RecordError(FOREIGN_CODE, f"the code was not issued by us: {where}", host=host)


def _malformed(found: Malformed) -> RecordError:
    if found.code_fault is not None:
        why = found.code_fault.fault.explain("en")
    else:
        part = found.fault.value.replace("_", " ")
        why = f"The link is not in the form of ours ({part})."
    return RecordError(
        MALFORMED_CODE,
        f"{why} Compare it with the label and try again.",
        fault=found.fault.value,
        code_fault=found.code_fault.fault.value if found.code_fault else None,
    )
