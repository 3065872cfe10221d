"""Artwork: a customer's logo or picture, read with care and laid on the module grid."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.artwork_file import ARTWORK_LIMITS, read_pixels
from generative_codes.errors import ArtworkError
from generative_codes.fields import Told, check_fields

__all__ = [
    "ARTWORK_LIMITS",
    "Artwork",
    "ArtworkError",
    "Crop",
    "Fit",
    "Placement",
    "Target",
    "load_artwork",
    "module_target",
]

# Shades on white that differ by less cannot be told apart after printing and thresholding.
MIN_CONTRAST = 24
# A smaller box is less than two modules wide on every symbol that holds a drawing.
MIN_SCALE = 0.05
# The artwork is sampled this finely before it is averaged over modules.
_PIXELS_PER_MODULE = 8
_MAX_SIDE_MODULES = 177
# Ring around the drawn area that belongs to the logo: without it the outline drowns in modules.
_SURROUND_MODULES = 1

Bits = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.float32]


class Fit(StrEnum):
    """How the artwork fills its box: wholly inside it, or covering it and cut at its edge."""

    CONTAIN = "contain"
    COVER = "cover"


@dataclass(frozen=True, slots=True, eq=False)
class Artwork:
    """One upright picture.

    Attributes:
        bgr: uint8 (H, W, 3), straight colours (not multiplied by alpha); white where alpha is 0.
        alpha: uint8 (H, W), 255 = opaque.

    Raises:
        ArtworkError: On other dtypes or shapes, or a picture in which nothing can be seen.
    """

    bgr: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        bgr, alpha = self.bgr, self.alpha
        is_shaped = bgr.ndim == 3 and bgr.shape[2] == 3 and alpha.shape == bgr.shape[:2]
        if bgr.dtype != np.uint8 or alpha.dtype != np.uint8 or not is_shaped or not alpha.size:
            raise ArtworkError(
                "Artwork needs uint8 (H, W, 3) colours and uint8 (H, W) alpha, "
                f"not {bgr.dtype} {bgr.shape} and {alpha.dtype} {alpha.shape}."
            )
        if not alpha.any():
            raise ArtworkError(
                "The artwork is wholly transparent; export its visible layers.",
                text_zh="图稿完全透明，什么也看不见；请导出可见的图层。",
            )
        on_white = self.luma_on_white
        darkest, lightest = int(on_white.min()), int(on_white.max())
        if lightest - darkest < MIN_CONTRAST:
            raise ArtworkError(
                f"The artwork is one uniform {'dark' if lightest < 128 else 'light'} shade (luma "
                f"{darkest} to {lightest} on white); use a dark drawing on a light or transparent "
                f"background, at least {MIN_CONTRAST} levels apart.",
                text_zh=f"图稿只有一种{'深' if lightest < 128 else '浅'}色"
                f"（白底上亮度 {darkest} 至 {lightest}）；"
                f"请使用浅色或透明背景上的深色图案，明暗至少相差 {MIN_CONTRAST} 级。",
            )

    @property
    def width_px(self) -> int:
        """Number of columns."""
        return int(self.alpha.shape[1])

    @property
    def height_px(self) -> int:
        """Number of rows."""
        return int(self.alpha.shape[0])

    @property
    def luma_on_white(self) -> npt.NDArray[np.uint8]:
        """Luma of ITU-R BT.601 with the artwork laid on white, uint8 (H, W)."""
        gray = np.asarray(cv2.cvtColor(self.bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint16)
        alpha = self.alpha.astype(np.uint16)
        # At most 255 * 255 + 127: just inside 16 bits.
        return ((gray * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)

    def at_most(self, side_px: int) -> "Artwork":
        """The artwork shrunk so that its longer side is at most `side_px`; itself if it is."""
        longer = max(self.width_px, self.height_px)
        if longer <= side_px:
            return self
        size = (
            max(round(self.width_px * side_px / longer), 1),
            max(round(self.height_px * side_px / longer), 1),
        )
        alpha = cv2.resize(self.alpha, size, interpolation=cv2.INTER_AREA)
        # Colours are averaged by their opacity, so that nothing bleeds in from transparent parts.
        weighted = cv2.multiply(self.bgr, cv2.merge([self.alpha] * 3), scale=1 / 255)
        small = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
        bgr = cv2.divide(small, cv2.merge([alpha] * 3), scale=255)
        bgr[alpha == 0] = 255
        return Artwork(np.asarray(bgr, dtype=np.uint8), np.asarray(alpha, dtype=np.uint8))


def load_artwork(data: bytes) -> Artwork:
    """Decode a PNG, JPEG, WebP or SVG file; alpha is kept, EXIF orientation undone.

    An SVG is checked and drawn 1,500 pixels wide or high (`svg_gate`, `svg_artwork`).

    Raises:
        ArtworkError: If the bytes are refused. Nothing larger than `ARTWORK_LIMITS` is decoded.
    """
    return Artwork(*read_pixels(data))


@dataclass(frozen=True, slots=True)
class Crop:
    """Part of the artwork to use, in shares of its width and height from the top left."""

    left: Annotated[float, Told("left edge", 0, 1)] = 0.0
    top: Annotated[float, Told("upper edge", 0, 1)] = 0.0
    right: Annotated[float, Told("right edge", 0, 1)] = 1.0
    bottom: Annotated[float, Told("lower edge", 0, 1)] = 1.0

    def __post_init__(self) -> None:
        check_fields(self)
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ArtworkError(
                f"A crop needs 0 <= left < right <= 1 and 0 <= top < bottom <= 1, not {self}."
            )


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the artwork lies on the symbol.

    Attributes:
        fit: How it fills its box.
        scale: Side of the square box in shares of the symbol's side, above 0, up to 1.
        rotation_deg: Clockwise turn of the artwork.
        crop: Part of the artwork that is used.
        right_modules: Shift of the box from the symbol's centre, to the right.
        down_modules: The same, downwards.
    """

    fit: Annotated[Fit, Told("wholly inside its box, or covering it")] = Fit.CONTAIN
    scale: Annotated[float, Told("box, in shares of the symbol's side", MIN_SCALE, 1)] = 0.5
    rotation_deg: Annotated[float, Told("clockwise turn", -360, 360)] = 0.0
    crop: Annotated[Crop, Told("part of the artwork that is used")] = Crop()
    right_modules: Annotated[float, Told("shift to the right", -177, 177)] = 0.0
    down_modules: Annotated[float, Told("shift downwards", -177, 177)] = 0.0

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What the modules should show.

    Attributes:
        dark: bool (N, N), wanted colour, True = dark.
        importance: float32 (N, N) in 0..1; 0 = any colour will do, larger values are served first.
        zone: bool (N, N), the logo zone in which fidelity is promised.

    Raises:
        ArtworkError: On other dtypes, shapes or ranges.
    """

    dark: Bits
    importance: Weights
    zone: Bits

    def __post_init__(self) -> None:
        shape = self.dark.shape
        if len(shape) != 2 or shape[0] != shape[1] or self.dark.dtype != np.bool_:
            raise ArtworkError("A target's dark map is a bool square.")
        if self.zone.shape != shape or self.zone.dtype != np.bool_:
            raise ArtworkError("A target's zone is a bool square of the same size.")
        weights = self.importance
        if weights.shape != shape or weights.dtype != np.float32:
            raise ArtworkError("A target's importance is a float32 square of the same size.")
        if not ((weights >= 0) & (weights <= 1)).all():
            raise ArtworkError("Importance lies between 0 and 1.")

    @property
    def size_modules(self) -> int:
        """Side of the symbol it is meant for."""
        return int(self.dark.shape[0])

    def protected(self, area: Bits) -> "Target":
        """The same target with `area` (bool (N, N)) served before everything else.

        The area joins the zone; the importance outside it is halved so that it ranks below.
        """
        if area.shape != self.dark.shape or area.dtype != np.bool_:
            raise ArtworkError(f"A protected area is bool {self.dark.shape}.")
        lifted = np.where(area, 0.5 + 0.5 * self.importance, 0.5 * self.importance)
        return Target(self.dark, lifted.astype(np.float32), self.zone | area)

    def painted(self, weights: Weights) -> "Target":
        """The same target with the importance multiplied by painted weights, float32 (N, N) 0..1.

        Where 0 is painted the colour is given up and the module leaves the zone.
        """
        if weights.shape != self.dark.shape or not ((weights >= 0) & (weights <= 1)).all():
            raise ArtworkError(f"A painted map is {self.dark.shape} with values from 0 to 1.")
        importance = (self.importance * weights).astype(np.float32)
        return Target(self.dark, importance, self.zone & (weights > 0))


def module_target(
    artwork: Artwork, size_modules: int, placement: Placement | None = None
) -> Target:
    """Lay the artwork on the grid and decide each module's wanted colour.

    Dark and light are told apart half-way between the two mean shades into which Otsu's threshold
    parts the artwork's own luma on white. The logo zone is the bounding rectangle of what the
    artwork draws (modules wanted dark, and opaque modules of an artwork with transparency) with a
    surround of one module, cut at the symbol's edge: the area in which a designer sees the logo,
    not only its ink. Function patterns in it are part of it. Importance falls from 1 on the
    drawing's outline to 0.4 deep in the zone's background; it is 0 outside the zone.

    Args:
        artwork: The picture.
        size_modules: N, 21 to 177.
        placement: Where it goes; None = centred, half the symbol's side.

    Raises:
        ArtworkError: If the size does not exist or no dark module of the artwork is on the symbol.
    """
    if not 21 <= size_modules <= _MAX_SIDE_MODULES or size_modules % 4 != 1:
        raise ArtworkError(f"A symbol is 21, 25, ... 177 modules wide, not {size_modules}.")
    placement = placement or Placement()
    luma, coverage = _sampled(artwork, size_modules, placement)
    threshold = _dark_threshold(artwork)
    dark = luma <= threshold
    if not dark.any():
        raise ArtworkError(
            "No module of the symbol would be dark: the artwork is too fine, too light or placed "
            "off the symbol; scale it up, crop it tighter or move it to the centre.",
            text_zh="码上没有一个模块会变深：图稿太细、太浅或放到了码外；请放大、裁紧或移到中间。",
        )
    drawn = dark | ((coverage > 0.5) & bool((artwork.alpha < 128).any()))
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    zone = np.zeros_like(dark)
    zone[
        max(rows[0] - _SURROUND_MODULES, 0) : rows[-1] + 1 + _SURROUND_MODULES,
        max(columns[0] - _SURROUND_MODULES, 0) : columns[-1] + 1 + _SURROUND_MODULES,
    ] = True
    return Target(dark, _importance(dark, luma, threshold, zone), zone)


def _importance(dark: Bits, luma: Weights, threshold: float, zone: Bits) -> Weights:
    """Outline and clear colours first, plain ground and half-covered modules last."""
    ink = dark.astype(np.uint8)
    inside = cv2.distanceTransform(np.pad(ink, 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    outside = cv2.distanceTransform(1 - ink, cv2.DIST_L2, 3)
    depth = np.maximum(inside, outside)  # 1 beside the outline, growing away from it
    nearness = 1 / np.maximum(depth, 1)
    reach = np.where(luma <= threshold, max(threshold, 1.0), max(255 - threshold, 1.0))
    clearness = np.clip(np.abs(luma - threshold) / reach, 0, 1)
    ground = np.where(dark, 0.7, 0.4)
    weights = ground + (1 - ground) * nearness * (0.5 + 0.5 * clearness)
    return np.where(zone, weights, 0).astype(np.float32)


def _dark_threshold(artwork: Artwork) -> float:
    """Middle between the mean shades that Otsu's threshold parts: at most this is dark."""
    luma = artwork.luma_on_white
    parting, _ = cv2.threshold(luma, 0, 255, cv2.THRESH_OTSU)
    is_low = luma <= parting
    return float(luma[is_low].mean() + luma[~is_low].mean()) / 2


def _sampled(artwork: Artwork, size_modules: int, placement: Placement) -> tuple[Weights, Weights]:
    """Mean luma on white and coverage by opaque artwork of every module, float32 (N, N)."""
    crop = placement.crop
    width_px, height_px = artwork.width_px, artwork.height_px
    left, right = round(crop.left * width_px), round(crop.right * width_px)
    top, bottom = round(crop.top * height_px), round(crop.bottom * height_px)
    if left >= right or top >= bottom:
        raise ArtworkError(
            "The crop leaves less than one pixel; crop less.",
            text_zh="裁切后不足一个像素；请少裁一些。",
        )
    luma = artwork.luma_on_white[top:bottom, left:right]
    alpha = artwork.alpha[top:bottom, left:right]

    # Size of the turned artwork against the box, in fine pixels.
    fine = size_modules * _PIXELS_PER_MODULE
    box = placement.scale * fine
    turn = np.deg2rad(placement.rotation_deg)
    cos, sin = abs(np.cos(turn)), abs(np.sin(turn))
    height, width = luma.shape
    if placement.fit is Fit.CONTAIN:
        zoom = box / max(width * cos + height * sin, width * sin + height * cos)
    else:
        zoom = box * (cos + sin) / min(width, height)
    wide, high = max(round(width * zoom), 1), max(round(height * zoom), 1)
    if max(wide, high) > 16 * fine:
        raise ArtworkError(
            "The artwork is more than sixteen times as long as wide; crop it.",
            text_zh="图稿的长边超过短边的 16 倍；请裁切。",
        )
    method = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    small = np.stack(
        [cv2.resize(plane, (wide, high), interpolation=method) for plane in (luma, alpha)], axis=-1
    )
    # Pixel centres at integers: the artwork's centre goes to the box's centre.
    centre_x = fine / 2 + placement.right_modules * _PIXELS_PER_MODULE - 0.5
    centre_y = fine / 2 + placement.down_modules * _PIXELS_PER_MODULE - 0.5
    fine_from_small = cv2.getRotationMatrix2D(
        ((wide - 1) / 2, (high - 1) / 2), -placement.rotation_deg, 1.0
    )
    fine_from_small[:, 2] += (centre_x - (wide - 1) / 2, centre_y - (high - 1) / 2)
    laid = cv2.warpAffine(
        small, fine_from_small, (fine, fine), flags=cv2.INTER_LINEAR, borderValue=(255, 0)
    )
    # What lies outside the box is cut off.
    offset_x = np.abs(np.arange(fine) - centre_x) > box / 2
    offset_y = np.abs(np.arange(fine) - centre_y) > box / 2
    laid[offset_y[:, None] | offset_x[None, :]] = (255, 0)
    shape = (size_modules, _PIXELS_PER_MODULE, size_modules, _PIXELS_PER_MODULE, 2)
    means = laid.reshape(shape).mean(axis=(1, 3), dtype=np.float32)
    return means[..., 0], means[..., 1] / 255
