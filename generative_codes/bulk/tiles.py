"""Modules of many symbols as tiles: one small outline per neighbourhood, chosen by table.

A tile is painted by itself, so where dark modules join, the left and the upper one reaches a
quarter of a module into its neighbour, which is solid there: no viewer shows a seam. The union of
all tiles is exactly what `drawing.shapes.module_contours` draws.
"""

from dataclasses import dataclass
from enum import Enum, auto

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.drawing.contours import Contour, polygon, rounded_box
from generative_codes.drawing.design import Modules, ModuleShape
from generative_codes.drawing.shapes import module_contours

# Dark tiles are numbered by their dark neighbours (bits: above 1, right 2, below 4, left 8) from
# here on; lower numbers are light tiles by the inner corners that they fill.
DARK = 16
_ABOVE, _RIGHT, _BELOW, _LEFT = 1, 2, 4, 8
_REACH = 0.25
# Curves of tiles are flattened as finely as for this many pixels per module.
_FINE_PX = 16
Codes = npt.NDArray[np.uint8]


class Joining(Enum):
    """How modules lie beside each other."""

    APART = auto()
    """They touch at most in points: rows of them can be painted in any pieces."""
    FLUSH = auto()
    """Whole cells: runs along rows, all in one path."""
    JOINED = auto()
    """They share edges: tiles overlap."""


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """Tiles of one module style.

    Attributes:
        joining: How they are to be painted.
        outlines: Contours of each of the 32 tiles about the cell's own top left corner; none for
            tiles that paint nothing. Those that join overlap and are filled nonzero; the others
            may have holes.
    """

    joining: Joining
    outlines: tuple[tuple[Contour, ...], ...]

    @classmethod
    def of(cls, style: Modules) -> "Tiles":
        """Tiles of a module style."""
        joining = _joining(style)
        if joining is not Joining.JOINED:
            one = np.ones((1, 1), dtype=np.bool_)
            stamp = tuple(module_contours(one, style))
            return cls(joining, ((),) * DARK + (stamp,) * DARK)
        light = tuple(_filled_corners(code) for code in range(DARK))
        if style.shape is not ModuleShape.CONNECTED:
            light = ((),) * DARK
        dark = tuple(_joined(code, style) for code in range(DARK))
        return cls(joining, light + dark)

    @property
    def is_even_odd(self) -> bool:
        """True if a tile's contours may lie in each other and leave holes."""
        return self.joining is not Joining.JOINED

    def codes(self, drawn: npt.NDArray[np.bool_]) -> Codes:
        """Tile of every module, uint8 (B, N, N), of bool (B, N, N) drawn modules."""
        if self.joining is not Joining.JOINED:
            return drawn.view(np.uint8) * np.uint8(DARK)
        padded = np.pad(drawn.view(np.uint8), ((0, 0), (1, 1), (1, 1)))
        heart = padded[:, 1:-1, 1:-1]
        above, below = padded[:, :-2, 1:-1], padded[:, 2:, 1:-1]
        left, right = padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]
        dark = DARK + above * _ABOVE + right * _RIGHT + below * _BELOW + left * _LEFT
        # An inner corner: light, with both edge neighbours and the one between them dark.
        corners = (above & left & padded[:, :-2, :-2]) * np.uint8(1)
        corners += (above & right & padded[:, :-2, 2:]) * np.uint8(2)
        corners += (below & right & padded[:, 2:, 2:]) * np.uint8(4)
        corners += (below & left & padded[:, 2:, :-2]) * np.uint8(8)
        return np.asarray(np.where(heart != 0, dark, corners), dtype=np.uint8)

    def covers(self, pixels_per_module: int) -> Codes:
        """Share of ink per pixel of each tile, uint8 (32, P, P) of 255; reaches cut off."""
        # fillPoly inks the rim too, half a fine pixel: too little to be seen at this scale.
        fine = 32 * pixels_per_module
        found = np.zeros((2 * DARK, pixels_per_module, pixels_per_module), dtype=np.uint8)
        for code, outline in enumerate(self.outlines):
            canvas = np.zeros((fine, fine), dtype=np.uint8)
            loops = [
                # Sixteenths of a fine pixel; pixel centres lie at halves.
                np.rint((contour.flatten(fine) * fine - 0.5) * 16)
                .astype(np.int32)
                .reshape(-1, 1, 2)
                for contour in outline
            ]
            for group in [loops] if self.is_even_odd else [[loop] for loop in loops]:
                cv2.fillPoly(canvas, group, (255,), shift=4)
            size = (pixels_per_module, pixels_per_module)
            found[code] = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA)
        return found


def _joining(style: Modules) -> Joining:
    if style.shape is ModuleShape.CONNECTED:
        return Joining.JOINED
    if style.size_share == 1 and style.shape is ModuleShape.SQUARE:
        return Joining.FLUSH
    if style.size_share == 1 and style.shape is ModuleShape.ROUNDED:
        return Joining.JOINED
    return Joining.APART


def _joined(code: int, style: Modules) -> tuple[Contour, ...]:
    """A dark tile, with its reaches to the right and downwards."""
    pad = np.zeros((3, 3), dtype=np.bool_)
    pad[1, 1] = True
    if style.shape is ModuleShape.CONNECTED:
        # Corners between two light neighbours are round, whatever lies across them.
        radii = tuple(
            0.0 if code & sides else 0.5
            for sides in (_ABOVE | _LEFT, _ABOVE | _RIGHT, _BELOW | _RIGHT, _BELOW | _LEFT)
        )
        a, b, c, d = radii
        shape = [rounded_box(0, 0, 1, 1, (a, b, c, d))]
        low, high = 0.0, 1.0
    else:
        shape = [c.at(-1, -1) for c in module_contours(pad, style)]
        low, high = _flat_edge(shape[0])
    if code & _RIGHT:
        shape.append(_box(1 - _REACH, low, 1 + _REACH, high))
    if code & _BELOW:
        shape.append(_box(low, 1 - _REACH, high, 1 + _REACH))
    return tuple(shape)


def _flat_edge(shape: Contour) -> tuple[float, float]:
    """Part of the right edge that is straight."""
    points = shape.flatten(_FINE_PX)
    ys = points[points[:, 0] > 1 - 1e-6, 1]
    return float(ys.min()), float(ys.max())


def _box(left: float, top: float, right: float, bottom: float) -> Contour:
    return polygon([(left, top), (right, top), (right, bottom), (left, bottom)])


def _filled_corners(code: int) -> tuple[Contour, ...]:
    """Fillets of a light cell: what rounding takes from the corner between two dark arms."""
    if not code:
        return ()
    # Learnt from the drawing itself: an L of three dark cells with the light one in a corner.
    dark = np.array([[True, True], [True, False]])
    (outline,) = module_contours(dark, Modules(ModuleShape.CONNECTED))
    points = outline.flatten(_FINE_PX)
    arc = [
        (float(x), float(y))
        for x, y in points.tolist()
        if 1 - 1e-9 <= x < 1.5 and 1 - 1e-9 <= y < 1.5
    ]
    arc.sort()
    # The fillet reaches back into the dark arms by a quarter, as tiles do.
    corner = [*((x - 1, y - 1) for x, y in arc)]
    first, last = corner[0], corner[-1]
    loop = [(-_REACH, -_REACH), (last[0], -_REACH), *reversed(corner), (-_REACH, first[1])]
    found = []
    for bit, (flip_x, flip_y) in enumerate(((0, 0), (1, 0), (1, 1), (0, 1))):
        if code & (1 << bit):
            turned = [(1 - x if flip_x else x, 1 - y if flip_y else y) for x, y in loop]
            # Mirrored once, the loop runs the other way round; nonzero filling wants one way.
            found.append(polygon(turned[::-1] if flip_x != flip_y else turned))
    return tuple(found)
