"""How each rung of the ladder shows a part of the picture to the decoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

import cv2
import numpy as np

from vision.codes.code_reading import Rung
from vision.codes.decoder import View
from vision.codes.shrinking import shrunk
from vision.geometry import Homography, Interpolation, Quad, warp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.frame import Frame

    Gray = NDArray[np.uint8]

# Long side that the rungs above the first work on, px: bounds their cost, and a code that fills
# the picture still has plenty of pixels per module.
WORKING_SIDE_PX = 1600
# Enlargements that share no pixel grid with the picture or with each other. Doubling reads codes
# of 1 to 2 px per module; parts above the limit have enough pixels, doubling would only cost time.
ENLARGEMENT, DOUBLED, LARGE_DOUBLED, TRIPLED, LARGE_TRIPLED = 1.5, 2.0, 1.25, 3.0, 1.4
MAX_DOUBLED_PIXELS = 1_300_000
# Contrast-limited equalisation, as measured on photos. The rungs that equalise use different
# tiles (per side), so that they don't share what equalisation invents: with 8 tiles in both, one
# more text that differs from its photo's expectation was agreed on.
CLAHE_CLIP_LIMIT = 3.0
ENLARGED_TILES, CONTRAST_TILES = 4, 8
# Exponents of the grey levels: one lifts shadows, the other brings out faint ink in glare.
LIFTING, DARKENING = 0.4, 2.5
# Local threshold: side of the Gaussian window, px, and how far below the mean dark begins.
ADAPTIVE_WINDOW_PX, ADAPTIVE_OFFSET = 31, 5
# The paper's brightness is looked at in a picture this small, px, blurred by so much, px, and
# becomes this grey level.
PAPER_SIDE_PX, PAPER_BLUR_PX, PAPER_LEVEL = 160, 13.3, 150.0
SMOOTHING_PX, STRONG_SMOOTHING_PX = 1.0, 2.0
SHARPENING_PX, SHARPENING_AMOUNT = 3.0, 2.0
# Widths of the Gaussian blur that is undone, px, the noise that is reckoned with (Wiener) and the
# border that keeps the picture's ends apart.
BLUR_PX, STRONG_BLUR_PX, NOISE_POWER, BLUR_BORDER_PX = 2.5, 4.0, 0.01, 8
# Far enough from 0 that bars cross many pixel columns, near enough to keep codes in the picture.
TURN_DEG, FAR_TURN_DEG = 10.0, 30.0
# Enlargements in which bars are averaged along their length, which is the strongest cure of noise
# that one-dimensional codes allow; length of that average, px of the part (share of a large part),
# the blur that is then undone, and from which tilt on the picture is turned first.
ALONG_FACTOR, LARGE_ALONG_FACTOR = 1.25, 1.15
ALONG_PX, ALONG_SHARE, ALONG_SHARPENING_PX, LEAST_TILT_DEG = 15, 1 / 64, 1.5, 2.0
# Every how many pixels the grey of a turned picture's surroundings is asked for.
_BORDER_STEP_PX = 4
# To make a view, ms per million pixels of the part: those that need two Fourier transforms, others.
_SLOW_VIEW_MS, _VIEW_MS = 35.0, 15.0
_AS_IT_IS = Homography.identity()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the picture at its working size.

    Attributes:
        gray: uint8 (h, w), at most WORKING_SIDE_PX on its long side.
        frame_from_part: Where its pixels lie in the frame.
        is_native: Whether its pixels are those of the frame.
    """

    gray: Gray
    frame_from_part: Homography
    is_native: bool = True


def native_view(gray: Gray) -> View:
    """Return the whole picture, uint8 (H, W), as it is."""
    return View(Rung.NATIVE, gray, _AS_IT_IS)


def working_part(
    frame: Frame, part_xyxy: tuple[int, int, int, int], side_px: float = WORKING_SIDE_PX
) -> Part:
    """Return the pixels left..right-1, top..bottom-1 of the picture, at most `side_px` long."""
    left, top, right, bottom = part_xyxy
    gray = frame.gray[top:bottom, left:right]
    frame_from_part = Homography.translation(left, top)
    scale = min(1.0, side_px / max(gray.shape))
    if scale < 1.0:
        return Part(*_resized(gray, scale, frame_from_part), is_native=False)
    return Part(np.ascontiguousarray(gray), frame_from_part)


def part_view(part: Part, rung: Rung) -> View:
    """Return the part as the rung shows it.

    Raises:
        ValueError: GRID, which shows nothing to the decoder, or TEXTURE, which shows places.
    """
    gray, frame_from_part = part.gray, part.frame_from_part
    match rung:
        case Rung.NATIVE | Rung.REDUCED | Rung.GLOBAL:
            pass
        case Rung.EQUALISED:
            gray = _equalised(gray, CONTRAST_TILES)
        case Rung.CONTRAST:
            gray, frame_from_part = _resized(gray, _doubling(gray), frame_from_part)
            gray = _equalised(gray, CONTRAST_TILES)
        case Rung.ENLARGED:
            gray, frame_from_part = _resized(gray, ENLARGEMENT, frame_from_part)
            gray = _equalised(gray, ENLARGED_TILES)
        case Rung.TRIPLED:
            factor = TRIPLED if gray.size <= MAX_DOUBLED_PIXELS else LARGE_TRIPLED
            gray, frame_from_part = _resized(gray, factor, frame_from_part)
        case Rung.SHARPENED:
            gray, frame_from_part = _resized(gray, _doubling(gray), frame_from_part)
            gray = _sharpened(gray, SHARPENING_PX)
        case Rung.LIFTED:
            gray = _bent_levels(gray, LIFTING)
        case Rung.DARKENED:
            gray = _bent_levels(gray, DARKENING)
        case Rung.ADAPTIVE:
            gray = _parted(gray)
        case Rung.FLATTENED:
            gray = _flattened(gray)
        case Rung.SMOOTHED:
            gray = _smoothed(gray, SMOOTHING_PX)
        case Rung.SMOOTHED_MORE:
            gray = _smoothed(gray, STRONG_SMOOTHING_PX)
        case Rung.THICKENED:
            gray = np.asarray(cv2.erode(gray, np.ones((3, 3), np.uint8)), dtype=np.uint8)
        case Rung.DEBLURRED:
            gray = _deblurred(gray, BLUR_PX)
        case Rung.DEBLURRED_MORE:
            gray = _deblurred(gray, STRONG_BLUR_PX)
        case Rung.TURNED:
            gray, frame_from_part = _turned(gray, TURN_DEG, frame_from_part)
        case Rung.TURNED_FAR:
            gray, frame_from_part = _turned(gray, FAR_TURN_DEG, frame_from_part)
        case Rung.ALONG_BARS:
            factor = ALONG_FACTOR if gray.size <= MAX_DOUBLED_PIXELS else LARGE_ALONG_FACTOR
            gray, frame_from_part = _along_bars(gray, factor, frame_from_part)
        case Rung.ALONG_BARS_LARGE:
            factor = TRIPLED if gray.size <= MAX_DOUBLED_PIXELS else LARGE_TRIPLED
            gray, frame_from_part = _along_bars(gray, factor, frame_from_part)
        case Rung.GRID | Rung.TEXTURE:
            raise ValueError(f"expected a rung that shows the whole part, got {rung}")
        case _:
            assert_never(rung)
    return View(rung, gray, frame_from_part, has_one_threshold=rung is Rung.GLOBAL)


def shown_pixels(part: Part, rung: Rung) -> float:
    """How many pixels the rung will show, about: what its cost is foretold by."""
    size = part.gray.size
    is_large = size > MAX_DOUBLED_PIXELS
    match rung:
        case Rung.CONTRAST | Rung.SHARPENED:
            factor = LARGE_DOUBLED if is_large else DOUBLED
        case Rung.TRIPLED | Rung.ALONG_BARS_LARGE:
            factor = LARGE_TRIPLED if is_large else TRIPLED
        case Rung.ENLARGED:
            factor = ENLARGEMENT
        case Rung.TURNED | Rung.ALONG_BARS:
            factor = 1.2
        case Rung.TURNED_FAR:
            factor = 1.4
        case _:
            factor = 1.0
    return size * factor**2


def view_ms(part: Part, rung: Rung) -> float:
    """How long it takes to make what the rung shows, about."""
    per_pixel = _SLOW_VIEW_MS if rung in (Rung.DEBLURRED, Rung.DEBLURRED_MORE) else _VIEW_MS
    return per_pixel * part.gray.size / 1e6


def _doubling(gray: Gray) -> float:
    return DOUBLED if gray.size <= MAX_DOUBLED_PIXELS else LARGE_DOUBLED


def _resized(gray: Gray, scale: float, frame_from_part: Homography) -> tuple[Gray, Homography]:
    height, width = gray.shape
    size_wh = (max(1, round(width * scale)), max(1, round(height * scale)))
    if scale < 1.0:
        resized = shrunk(gray, size_wh)
    else:
        resized = np.asarray(cv2.resize(gray, size_wh, interpolation=cv2.INTER_CUBIC), np.uint8)
    resized_from_part = Homography.scaling(size_wh[0] / width, size_wh[1] / height)
    return resized, frame_from_part @ resized_from_part.inverse()


def _equalised(gray: Gray, tiles: int) -> Gray:
    clahe = cv2.createCLAHE(CLAHE_CLIP_LIMIT, (tiles, tiles))
    return np.asarray(clahe.apply(gray), dtype=np.uint8)


def _bent_levels(gray: Gray, exponent: float) -> Gray:
    levels = 255.0 * (np.arange(256) / 255.0) ** exponent
    return np.asarray(cv2.LUT(gray, np.round(levels).astype(np.uint8)), dtype=np.uint8)


def _parted(gray: Gray) -> Gray:
    parted = cv2.adaptiveThreshold(
        gray,
        255,
        cv2.ADAPTIVE_THRESH_GAUSSIAN_C,
        cv2.THRESH_BINARY,
        ADAPTIVE_WINDOW_PX,
        ADAPTIVE_OFFSET,
    )
    return np.asarray(parted, dtype=np.uint8)


def _flattened(gray: Gray) -> Gray:
    """The picture divided by the brightness of its paper."""
    height, width = gray.shape
    scale = min(1.0, PAPER_SIDE_PX / max(gray.shape))
    small_wh = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.GaussianBlur(shrunk(gray, small_wh), (0, 0), PAPER_BLUR_PX)
    paper = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    # Without a zero in the divisor; cv2.divide rounds and saturates.
    divisor = cv2.max(paper, 1)  # type: ignore[call-overload]
    return np.asarray(cv2.divide(gray, divisor, scale=PAPER_LEVEL), dtype=np.uint8)


def _smoothed(gray: Gray, sigma_px: float) -> Gray:
    return np.asarray(cv2.GaussianBlur(gray, (0, 0), sigma_px), dtype=np.uint8)


def _sharpened(gray: Gray, sigma_px: float) -> Gray:
    blurred = cv2.GaussianBlur(gray, (0, 0), sigma_px)
    sharp = cv2.addWeighted(gray, 1 + SHARPENING_AMOUNT, blurred, -SHARPENING_AMOUNT, 0)
    return np.asarray(sharp, dtype=np.uint8)


def _deblurred(gray: Gray, sigma_px: float) -> Gray:
    """The picture with a Gaussian blur undone, as far as noise allows (Wiener's filter)."""
    height, width = gray.shape
    border = BLUR_BORDER_PX
    rows = cv2.getOptimalDFTSize(height + 2 * border)
    columns = cv2.getOptimalDFTSize(width + 2 * border)
    below, right = rows - height - border, columns - width - border
    framed = cv2.copyMakeBorder(gray, border, below, border, right, cv2.BORDER_REPLICATE)
    spectrum = np.asarray(cv2.dft(framed.astype(np.float32)), dtype=np.float32)
    spectrum *= _unblurring(rows, columns, sigma_px)
    sharp = np.asarray(cv2.dft(spectrum, flags=cv2.DFT_INVERSE | cv2.DFT_SCALE))
    inner = np.maximum(sharp[border : border + height, border : border + width], 0)
    return np.asarray(cv2.convertScaleAbs(inner), dtype=np.uint8)


def _unblurring(rows: int, columns: int, sigma_px: float) -> NDArray[np.float32]:
    """Wiener's filter of a Gaussian blur, float32 (rows, columns), where cv2.dft packs a spectrum.

    Real and imaginary parts lie side by side, but in the first column (and the last of an even
    count) one below the other.
    """
    down = _passed(np.abs(np.fft.fftfreq(rows)), sigma_px)
    down_packed = _passed((np.arange(rows) + 1) // 2 / rows, sigma_px)
    across = _passed((np.arange(columns) + 1) // 2 / columns, sigma_px)
    passed = np.outer(down, across)
    passed[:, 0] = down_packed * across[0]
    if columns % 2 == 0:
        passed[:, -1] = down_packed * across[-1]
    return np.asarray(passed / (passed * passed + np.float32(NOISE_POWER)), dtype=np.float32)


def _passed(frequency: NDArray[np.float64], sigma_px: float) -> NDArray[np.float32]:
    """What a Gaussian blur leaves of a frequency, cycles per pixel."""
    return np.exp(-2 * (np.pi * sigma_px * frequency) ** 2).astype(np.float32)


def _turned(gray: Gray, angle_deg: float, frame_from_part: Homography) -> tuple[Gray, Homography]:
    """Return the part turned about its corner, on a canvas that holds all of it."""
    height, width = gray.shape
    angle = np.deg2rad(angle_deg)
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    outline = Quad.of_picture(width, height)
    turn = Homography(np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]]))
    left, top, right, bottom = Quad(turn.apply(outline.corners_px)).bounds_xyxy
    turned_from_part = Homography.translation(-left - 0.5, -top - 0.5) @ turn
    size_wh = (int(np.ceil(right - left)), int(np.ceil(bottom - top)))
    border = int(np.median(gray[::_BORDER_STEP_PX, ::_BORDER_STEP_PX]))
    turned = warp(gray, turned_from_part, size_wh, border=border, interpolation=Interpolation.CUBIC)
    return turned, frame_from_part @ turned_from_part.inverse()


def _along_bars(gray: Gray, factor: float, frame_from_part: Homography) -> tuple[Gray, Homography]:
    """The part turned until its bars stand upright, averaged along them, sharpened across them."""
    tilt_deg = _tilt_deg(gray)
    if abs(tilt_deg) > LEAST_TILT_DEG:
        gray, frame_from_part = _turned(gray, tilt_deg, frame_from_part)
    length = max(ALONG_PX, ALONG_SHARE * max(gray.shape))
    gray, frame_from_part = _resized(gray, factor, frame_from_part)
    averaged = np.asarray(cv2.blur(gray, (1, int(length * factor) | 1)), dtype=np.uint8)
    sharp = _sharpened(averaged, ALONG_SHARPENING_PX * factor)
    return _equalised(sharp, ENLARGED_TILES), frame_from_part


def _tilt_deg(gray: Gray) -> float:
    """How far the strongest edges of a picture lean from upright, -90 to 90 degrees.

    Orientation of the mean structure tensor: Bigun and Granlund, "Optimal orientation detection of
    linear symmetry", 1987.
    """
    across = np.asarray(cv2.Sobel(gray, cv2.CV_32F, 1, 0, ksize=3))
    down = np.asarray(cv2.Sobel(gray, cv2.CV_32F, 0, 1, ksize=3))
    mixed = float((across * down).mean())
    difference = float((across * across).mean() - (down * down).mean())
    return float(np.rad2deg(0.5 * np.arctan2(2 * mixed, difference)))
