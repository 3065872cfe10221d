"""Outlines of modules, finders and alignment patterns."""

import numpy as np
import numpy.typing as npt

from generative_codes.drawing.contours import (
    Contour,
    disc,
    merged_cells,
    polygon,
    rounded_box,
    star,
)
from generative_codes.drawing.custom_shape import read_shape
from generative_codes.drawing.design import AlignmentShape, CornerShape, Modules, ModuleShape
from vision.iso18004.versions import alignment_centres, size_modules

Corners = tuple[bool, bool, bool, bool]

FINDER_MODULES = 7
ALIGNMENT_MODULES = 5
# A leaf rounds the two corners beside its tip and keeps the tip, which points out of the symbol:
# OpenCV's detector takes the tips for the symbol's corners and finds nothing if they are rounded,
# and zxing-cpp missed a quarter of 72 codes with the inward corner rounded by three modules.
_LEAF_CORNERS: dict[str, Corners] = {
    "top_left": (False, True, False, True),
    "top_right": (True, False, True, False),
    "bottom_left": (True, False, True, False),
}
_RING_RADIUS = {
    CornerShape.SQUARE: 0.0,
    CornerShape.ROUNDED: 1.8,
    CornerShape.CIRCLE: 3.5,
    CornerShape.LEAF: 2.5,
}
_PUPIL_RADIUS = {
    CornerShape.SQUARE: 0.0,
    CornerShape.ROUNDED: 0.9,
    CornerShape.CIRCLE: 1.5,
    CornerShape.LEAF: 1.2,
}
_ALIGNMENT_RADIUS = {
    AlignmentShape.SQUARE: 0.0,
    AlignmentShape.ROUNDED: 1.4,
    AlignmentShape.CIRCLE: 2.5,
    AlignmentShape.MODULES: 0.0,
}
_JOINED_OUTER, _JOINED_INNER = 0.5, 0.22


def module_contours(dark: npt.NDArray[np.bool_], style: Modules) -> list[Contour]:
    """Outlines of dark modules; those of neighbours never overlap.

    Args:
        dark: bool (H, W), modules to draw.
        style: Shape and size.
    """
    if style.shape is ModuleShape.CONNECTED:
        return merged_cells(dark, _JOINED_OUTER, _JOINED_INNER)
    if style.shape is ModuleShape.SQUARE and style.size_share == 1:
        return merged_cells(dark, 0.0, 0.0)
    if style.shape is ModuleShape.PATH:
        loops = [loop.scaled(style.size_share) for loop in read_shape(style.path)]
        places = np.argwhere(dark).tolist()
        return [loop.at(x + 0.5, y + 0.5) for y, x in places for loop in loops]
    stamp = _stamp(style)
    return [stamp.at(x + 0.5, y + 0.5) for y, x in np.argwhere(dark).tolist()]


def _stamp(style: Modules) -> Contour:
    """One module about the origin."""
    size = style.size_share
    half = size / 2
    match style.shape:
        case ModuleShape.SQUARE | ModuleShape.CONNECTED | ModuleShape.PATH:
            return rounded_box(-half, -half, size, size, (0.0,) * 4)
        case ModuleShape.ROUNDED:
            return rounded_box(-half, -half, size, size, (0.3 * size,) * 4)
        case ModuleShape.DOT:
            return disc(0.0, 0.0, half)
        case ModuleShape.DIAMOND:
            # Tips cut off: a full rhombus would ink only half of its cell.
            tip, waist = 0.1 * size, half
            points = [(-tip, -waist), (tip, -waist), (waist, -tip), (waist, tip)]
            return polygon(points + [(-x, -y) for x, y in points])
        case ModuleShape.STAR:
            return star(0.5257 * size, 0.66)


def finder_contours(
    corner: str, ring: CornerShape, pupil: CornerShape
) -> tuple[list[Contour], list[Contour]]:
    """Ring (outer and inner loop) and pupil of the finder in a corner, about its own top left."""
    outer = _corner_radii(corner, ring, _RING_RADIUS[ring])
    inner = _corner_radii(corner, ring, max(0.0, _RING_RADIUS[ring] - 1))
    centre = _corner_radii(corner, pupil, _PUPIL_RADIUS[pupil])
    rings = [rounded_box(0, 0, 7, 7, outer), rounded_box(1, 1, 5, 5, inner)]
    return rings, [rounded_box(2, 2, 3, 3, centre)]


def _corner_radii(
    corner: str, shape: CornerShape, radius: float
) -> tuple[float, float, float, float]:
    rounds = _LEAF_CORNERS[corner] if shape is CornerShape.LEAF else (True,) * 4
    a, b, c, d = (radius if is_round else 0.0 for is_round in rounds)
    return a, b, c, d


def alignment_contours(shape: AlignmentShape) -> list[Contour]:
    """Ring and centre of an alignment pattern about its own top left."""
    radius = _ALIGNMENT_RADIUS[shape]
    inner = max(0.0, radius - 1)
    heart = min(0.5, radius / 4)
    return [
        rounded_box(0, 0, 5, 5, (radius,) * 4),
        rounded_box(1, 1, 3, 3, (inner,) * 4),
        rounded_box(2, 2, 1, 1, (heart,) * 4),
    ]


def finder_corners(version: int) -> dict[str, tuple[int, int]]:
    """Top left modules (x, y) of the finders."""
    far = size_modules(version) - FINDER_MODULES
    return {"top_left": (0, 0), "top_right": (far, 0), "bottom_left": (0, far)}


def alignment_corners(version: int) -> list[tuple[int, int]]:
    """Top left modules (x, y) of the alignment patterns (ISO/IEC 18004:2015, Annex E)."""
    centres = alignment_centres(version)
    if not centres:
        return []
    low, high = centres[0], centres[-1]
    taken = {(low, low), (high, low), (low, high)}
    return [(x - 2, y - 2) for y in centres for x in centres if (x, y) not in taken]
