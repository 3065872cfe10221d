"""From a picture to the reflectance of every module, as a verifier's aperture sees it."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.errors import GenerativeCodeError
from generative_codes.symbol import Symbol

# ISO/IEC 15415 lets the application choose the aperture; 80 % of a module is the usual choice.
APERTURE_MODULES = 0.8
# ISO/IEC 15415 asks for five pixels per module of a test picture.
MIN_PIXELS_PER_MODULE = 5.0
MAX_PICTURE_PIXELS = 50_000_000
_EXTREME_SHARE = 0.01
# IEC 61966-2-1: relative luminance of linear B, G, R.
_LUMINANCE_BGR = (0.0722, 0.7152, 0.2126)


class CertifyError(GenerativeCodeError):
    """The picture cannot be measured; the message says what would work."""


class Illumination(StrEnum):
    """Light under which reflectance is measured."""

    WHITE = "white"
    RED_660_NM = "red_660_nm"


class Threshold(StrEnum):
    """How the global threshold between dark and light is set.

    MIDPOINT is (Rmax + Rmin) / 2, as ISO/IEC 15415 had it until 2011. HISTOGRAM divides the module
    reflectances into two classes with the largest variance between them (Otsu 1979), the way of
    ISO/IEC 29158. The 2024 edition of 15415 also replaces the midpoint; its exact rule is not
    known to us, HISTOGRAM stands in for it.
    """

    MIDPOINT = "midpoint"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True, eq=False)
class GradedPicture:
    """An upright picture of a symbol on a known grid.

    Attributes:
        reflectance: float32 (H, W), 0 to 1, linear.
        pixels_per_module: Side of a module, at least five.
        quiet_zone_modules: Modules between the picture's edge and the symbol.
        size_modules: Side of the symbol without quiet zone.
    """

    reflectance: npt.NDArray[np.float32]
    pixels_per_module: float
    quiet_zone_modules: float
    size_modules: int

    def __post_init__(self) -> None:
        """Check that the grid fits into the picture.

        Raises:
            CertifyError: If it does not, or modules are too small to be measured.
        """
        if self.reflectance.ndim != 2 or self.reflectance.dtype != np.float32:
            raise CertifyError("Reflectance is a float32 picture of one channel.")
        if self.reflectance.size > MAX_PICTURE_PIXELS:
            raise CertifyError(f"At most {MAX_PICTURE_PIXELS:,} pixels can be certified.")
        if not self.pixels_per_module >= MIN_PIXELS_PER_MODULE:
            raise CertifyError(
                f"A module of {self.pixels_per_module:g} pixels is too small to be graded; "
                f"give at least {MIN_PIXELS_PER_MODULE:g}."
            )
        if not 0 <= self.quiet_zone_modules <= 1000:
            raise CertifyError("The quiet zone is 0 to 1000 modules wide.")
        side = (self.size_modules + 2 * self.quiet_zone_modules) * self.pixels_per_module
        if min(self.reflectance.shape) < math.floor(side - 1):
            height, width = self.reflectance.shape
            raise CertifyError(
                f"The picture has {width} x {height} pixels, but {self.size_modules} modules and "
                f"their quiet zone need {side:.0f} on each side."
            )

    @property
    def origin_px(self) -> float:
        """Left and top edge of the symbol; edges of pixels lie at integers."""
        return self.quiet_zone_modules * self.pixels_per_module


@dataclass(frozen=True, slots=True)
class ModuleGrid:
    """Where modules really lie: place = centre + (1 + stretch) (nominal - centre) + shift.

    Attributes:
        stretch_x: Relative error of the horizontal spacing.
        stretch_y: The same, vertical.
        shift_x_modules: Shift of the centre to the right.
        shift_y_modules: Shift of the centre downwards.
    """

    stretch_x: float = 0.0
    stretch_y: float = 0.0
    shift_x_modules: float = 0.0
    shift_y_modules: float = 0.0

    @property
    def transposed(self) -> "ModuleGrid":
        """The grid of the transposed picture."""
        return ModuleGrid(
            self.stretch_y, self.stretch_x, self.shift_y_modules, self.shift_x_modules
        )

    @property
    def is_plausible(self) -> bool:
        """Whether a picture that was cut to its symbol could have such a grid."""
        stretch = max(abs(self.stretch_x), abs(self.stretch_y))
        return stretch < 0.2 and max(abs(self.shift_x_modules), abs(self.shift_y_modules)) < 1

    def x_modules(
        self, nominal: npt.NDArray[np.floating[Any]], side: int
    ) -> npt.NDArray[np.floating[Any]]:
        """Horizontal places, modules from the nominal left edge."""
        return side / 2 + (1 + self.stretch_x) * (nominal - side / 2) + self.shift_x_modules

    def y_modules(
        self, nominal: npt.NDArray[np.floating[Any]], side: int
    ) -> npt.NDArray[np.floating[Any]]:
        """Vertical places, modules from the nominal top edge."""
        return side / 2 + (1 + self.stretch_y) * (nominal - side / 2) + self.shift_y_modules


@dataclass(frozen=True, slots=True, eq=False)
class ModuleField:
    """What the aperture measures at every module centre.

    Attributes:
        modules: float32 (N, N), reflectance of the symbol's modules.
        surround: float32 (N + 2 Q, N + 2 Q), the same with the quiet zone's Q whole modules.
        quiet_modules: Q, 0 to 4.
        r_max: Mean of the lightest hundredth of the area.
        r_min: Mean of the darkest hundredth of the area.
        threshold: Global threshold.
    """

    modules: npt.NDArray[np.float32]
    surround: npt.NDArray[np.float32]
    quiet_modules: int
    r_max: float
    r_min: float
    threshold: float

    @property
    def contrast(self) -> float:
        """Symbol contrast Rmax - Rmin."""
        return self.r_max - self.r_min

    def modulation_of(self, reflectance: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Modulation 0 to 1 of reflectances: distance from the threshold over its side's range.

        With the midpoint this is 2 |R - GT| / SC.
        """
        distance = reflectance.astype(np.float64) - self.threshold
        light_range = max(self.r_max - self.threshold, 1e-9)
        dark_range = max(self.threshold - self.r_min, 1e-9)
        shares = np.where(distance >= 0, distance / light_range, -distance / dark_range)
        return np.clip(shares, 0.0, 1.0)

    def margins(self, dark: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """Modulation with its sign: negative where a symbol module lies on the wrong side."""
        is_right = (self.modules < self.threshold) == dark
        modulation = self.modulation_of(self.modules)
        # A wrong module right at the threshold must not pass for a right one.
        return np.where(is_right, modulation, -np.maximum(modulation, 1e-9))


def reflectance_of(
    picture: npt.NDArray[np.uint8], illumination: Illumination = Illumination.WHITE
) -> npt.NDArray[np.float32]:
    """Linear reflectance 0 to 1, float32 (H, W), of an sRGB picture (IEC 61966-2-1).

    Under 660 nm light only the red channel counts: what is red vanishes on white, as on the
    laser verifiers of retail.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) B, G, R.
        illumination: Light of the verifier.

    Raises:
        CertifyError: If the picture has another shape or type.
    """
    if picture.dtype != np.uint8 or not (
        picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] == 3)
    ):
        raise CertifyError("A picture is uint8, grey (H, W) or B, G, R (H, W, 3).")
    if picture.size == 0:
        raise CertifyError("The picture is empty.")
    codes = np.arange(256) / 255
    linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    table = linear.astype(np.float32)
    if picture.ndim == 2:
        return table[picture]
    if illumination is Illumination.RED_660_NM:
        return table[picture[..., 2]]
    blue, green, red = (
        np.float32(weight) * table[picture[..., channel]]
        for channel, weight in enumerate(_LUMINANCE_BGR)
    )
    return np.asarray(blue + green + red, np.float32)


def measure_modules(
    picture: GradedPicture,
    threshold: Threshold = Threshold.MIDPOINT,
    aperture_modules: float = APERTURE_MODULES,
    grid: ModuleGrid | None = None,
) -> ModuleField:
    """Average the picture through a round aperture and read it at every module centre.

    Rmax and Rmin are the means of the lightest and darkest hundredth of the aperture's readings
    over symbol and quiet zone, after the 2024 edition's "1 %"; that it means the mean of the tail
    and not its inner end is our reading.

    Args:
        picture: Picture.
        threshold: How dark and light are divided.
        aperture_modules: Diameter of the aperture.
        grid: Where the modules lie; None = the nominal grid.
    """
    smooth = _through_aperture(picture, aperture_modules)
    quiet = min(4, math.floor(picture.quiet_zone_modules + 1e-6))
    places = np.arange(-quiet, picture.size_modules + quiet) + 0.5
    grid = grid or ModuleGrid()
    scale, side = picture.pixels_per_module, picture.size_modules
    at_x = picture.origin_px + grid.x_modules(places, side) * scale - 0.5
    at_y = picture.origin_px + grid.y_modules(places, side) * scale - 0.5
    x_px, y_px = np.meshgrid(at_x.astype(np.float32), at_y.astype(np.float32))
    surround = np.asarray(
        cv2.remap(smooth, x_px, y_px, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )
    modules = surround[quiet:-quiet, quiet:-quiet] if quiet else surround
    r_min, r_max = _extremes(_graded_area(smooth, picture, quiet))
    return ModuleField(
        modules=modules,
        surround=surround,
        quiet_modules=quiet,
        r_max=r_max,
        r_min=r_min,
        threshold=_global_threshold(threshold, modules, r_min, r_max),
    )


def _global_threshold(
    threshold: Threshold, modules: npt.NDArray[np.float32], r_min: float, r_max: float
) -> float:
    match threshold:
        case Threshold.MIDPOINT:
            return (r_max + r_min) / 2
        case Threshold.HISTOGRAM:
            return two_class_threshold(modules)
        case _:
            assert_never(threshold)


def _through_aperture(
    picture: GradedPicture, aperture_modules: float = APERTURE_MODULES
) -> npt.NDArray[np.float32]:
    """Mean over a round aperture; its edge pixels count by the share that lies inside."""
    radius = aperture_modules * picture.pixels_per_module / 2
    reach = max(1, math.ceil(radius))
    fine = 5
    steps = (np.arange((2 * reach + 1) * fine) + 0.5) / fine - reach - 0.5
    inside = (steps[:, None] ** 2 + steps[None, :] ** 2) <= radius**2
    side = 2 * reach + 1
    kernel = inside.reshape(side, fine, side, fine).mean(axis=(1, 3))
    kernel = (kernel / kernel.sum()).astype(np.float32)
    smooth = cv2.filter2D(picture.reflectance, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth, np.float32)


def _graded_area(
    smooth: npt.NDArray[np.float32], picture: GradedPicture, quiet: int
) -> npt.NDArray[np.float32]:
    first = max(0, round(picture.origin_px - quiet * picture.pixels_per_module))
    side = round((picture.size_modules + 2 * quiet) * picture.pixels_per_module)
    return smooth[first : first + side, first : first + side]


def _extremes(values: npt.NDArray[np.float32]) -> tuple[float, float]:
    flat = values.reshape(-1)
    count = max(1, round(flat.size * _EXTREME_SHARE))
    ordered = np.partition(flat, (count - 1, flat.size - count))
    darkest, lightest = ordered[:count], ordered[flat.size - count :]
    return float(darkest.astype(np.float64).mean()), float(lightest.astype(np.float64).mean())


def two_class_threshold(values: npt.NDArray[np.float32]) -> float:
    """The threshold with the largest variance between the two classes (Otsu 1979), exact.

    It lies in the middle of the gap between the classes. Uniform values give that value.
    """
    ordered = np.sort(values.reshape(-1).astype(np.float64))
    if ordered[0] == ordered[-1]:
        return float(ordered[0])
    below = np.arange(1, ordered.size)
    sums = np.cumsum(ordered)
    mean_below = sums[:-1] / below
    mean_above = (sums[-1] - sums[:-1]) / (ordered.size - below)
    between = below * (ordered.size - below) * (mean_above - mean_below) ** 2
    split = int(between.argmax())
    return float((ordered[split] + ordered[split + 1]) / 2)


def symbol_picture(
    picture: npt.NDArray[np.uint8],
    pixels_per_module: float,
    symbol: Symbol,
    quiet_zone_modules: float,
    illumination: Illumination = Illumination.WHITE,
) -> GradedPicture:
    """The test picture of a rendered, or photographed and rectified, symbol.

    Raises:
        CertifyError: If picture and grid don't fit together.
    """
    return GradedPicture(
        reflectance=reflectance_of(picture, illumination),
        pixels_per_module=pixels_per_module,
        quiet_zone_modules=quiet_zone_modules,
        size_modules=symbol.size_modules,
    )
