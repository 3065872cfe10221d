"""How good a picture is for reading, and the one thing that the person should do next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.geometry import Quad, straighten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.frame import Frame

# Long side at which a whole picture is measured, px: camera shake that matters for reading is
# still visible there, and a 12-megapixel photo costs a few milliseconds.
WHOLE_SIDE_PX = 1024
# Long side of a code's patch while it is measured, px.
CODE_SIDE_PX = 768
# Half the window in which the two levels of an edge are looked for, px.
EDGE_REACH_PX = 12
# An edge counts above this difference of levels (of 255): paper grain and sensor noise stay below.
MIN_EDGE_STEP = 24.0
# A crest counts as an edge from this share of the steepest slope of its window.
EDGE_SLOPE_SHARE = 0.5
# Fewer edge pixels than this say nothing about sharpness.
MIN_EDGE_PIXELS = 40
# Spread of the sharpest edge that pixels can hold as measured here (3 x 3 smoothing and Sobel), px.
SHARPEST_SPREAD_PX = 1.0
# Grey levels (of 255) at which a sensor has clipped, allowing for lens glow and compression.
DARK_CLIP, BRIGHT_CLIP = 8, 250

# Thresholds of the hints. They advise a person and decide no verdict.
# Paper (95th percentile) below this level: sensor noise is then as large as the code's contrast.
DARK_PAPER_LEVEL = 70.0
# Ink (5th percentile) above this level: overexposed, ink and paper merge.
BRIGHT_INK_LEVEL = 190.0
# Washed-out share of a code: evenly lit codes measure below 0.005, and QR level L restores only
# 7 % of the code words, so the hint comes well before that.
WASHED_OUT_SHARE = 0.025
# Blown-out patch of a picture without a code: smaller than this is a highlight on a corner, larger
# than that is a white background.
BLOB_SHARE = (0.01, 0.35)
# Below this many pixels per module readers begin to fail (photos of 2 to 3 px are read only after
# enlarging).
MIN_PIXELS_PER_MODULE = 2.5
# Spread of an edge above this part of a module: neighbouring modules run into each other (a QR
# code of 6 px per module is still read at a blur of 0.5 modules, no more at 0.65).
MAX_SPREAD_MODULES = 0.5
# Spread of an edge in a whole picture of WHOLE_SIDE_PX above which nothing small can be read, px.
MAX_SPREAD_WHOLE_PX = 3.0
# A patch dense with edges looks like a code when it is about square and fills its box: Chinese text
# fills half to two thirds of its own, a code seen at up to 45 degrees seven tenths and more.
CODE_LIKE_SIDE_PX, CODE_LIKE_ASPECT, CODE_LIKE_FILL = 12, 1.5, 0.7
# Least changes of dark and light along a line: halfway between letters and the smallest code.
CODE_LIKE_ALTERNATIONS = 6.0
# A code-like patch below this share of the picture is far away.
FAR_PATCH_SHARE = 0.04


class RetakeHint(StrEnum):
    """What the person should do for a better picture."""

    NONE = "none"
    SHOW_CODE = "show_code"
    CLOSER = "closer"
    FARTHER = "farther"
    HOLD_STILL = "hold_still"
    MORE_LIGHT = "more_light"
    LESS_LIGHT = "less_light"
    TILT_AGAINST_GLARE = "tilt_against_glare"


@dataclass(frozen=True, slots=True)
class Quality:
    """Measurements of the code's area, or of the whole picture where no code is known.

    `edge_spread_px`: standard deviation of the blur that explains the edges, in picture pixels
    (None without edges); `sharpness` 0..1: 1 is as sharp as the pixels allow, 0 without edges;
    `median_level` 0..255; `dark_share`, `bright_share` 0..1: clipped pixels; `glare_share` 0..1:
    washed-out part; `contrast` 0..1: 95th minus 5th percentile of the levels, over 255;
    `pixels_per_module`: None where no code or no module count is known.
    """

    edge_spread_px: float | None
    sharpness: float
    median_level: float
    dark_share: float
    bright_share: float
    glare_share: float
    contrast: float
    pixels_per_module: float | None
    hint: RetakeHint


def assess(
    frame: Frame, quad: Quad | None = None, pixels_per_module: float | None = None
) -> Quality:
    """Measure the code at `quad`, or the whole picture, and choose one hint."""
    if quad is None:
        return _assess_whole(frame)
    return _assess_code(frame, quad, pixels_per_module)


def _assess_code(frame: Frame, quad: Quad, pixels_per_module: float | None) -> Quality:
    patch, patch_px_per_px = _straightened(frame, quad)
    spread = edge_spread(patch)
    spread_px = None if spread is None else spread / patch_px_per_px
    ink, paper = np.percentile(patch, (5, 95))
    window = _window_px(patch, pixels_per_module, patch_px_per_px)
    glare = washed_out_share(patch, window)
    if paper < DARK_PAPER_LEVEL:
        hint = RetakeHint.MORE_LIGHT
    elif ink > BRIGHT_INK_LEVEL:
        hint = RetakeHint.LESS_LIGHT
    elif glare > WASHED_OUT_SHARE:
        hint = RetakeHint.TILT_AGAINST_GLARE
    elif pixels_per_module is not None and pixels_per_module < MIN_PIXELS_PER_MODULE:
        hint = RetakeHint.CLOSER
    elif _is_blurred(spread_px, pixels_per_module):
        hint = RetakeHint.HOLD_STILL
    elif not np.all(Quad.of_picture(frame.width_px, frame.height_px).contains(quad.corners_px)):
        hint = RetakeHint.FARTHER
    else:
        hint = RetakeHint.NONE
    return _quality(patch, spread_px, patch_px_per_px, glare, pixels_per_module, hint)


def _assess_whole(frame: Frame) -> Quality:
    scale = min(1.0, WHOLE_SIDE_PX / max(frame.width_px, frame.height_px))
    gray = frame.gray
    if scale < 1.0:
        size_wh = (max(1, round(frame.width_px * scale)), max(1, round(frame.height_px * scale)))
        gray = np.asarray(cv2.resize(gray, size_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    spread = edge_spread(gray)
    ink, paper = np.percentile(gray, (5, 95))
    glare = _blown_out_share(gray)
    low, high = BLOB_SHARE
    far_share = _code_like_share(gray)
    if paper < DARK_PAPER_LEVEL:
        hint = RetakeHint.MORE_LIGHT
    elif ink > BRIGHT_INK_LEVEL and glare > high:
        hint = RetakeHint.LESS_LIGHT
    elif low < glare < high:
        hint = RetakeHint.TILT_AGAINST_GLARE
    elif spread is not None and spread > MAX_SPREAD_WHOLE_PX:
        hint = RetakeHint.HOLD_STILL
    elif 0.0 < far_share < FAR_PATCH_SHARE:
        hint = RetakeHint.CLOSER
    else:
        hint = RetakeHint.SHOW_CODE
    spread_px = None if spread is None else spread / scale
    return _quality(gray, spread_px, scale, glare, None, hint)


def _quality(
    gray: NDArray[np.uint8],
    spread_px: float | None,
    scale: float,
    glare: float,
    pixels_per_module: float | None,
    hint: RetakeHint,
) -> Quality:
    ink, paper = np.percentile(gray, (5, 95))
    sharpness = 0.0 if spread_px is None else min(1.0, SHARPEST_SPREAD_PX / (spread_px * scale))
    return Quality(
        edge_spread_px=spread_px,
        sharpness=sharpness,
        median_level=float(np.median(gray)),
        dark_share=float(np.mean(gray <= DARK_CLIP)),
        bright_share=float(np.mean(gray >= BRIGHT_CLIP)),
        glare_share=glare,
        contrast=float(paper - ink) / 255.0,
        pixels_per_module=pixels_per_module,
        hint=hint,
    )


def edge_spread(gray: NDArray[np.uint8]) -> float | None:
    """Return the standard deviation of the blur that explains the picture's edges, px.

    A step of height A blurred by a Gaussian of standard deviation s has the steepest slope
    A / (s sqrt(2 pi)); so s follows from the slope and the two levels beside the edge, whatever
    light and contrast are. Median over the steepest pixels of edges; None where there are too few.
    """
    smooth = cv2.GaussianBlur(gray, (3, 3), 0).astype(np.float32)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=0.125)
    slope = cv2.magnitude(across, down)
    window = np.ones((2 * EDGE_REACH_PX + 1, 2 * EDGE_REACH_PX + 1), np.uint8)
    step = cv2.dilate(smooth, window) - cv2.erode(smooth, window)
    is_crest = slope >= cv2.dilate(slope, np.ones((5, 5), np.uint8))
    # The grain of paper beside an edge has the edge's step in its window but not its slope: only
    # crests about as steep as the steepest of their window are edges.
    steepest = cv2.dilate(slope, window)
    is_edge = is_crest & (step > MIN_EDGE_STEP) & (slope > EDGE_SLOPE_SHARE * steepest)
    if int(is_edge.sum()) < MIN_EDGE_PIXELS:
        return None
    spreads = step[is_edge] / (slope[is_edge] * np.float32(np.sqrt(2.0 * np.pi)))
    return float(np.median(spreads))


def washed_out_share(patch: NDArray[np.uint8], window_px: int) -> float:
    """Return the share 0..1 of a code's patch that is bright and has lost its ink.

    Within a window of several modules every code has ink; where a whole window is light, it was
    washed out.
    """
    ink, paper = (float(level) for level in np.percentile(patch, (5, 95)))
    if paper - ink < MIN_EDGE_STEP:
        return 0.0
    is_light = (cv2.GaussianBlur(patch, (3, 3), 0) > ink + 0.6 * (paper - ink)).astype(np.uint8)
    washed_out = cv2.morphologyEx(
        is_light,
        cv2.MORPH_OPEN,
        np.ones((window_px, window_px), np.uint8),
        borderType=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    return float(np.mean(washed_out))


def _window_px(patch: NDArray[np.uint8], pixels_per_module: float | None, scale: float) -> int:
    """Return a window that surely holds ink: 5 modules, or a sixth of the patch if unknown."""
    side = min(patch.shape)
    wanted = side / 6 if pixels_per_module is None else 5.0 * pixels_per_module * scale
    return int(np.clip(wanted, 3, max(3, side // 2))) | 1


def _is_blurred(spread_px: float | None, pixels_per_module: float | None) -> bool:
    if spread_px is None:
        return True
    if pixels_per_module is None:
        return spread_px > MAX_SPREAD_WHOLE_PX
    # What no lens can better is not the hand's fault.
    return spread_px > max(SHARPEST_SPREAD_PX, MAX_SPREAD_MODULES * pixels_per_module)


def _straightened(frame: Frame, quad: Quad) -> tuple[NDArray[np.uint8], float]:
    """Return the code seen straight, grey, and its scale (patch px per picture px, at most 1)."""
    top, right, bottom, left = quad.side_lengths_px
    width, height = float(max(top, bottom)), float(max(right, left))
    scale = min(1.0, CODE_SIDE_PX / max(width, height))
    size_wh = (max(8, round(width * scale)), max(8, round(height * scale)))
    patch = straighten(frame.gray, quad, Quad.of_picture(*size_wh), size_wh, border=None)
    return patch, scale


def _blown_out_share(gray: NDArray[np.uint8]) -> float:
    """Return the share 0..1 of the picture in blown-out patches of 3 % of the long side or more."""
    side = max(3, round(0.03 * max(gray.shape)))
    blown_out = (gray >= BRIGHT_CLIP).astype(np.uint8)
    patches = cv2.morphologyEx(blown_out, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return float(np.mean(patches))


def _code_like_share(gray: NDArray[np.uint8]) -> float:
    """Return the share of the largest compact patch dense with edges both ways; 0.0 if none.

    That is how a matrix code looks that is too small to be read.
    """
    values = gray.astype(np.float32)
    across = cv2.blur(np.abs(cv2.Sobel(values, cv2.CV_32F, 1, 0, scale=0.125)), (9, 9))
    down = cv2.blur(np.abs(cv2.Sobel(values, cv2.CV_32F, 0, 1, scale=0.125)), (9, 9))
    dense = (np.minimum(across, down) > MIN_EDGE_STEP / 4.0).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(dense)
    best = 0.0
    for index in range(1, count):
        left, top, width, height, area = (int(value) for value in boxes[index])
        is_square = max(width, height) < CODE_LIKE_ASPECT * min(width, height)
        is_full = area > CODE_LIKE_FILL * width * height
        if min(width, height) < CODE_LIKE_SIDE_PX or not (is_square and is_full):
            continue
        if _alternations(gray[top : top + height, left : left + width]) >= CODE_LIKE_ALTERNATIONS:
            best = max(best, area / gray.size)
    return best


def _alternations(patch: NDArray[np.uint8]) -> float:
    """Return how often dark and light change along a line of the patch: rows or columns, the less.

    The mean over all lines of a QR code is about half its modules, 10 and more; of a letter 2 to 4.
    """
    low, high = np.percentile(patch, (5, 95))
    is_dark = patch < (low + high) / 2
    along_rows = np.mean(np.sum(is_dark[:, 1:] != is_dark[:, :-1], axis=1))
    along_columns = np.mean(np.sum(is_dark[1:] != is_dark[:-1], axis=0))
    return float(min(along_rows, along_columns))
