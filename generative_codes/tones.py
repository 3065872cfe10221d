"""From the tones of a picture to wanted modules: photos in style 1, the ground of style 2."""

from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.artwork import (
    ARTWORK_LIMITS,
    MIN_CONTRAST,
    Artwork,
    ArtworkError,
    Placement,
    Target,
    load_artwork,
    module_target,
)
from generative_codes.halftone import BaseStyle
from generative_codes.halftone.base import WHITE
from generative_codes.halftone.canvas import lay
from generative_codes.halftone.colour import from_hex, luma
from generative_codes.halftone.raster import module_means
from generative_codes.symbol import Role, Symbol
from vision.iso18004.layout import Layout

_CARRIERS = (Role.DATA, Role.ERROR_CORRECTION)
# A printed module is no darker than .12 and no lighter than .88: shades beyond gain nothing.
_CLEAR = 0.38
_PIXELS_PER_MODULE = 8
# Shades are counted on a picture of this size, in bands of this many levels to both sides.
_COUNTED_PX, _BAND_REACH = 256, 8
# Among drawn logos, sharp and compressed, at least .74 of what is not ground lies in three bands or
# two shades explain .95 of the variance; drawn photographs and scenes have up to .67 and .88.
_LINE_BANDS, _LINE_SHARE, _LINE_EXPLAINED = 3, 0.70, 0.92
# Shares of the picture that become black and white, and how much of the local contrast is added.
_BLACK_SHARE, _WHITE_SHARE, _SHARPENING = 0.03, 0.97, 0.6
_DETAIL_SIGMA_MODULES = 2.0
# Radius of the neighbourhood whose contrast makes a module important.
_CONTRAST_REACH = 2

# One module in so many keeps up the contrast of its neighbourhood on a base.
_COUNTER_PERIOD = 7
_LEAST_PX = 2
_NONE = range(0)

Shades = npt.NDArray[np.float32]
Bits = npt.NDArray[np.bool_]


class ToneMode(StrEnum):
    """How an artwork becomes dark and light modules."""

    AUTO = "auto"
    """What its shades call for."""
    LINE = "line"
    """Line art: one threshold parts dark from light."""
    PHOTO = "photo"
    """Tones: the share of dark modules follows the picture's brightness."""


def tone_of(artwork: Artwork) -> ToneMode:
    """LINE where the shades gather in few bands, as in logos; else PHOTO.

    The fullest band of shades is taken for the ground. Line art has most of the rest in a few more
    bands, or two shades explain nearly all of its variance (Otsu 1979, eta at the best threshold).
    """
    shades = artwork.at_most(_COUNTED_PX).luma_on_white
    shares = np.bincount(shades.reshape(-1), minlength=256) / shades.size
    if _explained_by_two(shares) >= _LINE_EXPLAINED:
        return ToneMode.LINE
    ground, *others = _fullest_bands(shares, 1 + _LINE_BANDS)
    share = sum(others) / max(1 - ground, 1e-9)
    return ToneMode.LINE if share >= _LINE_SHARE else ToneMode.PHOTO


@dataclass(frozen=True, slots=True, eq=False)
class GreyMap:
    """A painted map, as large and as turned as the artwork it belongs to.

    Attributes:
        levels: uint8 (H, W), 0 = black.

    Raises:
        ArtworkError: On another dtype or shape, or a map that is black all over.
    """

    levels: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.levels.dtype != np.uint8 or self.levels.ndim != 2 or self.levels.size < _LEAST_PX:
            raise ArtworkError(
                f"A painted map is uint8 (H, W) with at least {_LEAST_PX} pixels, not "
                f"{self.levels.dtype} {self.levels.shape}."
            )
        if max(self.levels.shape) > ARTWORK_LIMITS.max_side_px:
            raise ArtworkError(
                f"A painted map has at most {ARTWORK_LIMITS.max_side_px} pixels on a side."
            )
        if self.levels.max() < MIN_CONTRAST:
            raise ArtworkError("The painted map is black all over; paint what matters in white.")

    @classmethod
    def of(cls, picture: Artwork) -> "GreyMap":
        """The map that a loaded picture shows: its luma on black."""
        luma_levels = cv2.cvtColor(picture.bgr, cv2.COLOR_BGR2GRAY)
        levels = cv2.multiply(luma_levels, picture.alpha, scale=1 / 255)
        return cls(np.asarray(levels, dtype=np.uint8))

    @classmethod
    def read(cls, content: bytes) -> "GreyMap":
        """The map of a picture file.

        Raises:
            ArtworkError: If it is no picture that artwork could be, or of one shade.
        """
        try:
            return cls.of(load_artwork(content))
        except ArtworkError as error:
            raise ArtworkError(f"The painted map is no usable picture: {error}") from None

    def laid(self, artwork: Artwork, size_modules: int, placement: Placement) -> Shades:
        """Mean shade of each module where the artwork lies, 1 beside it, float32 (N, N) in 0..1.

        Raises:
            ArtworkError: If the map has another shape than the artwork.
        """
        height, width = self.levels.shape
        if abs(width * artwork.height_px - height * artwork.width_px) > max(
            artwork.width_px, artwork.height_px, width, height
        ):
            raise ArtworkError(
                f"The painted map has {width} x {height} pixels, the artwork "
                f"{artwork.width_px} x {artwork.height_px}; both must have the same shape."
            )
        size = (artwork.width_px, artwork.height_px)
        levels = cv2.resize(self.levels, size, interpolation=cv2.INTER_AREA)
        shown = _laid_alpha(np.asarray(levels, dtype=np.uint8), size_modules, placement)
        box = _laid_alpha(np.full_like(artwork.alpha, 255), size_modules, placement)
        return np.asarray(np.clip(shown + 1 - box, 0, 1), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What the modules should show, before it is laid on a symbol.

    Attributes:
        artwork: The logo or photograph.
        tone: How it becomes modules.
        painted: White = as important as it is by itself, black = any module will do.
        protected: White (more than half) = served before everything else.
    """

    artwork: Artwork
    tone: ToneMode = ToneMode.LINE
    painted: GreyMap | None = None
    protected: GreyMap | None = None

    def resolved(self) -> "Picture":
        """The same with AUTO decided."""
        if self.tone is not ToneMode.AUTO:
            return self
        return replace(self, tone=tone_of(self.artwork))

    def target(
        self, example: Symbol, placement: Placement | None = None, varying: range = _NONE
    ) -> Target:
        """Lay the picture on a symbol.

        Args:
            example: Version, level, payload and mask; only tones depend on the last two.
            placement: Where it lies; None = centred, half the symbol's side.
            varying: Message bits that differ from code to code.

        Raises:
            ArtworkError: If nothing of it is on the symbol, or a map does not fit the artwork.
        """
        placement = placement or Placement()
        if self.resolved().tone is ToneMode.PHOTO:
            target = photo_target(self.artwork, example, placement, varying)
        else:
            target = module_target(self.artwork, example.size_modules, placement)
        return self.weighted(target, placement)

    def weighted(self, target: Target, placement: Placement) -> Target:
        """A target of this artwork with the painted maps brought in."""
        if self.painted is not None:
            weights = self.painted.laid(self.artwork, target.size_modules, placement)
            target = target.painted(weights)
        if self.protected is not None:
            share = self.protected.laid(self.artwork, target.size_modules, placement)
            box = _laid_alpha(np.full_like(self.artwork.alpha, 255), target.size_modules, placement)
            target = target.protected((share > 0.5) & (box > 0.5))
        return target


def photo_target(
    artwork: Artwork, example: Symbol, placement: Placement, varying: range = _NONE
) -> Target:
    """Wanted modules whose density of dark follows the picture's tones.

    Error diffusion (Floyd and Steinberg 1976, rows in turn from left and right) with the symbol's
    own modules known: what function patterns and payload get wrong is made up for by the modules
    around them. Important is what differs from its neighbourhood, then what is clearly dark or
    light. The zone is where the picture lies.

    Args:
        artwork: The picture.
        example: A symbol of the version, level and payload; its mask counts.
        placement: Where the picture lies.
        varying: Message bits that differ from code to code.

    Raises:
        ArtworkError: If nothing of the picture is on the symbol.
    """
    wished, covered = _wished(artwork, example.size_modules, placement)
    dark = _diffused(wished, covered, _known(example, varying))
    return Target(dark, _photo_importance(wished, covered), covered)


def photo_mask(
    artwork: Artwork, example: Symbol, placement: Placement, varying: range = _NONE
) -> int:
    """The mask whose fixed modules agree best with the picture: tones are made for one mask."""
    wished, covered = _wished(artwork, example.size_modules, placement)
    bases = example.layout.base_of_mask
    errors = []
    for base in bases:
        shown = replace(example, modules=example.modules ^ bases[example.mask] ^ base)
        errors.append(np.nansum(np.abs(wished - _known(shown, varying))[covered]))
    return int(np.argmin(errors))


def base_target(layout: Layout, artwork: Artwork, style: BaseStyle, paper: str = WHITE) -> Target:
    """What the modules of a code on a picture should be, so that few dots fight the picture.

    A module is wanted dark where the picture is darker than middle grey. Its importance is what a
    wrong dot costs: the luma by which the picture is nearer to the right one. One module in seven,
    spread evenly, is wanted the other way round: readers take their threshold from the
    neighbourhood, and without contrast in it they lose a whole area of even grey. The zone is every
    module that carries data and has a preference.

    Args:
        layout: Version and level.
        artwork: The picture.
        style: Where it lies, and its saturation.
        paper: Light colour of the design, #rrggbb.

    Raises:
        ArtworkError: If the placement leaves nothing of the picture.
    """
    shades = _luma_on_paper(artwork, layout.size_modules, style, paper)
    gain = np.clip(np.abs(shades - np.float32(0.5)) / np.float32(_CLEAR), 0, 1)
    is_carrier = np.isin(layout.roles, _CARRIERS)
    importance = np.where(is_carrier, gain, 0).astype(np.float32)
    rows, columns = np.indices(shades.shape)
    counters = (2 * rows + 3 * columns) % _COUNTER_PERIOD == 0
    return Target((shades < 0.5) ^ counters, importance, importance > 0)


def _luma_on_paper(artwork: Artwork, size_modules: int, style: BaseStyle, paper: str) -> Shades:
    """Mean luma of the picture on paper in each module, float32 (N, N) in 0..1."""
    scale = _PIXELS_PER_MODULE
    canvas = lay(artwork, size_modules, scale, style.placement, style.saturation)
    return luma(module_means(canvas.over(from_hex(paper)), scale))


def _wished(artwork: Artwork, size_modules: int, placement: Placement) -> tuple[Shades, Bits]:
    """Luma that each module should have, and where the picture lies."""
    canvas = lay(artwork, size_modules, _PIXELS_PER_MODULE, placement, 1.0)
    on_paper = canvas.over(np.ones(3, dtype=np.float32))
    shades = luma(module_means(on_paper, _PIXELS_PER_MODULE))
    covered = module_means(canvas.opacity[..., None], _PIXELS_PER_MODULE)[..., 0] > 0.5
    if not covered.any():
        raise ArtworkError(
            "Nothing of the picture is on the symbol; scale it up or move it to the centre."
        )
    return _toned(shades, covered), covered


def _laid_alpha(alpha: npt.NDArray[np.uint8], size_modules: int, placement: Placement) -> Shades:
    """Mean of an opacity in each module, laid as an artwork of its size is; 0 beside it."""
    colours = np.zeros((*alpha.shape, 3), dtype=np.uint8)
    # Artwork must show something: one light pixel on black, where the map is darkest.
    colours[np.unravel_index(int(alpha.argmin()), alpha.shape)] = 255
    canvas = lay(Artwork(colours, alpha), size_modules, _PIXELS_PER_MODULE, placement, 1.0)
    return module_means(canvas.opacity[..., None], _PIXELS_PER_MODULE)[..., 0]


def _toned(shades: Shades, covered: Bits) -> Shades:
    """The picture's range stretched to ink and paper, its local contrast raised."""
    low, high = np.quantile(shades[covered], (_BLACK_SHARE, _WHITE_SHARE))
    stretched = np.clip((shades - low) / max(float(high - low), 1e-3), 0, 1)
    weight = covered.astype(np.float32)
    sigma = (0, 0), _DETAIL_SIGMA_MODULES
    around = cv2.GaussianBlur((stretched * weight).astype(np.float32), *sigma)
    around = around / np.maximum(cv2.GaussianBlur(weight, *sigma), 1e-3)
    raised = stretched + _SHARPENING * (stretched - around)
    return np.where(covered, np.clip(raised, 0, 1), 1).astype(np.float32)


def _known(example: Symbol, varying: range) -> Shades:
    """Luma of modules that cannot be chosen, float32 (N, N); .5 where it varies, NaN where free."""
    known = np.where(example.modules, np.float32(0), np.float32(1))
    bits = example.layout.bit_of_module
    known[bits >= example.first_free_bit] = np.nan
    known[(bits >= varying.start) & (bits < varying.stop)] = 0.5
    return known


def _diffused(wished: Shades, covered: Bits, known: Shades) -> Bits:
    """Dark modules; errors go to the next module of the row and three of the row below."""
    side = wished.shape[0]
    # One more row and column on each side take what would fall off.
    level = np.pad(wished, 1).astype(np.float64).tolist()
    known_rows, covered_rows = known.tolist(), covered.tolist()
    dark = np.zeros((side, side), dtype=np.bool_)
    for row in range(side):
        step = 1 if row % 2 == 0 else -1
        here, below = level[row + 1], level[row + 2]
        for column in range(side)[::step]:
            if not covered_rows[row][column]:
                continue
            at = column + 1
            value = here[at]
            fixed = known_rows[row][column]
            shown = fixed if fixed == fixed else float(value >= 0.5)
            dark[row, column] = value < 0.5
            # A fixed module may be wholly wrong; more than that would smear it over its area.
            error = min(max(value - shown, -1.0), 1.0)
            here[at + step] += error * 7 / 16
            below[at - step] += error * 3 / 16
            below[at] += error * 5 / 16
            below[at + step] += error / 16
    return dark


def _photo_importance(wished: Shades, covered: Bits) -> Shades:
    size = 2 * _CONTRAST_REACH + 1
    mean = cv2.blur(wished, (size, size))
    spread = np.sqrt(np.maximum(cv2.blur(wished * wished, (size, size)) - mean * mean, 0))
    contrast = np.clip(2 * spread, 0, 1)
    clearness = np.abs(2 * wished - 1)
    weights = 0.2 + 0.5 * contrast + 0.3 * clearness
    return np.where(covered, weights, 0).astype(np.float32)


def _explained_by_two(shares: npt.NDArray[np.float64]) -> float:
    """Greatest share of the variance between two classes of shades (Otsu 1979)."""
    levels = np.arange(shares.size)
    below, first_moment = np.cumsum(shares), np.cumsum(shares * levels)
    mean = first_moment[-1]
    total = float((shares * (levels - mean) ** 2).sum())
    between = (mean * below - first_moment) ** 2 / np.maximum(below * (1 - below), 1e-12)
    return float(between.max()) / max(total, 1e-12)


def _fullest_bands(shares: npt.NDArray[np.float64], count: int) -> list[float]:
    left = shares.astype(np.float64)
    bands = []
    for _ in range(count):
        sums = np.convolve(left, np.ones(2 * _BAND_REACH + 1), "same")
        at = int(sums.argmax())
        bands.append(float(sums[at]))
        left[max(at - _BAND_REACH, 0) : at + _BAND_REACH + 1] = 0
    return bands
