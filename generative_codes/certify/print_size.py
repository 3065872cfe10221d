"""How small a code may be printed, and from how far it is read."""

import math
from dataclasses import dataclass

from generative_codes.certify.camera import CameraCase
from generative_codes.certify.rates import DecoderRate
from generative_codes.certify.reflectance import CertifyError

_MM_PER_INCH = 25.4
# The rule of thumb of code users: a code is read from ten times its width.
DISTANCE_PER_SIDE = 10.0


@dataclass(frozen=True, slots=True)
class PrintConditions:
    """Printer and phone that the sizes are worked out for.

    Attributes:
        dpi: Resolution of the printer.
        dots_per_module: Least printer dots on a module's side.
        focal_px: Focal length of the phone's preview picture; 1400 is a 1080p preview of about
            70 degrees.
        closest_focus_mm: Nearest distance at which the phone is sharp.
    """

    dpi: float = 300.0
    dots_per_module: int = 4
    focal_px: float = 1400.0
    closest_focus_mm: float = 100.0

    def __post_init__(self) -> None:
        """Check that all are positive.

        Raises:
            CertifyError: If one is not.
        """
        if min(self.dpi, self.dots_per_module, self.focal_px, self.closest_focus_mm) <= 0:
            raise CertifyError("Print conditions are positive numbers.")


@dataclass(frozen=True, slots=True)
class PrintSize:
    """Least size that prints and reads.

    Attributes:
        needed_pixels_per_module: Fewest camera pixels per module that were read in the grid.
        min_module_mm: Least side of a module.
        min_side_mm: Least side of the print, quiet zone included.
        reading_distance_mm: Farthest distance at that size.
    """

    needed_pixels_per_module: float
    min_module_mm: float
    min_side_mm: float
    reading_distance_mm: float

    @property
    def text_zh(self) -> str:
        """The size in words for designers and printers, Chinese."""
        return (
            f"印刷时边长（含四周静区）不小于 {_up(self.min_side_mm)} mm，"
            f"即每个模块至少 {self.min_module_mm:.2f} mm；"
            "在这个尺寸下，"
            f"手机可在约 {self.reading_distance_mm / 10:.0f} cm 以内扫出（模拟结果）。"
        )

    @property
    def text_en(self) -> str:
        """The size in words for designers and printers, English."""
        return (
            f"Print it at least {_up(self.min_side_mm)} mm wide, quiet zone included: modules of "
            f"{self.min_module_mm:.2f} mm or more. At that size phones read it from up to about "
            f"{self.reading_distance_mm / 10:.0f} cm (simulated)."
        )


def _up(size_mm: float) -> str:
    """Rounded up to a tenth of a millimetre, so that the word is never below the number."""
    return f"{math.ceil(round(size_mm * 10, 6)) / 10:g}"


def needed_pixels_per_module(grid: tuple[CameraCase, ...], primary: DecoderRate) -> float | None:
    """Smallest pure distance case that was read together with all nearer ones; None if none."""
    pure = sorted(
        (
            (case.pixels_per_module, was_read)
            for case, was_read in zip(grid, primary.was_read, strict=True)
            if case == CameraCase(case.pixels_per_module)
        ),
        reverse=True,
    )
    needed = None
    for pixels, was_read in pure:
        if not was_read:
            break
        needed = pixels
    return needed


def least_print_size(
    needed: float,
    size_modules: int,
    quiet_zone_modules: float,
    conditions: PrintConditions,
) -> PrintSize:
    """Sizes from the pixels that a module needs.

    The module must have its printer dots, and its camera pixels at the closest focus: focal_px *
    module / distance >= needed. The reading distance is ten times the symbol's side, or less
    where the camera would run out of pixels before.
    """
    module_mm = max(
        conditions.dots_per_module * _MM_PER_INCH / conditions.dpi,
        needed * conditions.closest_focus_mm / conditions.focal_px,
    )
    return PrintSize(
        needed_pixels_per_module=needed,
        min_module_mm=module_mm,
        min_side_mm=(size_modules + 2 * quiet_zone_modules) * module_mm,
        reading_distance_mm=min(
            DISTANCE_PER_SIDE * size_modules * module_mm, conditions.focal_px * module_mm / needed
        ),
    )
