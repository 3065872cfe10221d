"""Places with the texture of a code, made square and enlarged, as they are shown to the decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.code_reading import Rung
from vision.codes.decoder import View
from vision.codes.finding.texture import SIDES_PX, texture_places
from vision.geometry import Homography

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.geometry import Quad

    Gray = NDArray[np.uint8]

# Places that are shown where nothing was read, and beside codes that were read.
MOST_PLACES, PLACES_BESIDE = 6, 3
# Side of a shown place, px: twice its own within these bounds. A version 10 symbol then has 6 px
# for each of its modules; more only costs time.
_LEAST_SIDE_PX, _MOST_SIDE_PX, _ENLARGED = 240, 480, 2.0
# The smaller showing, of its own side.
_SMALLER = 0.6
# Local equalisation, and local contrast of what was smoothed a little: for noise and for glare.
_CLIP, _TILES = 3.0, 8
_SMOOTHING_PX, _WINDOW_SHARE, _LEAST_SPREAD, _SPREAD_LEVELS = 1.5, 0.25, 0.15, 55.0
_MIDDLE_LEVEL = 128.0
# Local means change slowly: they are taken of every so many pixels.
_COARSE = 4
# For blur, and for what was seen at a steep angle: the largest showing, its sharpening, and that of
# the normalised one.
_SHARP_SIDE_PX, _SHARPENING_PX, _SHARPENING = 640, 6.0, 2.0
_NORMALISED_SHARPENING_PX, _NORMALISED_SHARPENING = 5.0, 1.5


def texture_views(
    gray: Gray,
    budget: Budget,
    known: Sequence[Quad] = (),
    most: int = MOST_PLACES,
    sides_px: Sequence[int] = SIDES_PX,
) -> Iterator[View]:
    """What looks like a code, the likeliest place first: as it is, equalised, smaller, sharper.

    Args:
        gray: uint8 (H, W).
        budget: Asked before every view.
        known: Outlines of codes that were read already; beside them, two views of each place.
        most: Most places.
        sides_px: Long sides that the picture is looked at in.
    """
    is_brief = bool(known)
    for place in texture_places(gray, most, budget, known, sides_px):
        if budget.is_spent:
            return
        side_px = int(np.clip(_ENLARGED * place.side_px, _LEAST_SIDE_PX, _MOST_SIDE_PX))
        shown, frame_from_shown = place.shown(gray, side_px)
        yield View(Rung.TEXTURE, shown, frame_from_shown)
        clahe = cv2.createCLAHE(_CLIP, (_TILES, _TILES))
        yield View(Rung.TEXTURE, np.asarray(clahe.apply(shown), np.uint8), frame_from_shown)
        if is_brief:
            continue
        small_px = round(_SMALLER * side_px)
        small = cv2.resize(shown, (small_px, small_px), interpolation=cv2.INTER_AREA)
        shown_from_small = Homography.scaling(side_px / small_px, side_px / small_px)
        yield View(Rung.TEXTURE, np.asarray(small, np.uint8), frame_from_shown @ shown_from_small)
        if not budget.left_ms > 0:
            return
        even = locally_normalised(shown)
        yield View(Rung.TEXTURE, even, frame_from_shown)
        sharp = _sharpened(even, _NORMALISED_SHARPENING_PX, _NORMALISED_SHARPENING)
        yield View(Rung.TEXTURE, sharp, frame_from_shown)
        large, frame_from_large = place.shown(gray, _SHARP_SIDE_PX)
        sharp = _sharpened(large, _SHARPENING_PX, _SHARPENING)
        yield View(Rung.TEXTURE, sharp, frame_from_large)


def locally_normalised(gray: Gray) -> Gray:
    """The picture smoothed a little, its local mean at middle grey and its local spread even."""
    smooth = np.asarray(cv2.GaussianBlur(gray, (0, 0), _SMOOTHING_PX), np.float32)
    coarse = smooth[::_COARSE, ::_COARSE]
    side = max(3, int(_WINDOW_SHARE * max(coarse.shape))) | 1
    mean = cv2.blur(coarse, (side, side))
    spread = np.sqrt(np.maximum(cv2.blur(coarse * coarse, (side, side)) - mean * mean, 0))
    spread = np.maximum(spread, max(_LEAST_SPREAD * float(spread.max()), 0.5))
    gain = np.float32(_SPREAD_LEVELS) / spread
    size_wh = (gray.shape[1], gray.shape[0])
    offset = cv2.resize(np.float32(_MIDDLE_LEVEL) - mean * gain, size_wh)
    level = smooth * cv2.resize(gain, size_wh) + offset
    return np.asarray(np.clip(level, 0, 255), np.uint8)


def _sharpened(gray: Gray, sigma_px: float, amount: float) -> Gray:
    soft = cv2.GaussianBlur(gray, (0, 0), sigma_px)
    return np.asarray(cv2.addWeighted(gray, 1 + amount, soft, -amount, 0), np.uint8)
