"""Walks the containers of JPEG, PNG and WebP files before any decoder sees them.

A container says what a decoder would allocate (declared size), whether there is more than one
picture, and how the camera was held. Metadata is cut out instead of passed on: compressed text,
colour profiles and EXIF trees never reach a decoder, so that none of them can be a bomb.

Sources: ITU-T T.81 annex B (JPEG), ISO/IEC 15948 clauses 5 and 11 with APNG (PNG third edition),
the WebP container specification with RFC 6386 clause 9.1 and the WebP lossless bitstream
specification, TIFF 6.0 section 2 and Exif 2.32 tag 0x0112 (orientation).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vision.errors import VisionError

# A camera writes a few dozen segments; extended XMP (depth maps) up to a few hundred.
MAX_METADATA_PIECES = 1024
# EXIF of a camera is below 64 KiB (one JPEG segment); other containers have no limit of their own.
MAX_EXIF_BYTES = 1024 * 1024
# A TIFF directory holds a few dozen entries; the count field allows 65,535.
MAX_EXIF_ENTRIES = 1024
UPRIGHT = 1

JPEG_START = b"\xff\xd8"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Marker bytes: start of frame (all but DHT C4, JPG C8, DAC CC), start of scan, end of image.
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOS, _EOI, _APP0, _APP1, _APP14, _APP15, _COM = 0xDA, 0xD9, 0xE0, 0xE1, 0xEE, 0xEF, 0xFE
# Markers without a length: TEM and RST0..RST7 (T.81 table B.1).
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
# In entropy-coded data a marker is FF and a byte that is neither 00, a restart nor a fill byte.
_MARKER_IN_SCAN = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


class ContainerProblem(StrEnum):
    """What is wrong with a container."""

    CUT_SHORT = "cut_short"
    METADATA = "metadata"


class ContainerError(VisionError):
    """A container that can't be walked to its end."""

    def __init__(self, problem: ContainerProblem, message: str) -> None:
        super().__init__(message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Container:
    """What a file says about itself, and the file without its metadata.

    `orientation` is the EXIF value 1..8 (1 = upright, also where EXIF is absent or damaged).
    `passes`: how often a decoder must go over the pixels (scans of a progressive JPEG).
    """

    width_px: int
    height_px: int
    channels: int
    bits_per_channel: int
    is_animated: bool
    orientation: int
    passes: int
    pixels_only: bytes


def walk_jpeg(data: bytes) -> Container:
    """Walk the segments of a JPEG file up to its end-of-image marker.

    Raises:
        ContainerError: the file ends too early or carries too many metadata segments.
    """
    kept: list[bytes] = [JPEG_START]
    orientation, frame, pieces = UPRIGHT, None, 0
    position = 2
    while True:
        marker, position = _next_jpeg_marker(data, position)
        if marker in _BARE:
            continue
        if marker == _EOI:
            raise ContainerError(ContainerProblem.CUT_SHORT, "the JPEG ends before its picture")
        length = _unpack(">H", data, position)[0]
        end = position + length
        if length < 2 or end > len(data):
            raise ContainerError(ContainerProblem.CUT_SHORT, "a JPEG segment is cut short")
        body = data[position + 2 : end]
        if marker in _SOF and frame is None:
            frame = _unpack(">BHHB", body, 0)
        if _APP0 <= marker <= _APP15 or marker == _COM:
            pieces += 1
            if pieces > MAX_METADATA_PIECES:
                raise ContainerError(
                    ContainerProblem.METADATA, f"more than {MAX_METADATA_PIECES} metadata segments"
                )
            if marker == _APP1 and body.startswith(b"Exif\0") and orientation == UPRIGHT:
                orientation = exif_orientation(body[6:])
        # APP14 (Adobe) tells the colour transform; JFIF's APP0 does so by being there.
        if marker in (_APP0, _APP14) or not (_APP0 <= marker <= _APP15 or marker == _COM):
            kept.append(data[position - 2 : end])
        if marker == _SOS:
            break
        position = end
    if frame is None:
        raise ContainerError(ContainerProblem.CUT_SHORT, "the JPEG has no frame header")
    passes, end_of_image = _count_scans(data, end)
    kept.append(data[end:end_of_image])
    bits, height, width, channels = frame
    return Container(width, height, channels, bits, False, orientation, passes, b"".join(kept))


def _next_jpeg_marker(data: bytes, position: int) -> tuple[int, int]:
    """Return the marker at `position` and where its body begins; fill bytes FF are skipped."""
    if position >= len(data):
        raise ContainerError(ContainerProblem.CUT_SHORT, "the JPEG ends before its picture")
    if data[position] != 0xFF:
        raise ContainerError(
            ContainerProblem.CUT_SHORT, f"no JPEG marker where one must stand (byte {position})"
        )
    while position < len(data) and data[position] == 0xFF:
        position += 1
    if position >= len(data):
        raise ContainerError(ContainerProblem.CUT_SHORT, "the JPEG ends before its picture")
    return data[position], position + 1


def _count_scans(data: bytes, first_scan: int) -> tuple[int, int]:
    """Return the number of scans and the position behind the end-of-image marker."""
    scans, position = 1, first_scan
    while True:
        found = _MARKER_IN_SCAN.search(data, position)
        if found is None:
            raise ContainerError(ContainerProblem.CUT_SHORT, "the JPEG has no end-of-image marker")
        marker, position = found.group(1)[0], found.end()
        if marker == _EOI:
            return scans, position
        scans += marker == _SOS
        # Tables may stand between two scans: step over the segment.
        position += max(2, _unpack(">H", data, position)[0])


def walk_png(data: bytes) -> Container:
    """Walk the chunks of a PNG file up to IEND.

    Raises:
        ContainerError: the file ends too early, does not begin with IHDR or carries too much.
    """
    kept: list[bytes] = [PNG_SIGNATURE]
    position, pieces, orientation, frames = len(PNG_SIGNATURE), 0, UPRIGHT, 1
    header: tuple[Any, ...] | None = None
    kind = b""
    while kind != b"IEND":
        length, kind = _unpack(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise ContainerError(ContainerProblem.CUT_SHORT, "a PNG chunk is cut short")
        if header is None:
            if kind != b"IHDR" or length != 13:
                raise ContainerError(ContainerProblem.CUT_SHORT, "the PNG has no header chunk")
            header = _unpack(">IIBB", data, position + 8)
        if kind in _PNG_KEPT:
            kept.append(data[position:end])
        else:
            pieces += 1
            if pieces > MAX_METADATA_PIECES and kind not in (b"fdAT", b"fcTL"):
                raise ContainerError(
                    ContainerProblem.METADATA, f"more than {MAX_METADATA_PIECES} metadata chunks"
                )
            if kind == b"acTL" and length >= 4:
                frames = _unpack(">I", data, position + 8)[0]
            if kind == b"eXIf":
                orientation = _capped_exif_orientation(data[position + 8 : end - 4])
        position = end
    if header is None:
        raise ContainerError(ContainerProblem.CUT_SHORT, "the PNG has no header chunk")
    width, height, bits, colour_type = header
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour_type, 0)
    return Container(width, height, channels, bits, frames > 1, orientation, 1, b"".join(kept))


def walk_webp(data: bytes) -> Container:
    """Walk the RIFF chunks of a WebP file.

    Raises:
        ContainerError: the file ends too early, holds no picture chunk or carries too much.
    """
    declared_end = 8 + _unpack("<I", data, 4)[0]
    if declared_end > len(data):
        raise ContainerError(ContainerProblem.CUT_SHORT, "the WebP is shorter than it declares")
    size: tuple[int, int] | None = None
    animated, orientation, pieces, position = False, UPRIGHT, 0, 12
    while position + 8 <= declared_end:
        kind, length = _unpack("<4sI", data, position)
        body, end = position + 8, position + 8 + length
        if end > declared_end:
            raise ContainerError(ContainerProblem.CUT_SHORT, "a WebP chunk is cut short")
        pieces += 1
        if pieces > MAX_METADATA_PIECES:
            raise ContainerError(
                ContainerProblem.METADATA, f"more than {MAX_METADATA_PIECES} chunks"
            )
        match kind:
            case b"VP8X":
                flags, packed = _unpack("<B3x6s", data, body)
                size = (1 + _little(packed[:3]), 1 + _little(packed[3:]))
                animated = bool(flags & 0x02)
            case b"VP8 ":
                size = size or _vp8_size(data, body)
            case b"VP8L":
                size = size or _vp8l_size(data, body)
            case b"EXIF":
                exif = data[body:end]
                orientation = _capped_exif_orientation(exif.removeprefix(b"Exif\0\0"))
        position = end + length % 2
    if size is None:
        raise ContainerError(ContainerProblem.CUT_SHORT, "the WebP holds no picture")
    return Container(*size, 3, 8, animated, orientation, 1, data[:declared_end])


def _vp8_size(data: bytes, body: int) -> tuple[int, int]:
    """Return width and height of a lossy frame (RFC 6386 clause 9.1)."""
    start_code, width, height = _unpack("<3x3sHH", data, body)
    if start_code != b"\x9d\x01\x2a":
        raise ContainerError(ContainerProblem.CUT_SHORT, "the WebP frame has no start code")
    return width & 0x3FFF, height & 0x3FFF


def _vp8l_size(data: bytes, body: int) -> tuple[int, int]:
    """Return width and height of a lossless frame: 14 bits each behind the signature byte."""
    signature, bits = _unpack("<BI", data, body)
    if signature != 0x2F:
        raise ContainerError(ContainerProblem.CUT_SHORT, "the WebP frame has no signature")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


def _capped_exif_orientation(exif: bytes) -> int:
    if len(exif) > MAX_EXIF_BYTES:
        raise ContainerError(
            ContainerProblem.METADATA,
            f"EXIF of {len(exif)} bytes, at most {MAX_EXIF_BYTES} are accepted",
        )
    return exif_orientation(exif)


def exif_orientation(tiff: bytes) -> int:
    """Return the orientation 1..8 of a TIFF block; 1 where it is absent, damaged or nonsense.

    Reads the first directory only and follows no other offset, so that no tree can be a bomb.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return UPRIGHT
    try:
        directory = struct.unpack_from(order + "I", tiff, 4)[0]
        count = struct.unpack_from(order + "H", tiff, directory)[0]
        for index in range(min(count, MAX_EXIF_ENTRIES)):
            tag, kind, values, value = struct.unpack_from(
                order + "HHIH", tiff, directory + 2 + 12 * index
            )
            # Type 3 = SHORT, one value, stored left-justified in the value field.
            if tag == 0x0112:
                is_valid = kind == 3 and values == 1 and 1 <= value <= 8
                return int(value) if is_valid else UPRIGHT
    except struct.error:
        return UPRIGHT
    return UPRIGHT


def _little(number: bytes) -> int:
    return int.from_bytes(number, "little")


def _unpack(layout: str, data: bytes, position: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(layout, data, position)
    except struct.error as error:
        raise ContainerError(ContainerProblem.CUT_SHORT, "the file ends inside a header") from error
