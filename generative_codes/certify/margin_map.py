"""The margin map: every module's signed margin as colour over the code, and its legend.

Colours are Okabe and Ito's (2008), which the colour-blind tell apart: vermilion for wrong modules,
through yellow for weak ones, to bluish green for good ones. Wrong modules also carry a cross.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.certify.grades import SymbolGrades
from generative_codes.certify.reflectance import CertifyError

_VERMILION, _ORANGE, _YELLOW, _GREEN = (213, 94, 0), (230, 159, 0), (240, 228, 66), (0, 158, 115)
# Margin stops and their colours (R, G, B). The step at zero keeps a hardly right module from
# looking wrong, and a wrong one from looking weak.
_STOPS = (-1.0, -1e-12, 0.0, 0.2, 0.4, 0.7, 1.0)
_COLOURS_RGB = (_VERMILION, _VERMILION, _ORANGE, _YELLOW, (120, 190, 95), _GREEN, (0, 128, 98))
# Dark modules keep this share of their darkness, so that the code is still seen under the colours.
_SHADE = 0.42
_GRID_SHADE = 0.86
_LEGEND_HEIGHT_MODULES = 3.5
_WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One colour of the map.

    Attributes:
        colour: "#rrggbb".
        has_cross: Whether its modules carry a cross.
        text_zh: What it means, Chinese.
        text_en: What it means, English.
    """

    colour: str
    has_cross: bool
    text_zh: str
    text_en: str


def margin_legend() -> tuple[LegendEntry, ...]:
    """The legend in words, worst first, for pages that set it in their own type."""
    return (
        LegendEntry(
            _hex(-1.0), True, "读反：会被判成相反的颜色", "wrong: read as the other colour"
        ),
        LegendEntry(_hex(0.0), False, "临界：离阈值不到 10 %", "at the limit: below 10 %"),
        LegendEntry(_hex(0.2), False, "偏弱：余量约 20 %", "weak: about 20 % of the range"),
        LegendEntry(_hex(0.5), False, "良好：余量约 50 %", "good: about 50 %"),
        LegendEntry(_hex(1.0), False, "充足：余量 70 % 以上", "ample: 70 % and more"),
    )


def margin_map(
    grades: SymbolGrades,
    picture: npt.NDArray[np.uint8],
    pixels_per_module: float,
    quiet_zone_modules: float,
    *,
    has_legend: bool = False,
) -> npt.NDArray[np.uint8]:
    """Colour overlay of the margins; wrong modules also carry a cross.

    Args:
        grades: Grades of this picture.
        picture: uint8 (H, W) or (H, W, 3) B, G, R.
        pixels_per_module: Its resolution.
        quiet_zone_modules: Modules between the picture's edge and the symbol.
        has_legend: Adds a strip with the colour scale below the picture: margins from the cross of
            wrong modules over 0 to 1.

    Returns:
        uint8 (H, W, 3) B, G, R; with its legend 3.5 modules higher.

    Raises:
        CertifyError: If the symbol's grid doesn't fit into the picture.
    """
    side = grades.margins.shape[0]
    edges = np.rint((quiet_zone_modules + np.arange(side + 1)) * pixels_per_module).astype(int)
    if edges[0] < 0 or edges[-1] > min(picture.shape[:2]) + 1:
        raise CertifyError("The grid of modules does not fit into the picture.")
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    shades = np.asarray(grey, np.float32)
    canvas = np.repeat(shades[..., None], 3, axis=2)
    tones = _tones(grades.margins)
    place = np.clip(np.searchsorted(edges, np.arange(edges[-1]), side="right") - 1, -1, side - 1)
    inside = place[edges[0] :]
    overlay = tones[np.ix_(inside, inside)]
    square = canvas[edges[0] : edges[-1], edges[0] : edges[-1]]
    overlay = overlay[: square.shape[0], : square.shape[1]]
    under = shades[edges[0] : edges[-1], edges[0] : edges[-1], None] / 255
    square[:] = overlay * (_SHADE + (1 - _SHADE) * under)
    for edge in edges[:-1]:
        canvas[edge, edges[0] : edges[-1]] *= _GRID_SHADE
        canvas[edges[0] : edges[-1], edge] *= _GRID_SHADE
    result = np.rint(canvas).astype(np.uint8)
    width = max(1, round(pixels_per_module / 7))
    for row, column in np.argwhere(grades.wrong):
        _cross(
            result,
            (int(edges[column]), int(edges[row])),
            (int(edges[column + 1]) - 1, int(edges[row + 1]) - 1),
            width,
        )
    if not has_legend:
        return result
    return np.vstack([result, _legend_strip(result.shape[1], edges, pixels_per_module)])


def _tones(margins: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Colours B, G, R of margins, float64 (..., 3)."""
    planes = [
        np.interp(margins, _STOPS, [colour[channel] for colour in _COLOURS_RGB])
        for channel in (2, 1, 0)
    ]
    return np.stack(planes, axis=-1)


def _hex(margin: float) -> str:
    blue, green, red = (round(float(level)) for level in _tones(np.array(margin)))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _cross(
    canvas: npt.NDArray[np.uint8], first: tuple[int, int], last: tuple[int, int], width: int
) -> None:
    inset = max(1, (last[0] - first[0]) // 5)
    left, top, right, bottom = (
        first[0] + inset,
        first[1] + inset,
        last[0] - inset,
        last[1] - inset,
    )
    cv2.line(canvas, (left, top), (right, bottom), _WHITE, width, cv2.LINE_AA)
    cv2.line(canvas, (left, bottom), (right, top), _WHITE, width, cv2.LINE_AA)


def _legend_strip(
    width_px: int, edges: npt.NDArray[np.int_], pixels_per_module: float
) -> npt.NDArray[np.uint8]:
    """A swatch with a cross, then the scale from 0 to 1 with its numbers."""
    module = pixels_per_module
    strip = np.full((round(_LEGEND_HEIGHT_MODULES * module), width_px, 3), 255, np.uint8)
    left, right = int(edges[0]), int(edges[-1])
    top, bottom = 0, round(1.2 * module)
    swatch = round(1.6 * module)
    strip[top:bottom, left : left + swatch] = np.rint(_tones(np.array(-1.0)))
    _cross(
        strip,
        (left + (swatch - bottom) // 2, top),
        (left + (swatch + bottom) // 2, bottom),
        max(1, round(module / 7)),
    )
    first = left + round(2.6 * module)
    scale = np.linspace(0, 1, right - first)
    strip[top:bottom, first:right] = np.rint(_tones(scale))[None]
    size = module / 22
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        text = f"{share:.1f}" if 0 < share < 1 else f"{share:.0f}"
        (wide, high), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
        at = first + round(share * (right - first - 1))
        place = (min(max(at - wide // 2, 0), width_px - wide), bottom + round(0.5 * module) + high)
        strip[bottom : bottom + max(2, round(0.3 * module)), min(at, right - 1)] = 90
        cv2.putText(
            strip, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (60, 60, 60), 1, cv2.LINE_AA
        )
    return strip
