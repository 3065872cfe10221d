"""rectify: the code seen straight from the front, a whole number of pixels per module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.grid_map import MARGIN_MODULES, NODES_PER_MODULE
from vision.geometry import Quad, scale_points, straighten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.codes.code_reading import CodeReading
    from vision.codes.lattice.grid_map import GridMap
    from vision.frame import Frame

DEFAULT_PIXELS_PER_MODULE = 8
# The quiet zone that ISO/IEC 18004 clause 9.1 asks for.
DEFAULT_MARGIN_MODULES = 4
# Side of a patch, px: version 40 with its quiet zone at 8 px per module is 1,480.
MAX_PATCH_SIDE_PX = 2048
# A picture with so many times the patch's resolution is shrunk first, so that nothing aliases.
_MOST_OVERSAMPLING = 2.0
_WHITE = 255


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
    to one picture pixel of shift. A reading that carries its grid (of a bent label) is straightened
    module by module; its patch is white further than 4 modules outside the symbol.

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
    if reading.grid is not None:
        return _unbent(frame.bgr, reading.grid, pixels_per_module, margin_modules)
    symbol = Quad.upright(margin - 0.5, margin - 0.5, margin + width - 0.5, margin + height - 0.5)
    return straighten(frame.bgr, reading.quad, symbol, size_wh)


def _unbent(
    bgr: NDArray[np.uint8], grid: GridMap, pixels_per_module: int, margin_modules: int
) -> NDArray[np.uint8]:
    """The symbol of a grid with its margin, uint8 BGR (h, w, 3)."""
    nodes = grid.nodes_xy.astype(np.float64)
    steps = np.diff(nodes, axis=1).reshape(-1, 2)
    module_px = NODES_PER_MODULE * float(np.median(np.hypot(steps[:, 0], steps[:, 1])))
    if module_px > _MOST_OVERSAMPLING * pixels_per_module:
        scale = pixels_per_module / module_px
        left, top = np.floor(nodes.reshape(-1, 2).min(axis=0)).astype(int) - 1
        right, bottom = np.ceil(nodes.reshape(-1, 2).max(axis=0)).astype(int) + 2
        left, top = max(0, left), max(0, top)
        part = bgr[top : max(bottom, top + 1), left : max(right, left + 1)]
        size_wh = tuple(max(1, round(side * scale)) for side in part.shape[1::-1])
        factor = (size_wh[0] / part.shape[1], size_wh[1] / part.shape[0])
        bgr = np.asarray(cv2.resize(part, size_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        nodes = scale_points(nodes - (left, top), factor)
    width, height = (
        (side + 2 * MARGIN_MODULES) * pixels_per_module for side in (grid.size_modules, grid.rows)
    )
    places = cv2.resize(nodes.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    straight = cv2.remap(
        bgr,
        places,
        None,  # type: ignore[call-overload]
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(_WHITE, _WHITE, _WHITE),
    )
    extra = (margin_modules - MARGIN_MODULES) * pixels_per_module
    if extra < 0:
        straight = straight[-extra : height + extra, -extra : width + extra]
    elif extra > 0:
        straight = cv2.copyMakeBorder(
            straight, extra, extra, extra, extra, cv2.BORDER_CONSTANT, value=(_WHITE,) * 3
        )
    return np.ascontiguousarray(straight, dtype=np.uint8)
