"""rectify: the code seen straight from the front, a whole number of pixels per module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vision.geometry import Quad, straighten

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vision.codes.code_reading import CodeReading
    from vision.frame import Frame

DEFAULT_PIXELS_PER_MODULE = 8
# The quiet zone that ISO/IEC 18004 clause 9.1 asks for.
DEFAULT_MARGIN_MODULES = 4
# Side of a patch, px: version 40 with its quiet zone at 8 px per module is 1,480.
MAX_PATCH_SIDE_PX = 2048


def rectify(
    frame: Frame,
    reading: CodeReading,
    pixels_per_module: int = DEFAULT_PIXELS_PER_MODULE,
    margin_modules: int = DEFAULT_MARGIN_MODULES,
) -> NDArray[np.uint8] | None:
    """Return the code's patch, uint8 BGR (side, side, 3); None where the module count is unknown.

    Pixel (x, y) of the patch shows module (x // pixels_per_module - margin_modules) and so on;
    the symbol's own top-left is at the top left. Rectangular matrix codes give (h, w, 3). What
    lies outside the picture is white. Corners come from the reader (whole pixels), so expect up
    to one picture pixel of shift.

    Raises:
        ValueError: a size below 1, a margin below 0 or a patch beyond MAX_PATCH_SIDE_PX.
    """
    if pixels_per_module < 1 or margin_modules < 0:
        raise ValueError(
            f"expected pixels_per_module >= 1 and margin_modules >= 0, got {pixels_per_module} "
            f"and {margin_modules}"
        )
    columns, rows = reading.modules or (0, None)
    if rows is None:
        return None
    margin = margin_modules * pixels_per_module
    width, height = columns * pixels_per_module, rows * pixels_per_module
    size_wh = (width + 2 * margin, height + 2 * margin)
    if max(size_wh) > MAX_PATCH_SIDE_PX:
        raise ValueError(f"a patch of {size_wh} px is beyond {MAX_PATCH_SIDE_PX} px a side")
    symbol = Quad.upright(margin - 0.5, margin - 0.5, margin + width - 0.5, margin + height - 0.5)
    return straighten(frame.bgr, reading.quad, symbol, size_wh)
