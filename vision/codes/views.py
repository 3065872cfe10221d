"""How each rung of the ladder shows a part of the picture to the decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import cv2
import numpy as np

from vision.codes.code_reading import Rung
from vision.codes.decoder import View
from vision.geometry import Homography, Interpolation, Quad, warp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.frame import Frame

# Long side that the rungs above the first work on, px: bounds their cost, and a code that fills
# the picture still has plenty of pixels per module.
WORKING_SIDE_PX = 1600
# Two enlargements that share no pixel grid with the picture or with each other. Doubling reads
# codes of 1 to 2 px per module; parts above the limit have enough pixels, doubling would only
# cost time.
ENLARGEMENT, CONTRAST_ENLARGEMENT, LARGE_CONTRAST_ENLARGEMENT = 1.5, 2.0, 1.25
MAX_DOUBLED_PIXELS = 1_300_000
# Contrast-limited equalisation, as measured on photos. The two rungs that equalise use different
# tiles (per side), so that they don't share what equalisation invents: with 8 tiles in both, one
# more text that differs from its photo's expectation was agreed on.
CLAHE_CLIP_LIMIT = 3.0
ENLARGED_TILES, CONTRAST_TILES = 4, 8
# Far enough from 0 that bars cross many pixel columns, near enough to keep codes in the picture.
TURN_DEG = 10.0


def native_view(frame: Frame) -> View:
    """Return the whole picture as it is."""
    return View(Rung.NATIVE, frame.gray, Homography.identity())


def part_view(frame: Frame, part_xyxy: tuple[int, int, int, int], rung: Rung) -> View:
    """Return the pixels left..right-1, top..bottom-1 of the picture as the rung shows them."""
    left, top, right, bottom = part_xyxy
    part = frame.gray[top:bottom, left:right]
    frame_from_part = Homography.translation(left, top)
    scale = min(1.0, WORKING_SIDE_PX / max(part.shape))
    if scale < 1.0:
        part, frame_from_part = _resized(part, scale, frame_from_part)
    match rung:
        case Rung.NATIVE:
            return View(rung, np.ascontiguousarray(part), frame_from_part)
        case Rung.ENLARGED:
            part, frame_from_part = _resized(part, ENLARGEMENT, frame_from_part)
            return View(rung, _equalised(part, ENLARGED_TILES), frame_from_part)
        case Rung.CONTRAST:
            is_large = part.size > MAX_DOUBLED_PIXELS
            factor = LARGE_CONTRAST_ENLARGEMENT if is_large else CONTRAST_ENLARGEMENT
            part, frame_from_part = _resized(part, factor, frame_from_part)
            return View(rung, _equalised(part, CONTRAST_TILES), frame_from_part)
        case Rung.TURNED:
            return View(rung, *_turned(part, frame_from_part))
        case _:
            assert_never(rung)


def _resized(
    part: NDArray[np.uint8], scale: float, frame_from_part: Homography
) -> tuple[NDArray[np.uint8], Homography]:
    height, width = part.shape
    size_wh = (max(1, round(width * scale)), max(1, round(height * scale)))
    kind = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    resized = np.asarray(cv2.resize(part, size_wh, interpolation=kind), dtype=np.uint8)
    resized_from_part = Homography.scaling(size_wh[0] / width, size_wh[1] / height)
    return resized, frame_from_part @ resized_from_part.inverse()


def _equalised(part: NDArray[np.uint8], tiles: int) -> NDArray[np.uint8]:
    clahe = cv2.createCLAHE(CLAHE_CLIP_LIMIT, (tiles, tiles))
    return np.asarray(clahe.apply(part), dtype=np.uint8)


def _turned(
    part: NDArray[np.uint8], frame_from_part: Homography
) -> tuple[NDArray[np.uint8], Homography]:
    """Return the part turned about its centre, on a canvas that holds all of it."""
    height, width = part.shape
    angle = np.deg2rad(TURN_DEG)
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    outline = Quad.of_picture(width, height)
    turn = Homography(np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]]))
    left, top, right, bottom = Quad(turn.apply(outline.corners_px)).bounds_xyxy
    turned_from_part = Homography.translation(-left - 0.5, -top - 0.5) @ turn
    size_wh = (int(np.ceil(right - left)), int(np.ceil(bottom - top)))
    border = int(np.median(part))
    turned = warp(part, turned_from_part, size_wh, border=border, interpolation=Interpolation.CUBIC)
    return turned, frame_from_part @ turned_from_part.inverse()
