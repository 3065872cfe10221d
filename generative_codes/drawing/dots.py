"""Dots of a code on a picture, in few colours and few sizes, so that vector files stay small."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from generative_codes.drawing.colours import Colour
from generative_codes.drawing.contours import Contour, disc, polygon, rounded_box
from generative_codes.halftone import BaseArt, DotShape

# Colours of dark dots, and as many of light ones: neighbours differ by less than an eye sees at the
# size of a dot.
MOST_COLOURS = 24
# Radii are rounded up to this step, a fiftieth of a millimetre at the largest module; a dot never
# loses what a reader needs.
RADIUS_STEP_MODULES = 0.02
_LARGEST_RADIUS = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """Dots in the middle of modules; they never overlap.

    Attributes:
        shape: Outline.
        side: Side of the symbol in modules.
        cells_rc: intp (K, 2), row and column of each dot's module.
        radii: float64 (K,), half of the extent along the axes, in modules.
        colours: The inks.
        colour_of: intp (K,), index of each dot's ink.
    """

    shape: DotShape
    side: int
    cells_rc: npt.NDArray[np.intp]
    radii: npt.NDArray[np.float64]
    colours: tuple[Colour, ...]
    colour_of: npt.NDArray[np.intp]

    def places(self, colour_index: int) -> list[tuple[float, float, float]]:
        """Centre x, centre y and radius of the dots of one ink."""
        chosen = self.colour_of == colour_index
        rows, columns = self.cells_rc[chosen].T
        return list(
            zip(
                (columns + 0.5).tolist(),
                (rows + 0.5).tolist(),
                self.radii[chosen].tolist(),
                strict=True,
            )
        )

    def outlines(self, colour_index: int) -> tuple[Contour, ...]:
        """Outlines of the dots of one ink; equal dots share their segments."""
        stamps: dict[float, Contour] = {}
        found = []
        for x, y, radius in self.places(colour_index):
            if radius not in stamps:
                stamps[radius] = _stamp(self.shape, radius)
            found.append(stamps[radius].at(x, y))
        return tuple(found)


def dots_of(art: BaseArt, cleared: npt.NDArray[np.bool_]) -> Dots:
    """The dots of a code, but for those in cleared modules, bool (N, N)."""
    rows, columns = art.dot_modules_rc.T
    kept = ~cleared[rows, columns]
    cells, rgb = art.dot_modules_rc[kept], art.dot_colours[kept][:, ::-1]
    steps = np.ceil(art.dot_radii[kept] / RADIUS_STEP_MODULES - 1e-6)
    dark = art.symbol.modules[cells[:, 0], cells[:, 1]]
    colours: list[Colour] = []
    colour_of = np.zeros(len(cells), dtype=np.intp)
    for is_dark in (True, False):
        chosen = dark == is_dark
        if chosen.any():
            palette, index = _fewer(rgb[chosen])
            colour_of[chosen] = index + len(colours)
            colours += palette
    return Dots(
        art.style.dot_shape,
        art.symbol.size_modules,
        cells,
        np.minimum(steps * RADIUS_STEP_MODULES, _LARGEST_RADIUS),
        tuple(colours),
        colour_of,
    )


def _fewer(rgb: npt.NDArray[np.uint8]) -> tuple[list[Colour], npt.NDArray[np.intp]]:
    """At most `MOST_COLOURS` colours by median cut, and which of them each dot gets.

    A mean of colours that keep a channel bound keeps it too.
    """
    line = Image.fromarray(np.ascontiguousarray(rgb[None]))
    few = line.quantize(MOST_COLOURS, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    painted = np.asarray(few.convert("RGB"))[0]
    low, high = rgb.min(axis=0), rgb.max(axis=0)
    distinct, index = np.unique(np.clip(painted, low, high), axis=0, return_inverse=True)
    palette = [Colour("#" + bytes(colour.tolist()).hex()) for colour in distinct]
    return palette, np.asarray(index.reshape(-1), dtype=np.intp)


def _stamp(shape: DotShape, radius: float) -> Contour:
    """One dot about the origin."""
    match shape:
        case DotShape.ROUND:
            return disc(0.0, 0.0, radius)
        case DotShape.SQUARE:
            return rounded_box(-radius, -radius, 2 * radius, 2 * radius, (0.0,) * 4)
        case DotShape.DIAMOND:
            return polygon([(0.0, -radius), (radius, 0.0), (0.0, radius), (-radius, 0.0)])
