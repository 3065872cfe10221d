"""The only file that calls the decoder (zxing-cpp): grey pixels in, raw readings out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

from vision.codes.code_reading import CORRECTED_CONFIDENCE, CodeReading, Rung
from vision.codes.symbology import Symbology, decoder_formats, modules_of, symbology_of
from vision.errors import GeometryError
from vision.geometry import Homography, Quad

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The decoder answers with whole numbers that count from the pixel's corner, not from its centre.
_CENTRE_FROM_CORNER_PX = -0.5
# A row of bars may be found on one line only: its quad gets this height, px.
_MIN_THICKNESS_PX = 1.0


@dataclass(frozen=True, slots=True)
class View:
    """What one rung shows.

    Attributes:
        rung: Which one.
        gray: uint8 (h, w).
        frame_from_view: Where its pixels lie in the frame.
        has_one_threshold: Whether dark and light are parted at one level for the whole picture,
            not at local ones.
    """

    rung: Rung
    gray: NDArray[np.uint8]
    frame_from_view: Homography
    has_one_threshold: bool = False


def decode_view(view: View, wanted: frozenset[Symbology]) -> list[CodeReading]:
    """Return every valid symbol of the wanted kinds; quads in frame pixels."""
    binarizer = zxingcpp.Binarizer
    found = zxingcpp.read_barcodes(
        view.gray,
        decoder_formats(wanted),
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=binarizer.GlobalHistogram if view.has_one_threshold else binarizer.LocalAverage,
    )
    readings = [_reading(barcode, view) for barcode in found if barcode.valid]
    return [reading for reading in readings if reading is not None and reading.symbology in wanted]


def _reading(barcode: zxingcpp.Barcode, view: View) -> CodeReading | None:
    symbology = symbology_of(barcode.format)
    if symbology is None:
        return None
    extra: dict[str, object] = barcode.extra or {}  # type: ignore[assignment]
    try:
        quad = _frame_quad(barcode.position, view.frame_from_view)
    except GeometryError:
        return None
    return CodeReading(
        text=barcode.text,
        raw=barcode.bytes,
        symbology=symbology,
        quad=quad,
        rungs=(view.rung,),
        modules=modules_of(symbology, str(extra.get("Version", ""))),
        error_correction=barcode.ec_level,
        identifier=barcode.symbology_identifier,
        confidence=0.0 if symbology.is_linear else CORRECTED_CONFIDENCE,
    )


def version_of(barcode: zxingcpp.Barcode) -> int | None:
    """Return a QR Code's version, 1 to 40; None where the decoder does not tell it."""
    extra: dict[str, object] = barcode.extra or {}  # type: ignore[assignment]
    told = str(extra.get("Version", ""))
    return int(told) if told.isdecimal() else None


def _frame_quad(position: zxingcpp.Position, frame_from_view: Homography) -> Quad:
    corners = np.array(
        [
            (corner.x, corner.y)
            for corner in (
                position.top_left,
                position.top_right,
                position.bottom_right,
                position.bottom_left,
            )
        ],
        dtype=np.float64,
    )
    corners = frame_from_view.apply(corners + _CENTRE_FROM_CORNER_PX)
    try:
        return Quad(corners)
    except GeometryError:
        return _thick_quad(corners)


def _thick_quad(corners: NDArray[np.float64]) -> Quad:
    """Return the smallest rectangle around the corners, at least one pixel thick.

    It begins at the corner that is nearest to the first one given.
    """
    centre, size_wh, angle_deg = cv2.minAreaRect(corners.astype(np.float32))
    thick = (max(size_wh[0], _MIN_THICKNESS_PX), max(size_wh[1], _MIN_THICKNESS_PX))
    box = np.asarray(cv2.boxPoints((centre, thick, angle_deg)), dtype=np.float64)
    first = int(np.argmin(np.hypot(*(box - corners[0]).T)))
    box = np.roll(box, -first, axis=0)
    try:
        return Quad(box)
    except GeometryError:
        return Quad(box[[0, 3, 2, 1]])
