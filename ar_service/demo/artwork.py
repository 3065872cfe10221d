"""The fictional brand's labels as drawn: text, seal, ridges and code; all measures in mm."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generative_codes import Symbol, to_raster
from generative_codes.sheet import code_lines

DPI = 600
LABEL_WH_MM = (42.0, 56.0)
MODULE_MM = 0.62
QUIET_MODULES = 4
SYMBOL_CENTRE_MM = (21.0, 28.2)
GAP_MM = 5.0
"""Bare liner between two labels that still hang together."""

_PX_PER_MM = DPI / 25.4
# Colours of the brand, B, G, R.
_INK = (34, 27, 22)
_GOLD = (38, 122, 168)
_CINNABAR = (34, 42, 178)
_RIDGES = ((196, 214, 203), (148, 180, 158), (92, 134, 102), (52, 84, 58))
_WHITE = (255, 255, 255)
_LIGHT, _REGULAR, _BOLD = 300, 400, 600


@dataclass(frozen=True, slots=True)
class LabelText:
    """What a label says besides its code."""

    brand: str
    brand_latin: str
    seal: str
    product: str
    spec: str


def draw_label(text: LabelText, symbol: Symbol, code: str) -> NDArray[np.uint8]:
    """Draw the label of one item, uint8 (H, W, 3) in B, G, R at `DPI`."""
    canvas = _Canvas(LABEL_WH_MM)
    _head(canvas, text)
    canvas.symbol(symbol, SYMBOL_CENTRE_MM)
    for line, baseline_mm in zip(code_lines(code), (43.3, 46.0), strict=False):
        canvas.centred(line, 21.0, baseline_mm, 1.95, _INK, _REGULAR)
    _ridges(canvas, 48.6, 1.25)
    canvas.centred(f"{text.product}  {text.spec}", 21.0, 55.0, 1.8, _WHITE, _REGULAR)
    return canvas.pixels


def draw_front(text: LabelText) -> NDArray[np.uint8]:
    """Draw the front of the pack: the same brand and no code at all."""
    canvas = _Canvas(LABEL_WH_MM)
    _head(canvas, text)
    canvas.disc((29.0, 24.0), 4.2, _GOLD)
    _ridges(canvas, 31.0, 4.2)
    canvas.centred(text.product, 21.0, 51.0, 3.6, _WHITE, _REGULAR)
    canvas.centred(text.spec, 21.0, 54.2, 1.7, _WHITE, _REGULAR)
    return canvas.pixels


def side_by_side(labels: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Lay labels in a row with bare liner between them, as they come off the roll."""
    gap = np.full((labels[0].shape[0], round(GAP_MM * _PX_PER_MM), 3), 226, np.uint8)
    parts = [part for label in labels for part in (gap, label)][1:]
    return np.concatenate(parts, axis=1)


def symbol_corners_mm(symbol: Symbol) -> NDArray[np.float64]:
    """Corners (4, 2) of the symbol on its label, clockwise from its top-left."""
    half = symbol.size_modules * MODULE_MM / 2
    centre = np.array(SYMBOL_CENTRE_MM)
    return centre + half * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def _head(canvas: "_Canvas", text: LabelText) -> None:
    """Brand at the left, its seal at the right, a gold line below."""
    canvas.text(text.brand, (4.0, 8.7), 4.7, _INK, _REGULAR)
    canvas.spaced(text.brand_latin, (4.1, 11.9), 1.5, 0.42, _GOLD)
    left, top, side = 30.6, 3.6, 7.4
    canvas.rectangle((left, top), (left + side, top + side), _CINNABAR)
    size = 3.1
    for row, character in enumerate(text.seal[:2]):
        baseline = top + 3.35 + row * 3.3
        canvas.centred(character, left + side / 2, baseline, size, _WHITE, _BOLD)
    canvas.rectangle((4.0, 13.5), (38.0, 13.68), _GOLD)


def _ridges(canvas: "_Canvas", top_mm: float, step_mm: float) -> None:
    """Four mountain ridges, the farther the paler, down to the label's edge."""
    width, height = LABEL_WH_MM
    x_mm = np.linspace(0, width, 400)
    for depth, colour in enumerate(_RIDGES):
        waves = (
            np.sin(x_mm / 5.3 + 1.9 * depth)
            + 0.55 * np.sin(x_mm / 2.35 + 0.7 + 2.3 * depth)
            + 0.22 * np.sin(x_mm / 0.97 + 1.1 * depth)
        )
        crest_mm = top_mm + step_mm * (depth - 0.72 * waves)
        outline = np.column_stack([x_mm, crest_mm])
        edge = np.array([[width, height], [0.0, height]])
        canvas.polygon(np.concatenate([outline, edge]), colour)


class _Canvas:
    """A white label that is drawn on in millimetres."""

    def __init__(self, size_mm: tuple[float, float]) -> None:
        width, height = (round(side * _PX_PER_MM) for side in size_mm)
        self.pixels: NDArray[np.uint8] = np.full((height, width, 3), 255, np.uint8)
        self._face = cv2.FontFace("sans")

    def text(
        self,
        text: str,
        at_mm: tuple[float, float],
        size_mm: float,
        colour: tuple[int, int, int],
        weight: int,
    ) -> float:
        """Set text with its base line starting at `at_mm`; returns where it ends, in mm."""
        origin = (round(at_mm[0] * _PX_PER_MM), round(at_mm[1] * _PX_PER_MM))
        size = round(size_mm * _PX_PER_MM)
        end, _ = cv2.putText(self.pixels, text, origin, colour, self._face, size, weight)
        return float(end[0]) / _PX_PER_MM

    def centred(
        self,
        text: str,
        centre_mm: float,
        baseline_mm: float,
        size_mm: float,
        colour: tuple[int, int, int],
        weight: int,
    ) -> None:
        """Set text in the middle of `centre_mm`."""
        size = round(size_mm * _PX_PER_MM)
        left, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), self._face, size, weight)
        start = centre_mm - (left + width / 2) / _PX_PER_MM
        self.text(text, (start, baseline_mm), size_mm, colour, weight)

    def spaced(
        self,
        text: str,
        at_mm: tuple[float, float],
        size_mm: float,
        space_mm: float,
        colour: tuple[int, int, int],
    ) -> None:
        """Set text letter by letter with air between the letters."""
        x_mm = at_mm[0]
        for character in text:
            x_mm = self.text(character, (x_mm, at_mm[1]), size_mm, colour, _BOLD) + space_mm

    def rectangle(
        self,
        first_mm: tuple[float, float],
        last_mm: tuple[float, float],
        colour: tuple[int, int, int],
    ) -> None:
        """Fill a rectangle."""
        (left, top), (right, bottom) = first_mm, last_mm
        self.polygon(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]), colour)

    def disc(
        self, centre_mm: tuple[float, float], radius_mm: float, colour: tuple[int, int, int]
    ) -> None:
        """Fill a disc."""
        angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
        ring = np.column_stack([np.cos(angle), np.sin(angle)])
        self.polygon(np.array(centre_mm) + radius_mm * ring, colour)

    def polygon(self, points_mm: NDArray[np.float64], colour: tuple[int, int, int]) -> None:
        """Fill a polygon with smooth edges."""
        shift = 4
        points = np.round(points_mm * _PX_PER_MM * 2**shift).astype(np.int32)
        cv2.fillPoly(self.pixels, [points], colour, cv2.LINE_AA, shift)

    def symbol(self, symbol: Symbol, centre_mm: tuple[float, float]) -> None:
        """Print a code with its quiet zone; modules are scaled without smoothing."""
        modules = symbol.size_modules + 2 * QUIET_MODULES
        side = round(modules * MODULE_MM * _PX_PER_MM)
        raster = to_raster(symbol, 1, QUIET_MODULES)
        picture = cv2.resize(raster, (side, side), interpolation=cv2.INTER_NEAREST)
        left, top = (round(at * _PX_PER_MM - side / 2) for at in centre_mm)
        self.pixels[top : top + side, left : left + side] = np.asarray(picture)[..., None]
