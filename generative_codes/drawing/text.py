"""Lines of text as outlines, in modules."""

import re
from functools import lru_cache

from generative_codes.drawing.contours import Contour
from generative_codes.errors import SheetError
from generative_codes.fields import DesignError
from generative_codes.lettering import require_printable, trace_glyph

# Air between characters, as a share of the text size.
TRACKING = 0.04
# Half the height of capitals and of Chinese characters above the base line, of the text size.
_HALF_HEIGHT = 0.38
_NUMBERS = re.compile(r"-?\d+ -?\d+ [ml]|h")


def text_width(text: str, size_modules: float, weight: int) -> float:
    """Width of a set line.

    Raises:
        DesignError: If a character has no glyph.
    """
    try:
        advances = [trace_glyph(character, weight).advance for character in text]
    except SheetError as error:
        raise DesignError("text", str(error), "文字里有无法印刷的字符；请删去。") from None
    return size_modules * (sum(advances) / 1000 + TRACKING * max(0, len(text) - 1))


def fitting_size(
    path: str, text: str, wanted: float, least: float, room: float, weight: int
) -> float:
    """The wanted size, or the largest that fits.

    Raises:
        DesignError: If the text would be smaller than `least`.
    """
    try:
        width = text_width(text, wanted, weight)
    except DesignError as error:
        raise error.below(path.removesuffix(".text")) from None
    size = wanted * min(1.0, room / width) if width > 0 else wanted
    if size < least:
        fits = int(len(text) * room / (width * least / wanted))
        raise DesignError(
            path,
            f"{text!r} is {width * least / wanted:.1f} modules wide at the smallest size; there "
            f"is room for {room:.1f}, about {fits} characters.",
            f"{text!r} 用最小字号也放不下；大约可容 {fits} 个字符。",
        )
    return size


def centred_line(
    text: str, centre_x: float, centre_y: float, size_modules: float, weight: int
) -> list[Contour]:
    """A line centred about a point."""
    composed = require_printable(text)
    x = centre_x - text_width(composed, size_modules, weight) / 2
    baseline = centre_y + _HALF_HEIGHT * size_modules
    contours: list[Contour] = []
    for character in composed:
        for loop in _glyph_loops(character, weight):
            contours.append(loop.scaled(size_modules / 1000).at(x, baseline))
        x += size_modules * (trace_glyph(character, weight).advance / 1000 + TRACKING)
    return contours


def centred_mark(
    text: str, centre_x: float, centre_y: float, room: float, weight: int
) -> list[Contour]:
    """One to four characters filling a square, optically centred on their ink.

    Four stand as on a seal: two columns, read downwards from the right one.
    """
    composed = require_printable(text)
    is_seal = len(composed) == 4 and not composed.isascii()
    lines = [composed[2] + composed[0], composed[3] + composed[1]] if is_seal else [composed]
    size = room if len(lines) == 1 else room / 2
    widest = max(text_width(line, size, weight) for line in lines)
    size *= min(1.0, room / widest)
    contours: list[Contour] = []
    for index, line in enumerate(lines):
        middle = centre_y + (index - (len(lines) - 1) / 2) * size * 1.04
        contours += centred_line(line, centre_x, middle, size, weight)
    points = [point for contour in contours for point in contour.flatten(8).tolist()]
    if not points:
        return contours
    xs, ys = zip(*points, strict=True)
    shift = (centre_x - (min(xs) + max(xs)) / 2, centre_y - (min(ys) + max(ys)) / 2)
    return [contour.at(*shift) for contour in contours]


@lru_cache(maxsize=1024)
def _glyph_loops(character: str, weight: int) -> tuple[Contour, ...]:
    """Loops in thousandths of the text size, y downwards from the base line."""
    loops: list[Contour] = []
    points: list[tuple[float, float]] = []
    for piece in _NUMBERS.findall(trace_glyph(character, weight).path):
        if piece == "h":
            (x0, y0), *others = points
            loops.append(Contour((x0, y0), tuple((x - x0, y - y0) for x, y in others)))
            points = []
        else:
            x, y, _ = piece.split(" ")
            points.append((float(x), -float(y)))
    return tuple(loops)
