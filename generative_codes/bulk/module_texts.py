"""Modules of many codes as PDF operators, and the font that some of them are set in.

Modules that stand apart are set as text of a Type 3 font whose 64 glyphs are all rows of six
modules; modules that join, as text of one glyph per neighbourhood (`tiles`); whole squares are runs
in a single path. Under a gradient, and in the style base, the runs are a hole through which a form
shows that has all its modules dark (poppler paints no patterns through Type 3 glyphs); only modules
that join under a gradient are paths of their own, which are slower to write. Glyphs are described
with d0: viewers then paint the outlines and cache no rounded bitmaps.
Sources: ISO 32000-1:2008, 9.6.5 (Type 3 fonts), 8.5.4 (clipping), 8.7 (patterns).
"""

import string

import numpy as np
import numpy.typing as npt

from generative_codes.bulk.solved import SolvedOrder
from generative_codes.bulk.tiles import DARK, Joining, Tiles
from generative_codes.drawing.colours import Colour, Gradient
from generative_codes.drawing.dots import Dots
from generative_codes.drawing.press import path_operators
from generative_codes.drawing.scene import Layer, Picture
from generative_codes.pdf_file import PdfFile

# Glyph codes that need no escape in a string.
_GLYPHS = string.digits + string.ascii_letters + "+-"
STRIP = 6


def is_seen_through(solved: SolvedOrder) -> bool:
    """True where dark modules are holes through which one dark picture shows."""
    if solved.base is not None:
        return True
    is_gradient = isinstance(solved.design.dark, Gradient)
    return is_gradient and solved.tiles.joining is not Joining.JOINED


def is_patterned(solved: SolvedOrder) -> bool:
    """True where each code's own path is filled with a gradient."""
    return isinstance(solved.design.dark, Gradient) and not is_seen_through(solved)


def all_dark(solved: SolvedOrder) -> tuple[Layer | Picture | Dots, ...]:
    """What shows through dark modules: all of them dark."""
    if solved.dark:
        return solved.dark
    stamp = solved.tiles.outlines[DARK]
    cells = np.argwhere(solved.drawn).tolist()
    return (Layer(solved.design.dark, tuple(c.at(x, y) for y, x in cells for c in stamp)),)


def is_text(solved: SolvedOrder) -> bool:
    """True where modules are set in the font of `write_tiles`."""
    is_plain = isinstance(solved.design.dark, Colour)
    return is_plain and solved.tiles.joining is not Joining.FLUSH


class ModuleTexts:
    """Operators of the modules of many codes, in modules, y downwards."""

    def __init__(self, solved: SolvedOrder) -> None:
        self._solved = solved
        self._side = solved.under.side
        self._letters = np.frombuffer(_GLYPHS.encode("ascii"), np.uint8)
        self._is_text = is_text(solved)
        self._cells: dict[int, str] = {}
        self._runs: list[str] = []
        self._is_seen_through = is_seen_through(solved)
        if solved.tiles.joining is Joining.FLUSH or self._is_seen_through:
            side = self._side
            self._runs = [
                f"{x} {y} {width} 1 re\n" if x + width <= side else ""
                for y in range(side)
                for x in range(side)
                for width in range(1, side + 1)
            ]

    def of(self, modules: npt.NDArray[np.bool_]) -> list[str]:
        """One text per symbol of bool (B, N, N)."""
        drawn = modules & self._solved.drawn
        tiles = self._solved.tiles
        if tiles.joining is Joining.FLUSH or self._is_seen_through:
            return [self._squares(one) for one in drawn]
        if not self._is_text:
            return [self._path(one) for one in tiles.codes(drawn)]
        if tiles.joining is Joining.APART:
            return self._lines(self._strips(drawn))
        return self._lines(self._letters[tiles.codes(drawn)])

    def _path(self, codes: npt.NDArray[np.uint8]) -> str:
        """All tiles of one symbol in a single path, in hundredths of a module."""
        flat = codes.reshape(-1)
        at = np.flatnonzero(flat)
        keys = (at * (2 * DARK) + flat[at]).tolist()
        cells = self._cells
        for key in keys:
            if key not in cells:
                cells[key] = self._cell(key)
        fill = "f*" if self._solved.tiles.is_even_odd else "f"
        return f".01 0 0 .01 0 0 cm\n{''.join([cells[key] for key in keys])}{fill}\n"

    def _cell(self, key: int) -> str:
        place, code = divmod(key, 2 * DARK)
        y, x = divmod(place, self._side)
        contours = self._solved.tiles.cores[code]
        if (
            code >= DARK
            and len(contours[0].segments) == 3
            and not any(len(segment) > 2 for segment in contours[0].segments)
        ):
            left, top = contours[0].start
            across, down = contours[0].segments[1]
            sides = (100 * (x + left), 100 * (y + top), 100 * across, 100 * down)
            return " ".join(f"{side:.0f}" for side in sides) + " re\n"
        pieces = []
        for contour in contours:
            start_x, start_y = contour.start
            pieces.append(f"{100 * (x + start_x):.0f} {100 * (y + start_y):.0f} m")
            for segment in contour.segments:
                moved = [
                    100 * (value + (y + start_y if index % 2 else x + start_x))
                    for index, value in enumerate(segment)
                ]
                operator = "l" if len(segment) == 2 else "c"
                pieces.append(" ".join(f"{value:.0f}" for value in moved) + f" {operator}")
            pieces.append("h\n")
        return " ".join(pieces)

    def _squares(self, drawn: npt.NDArray[np.bool_]) -> str:
        side = self._side
        padded = np.zeros((side, side + 2), dtype=np.int8)
        padded[:, 1:-1] = drawn
        edges = np.diff(padded, axis=1).reshape(-1)
        starts, stops = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
        rows, columns = np.divmod(starts, side + 1)
        keys = (rows * side + columns) * side + (stops - starts - 1)
        runs = self._runs
        paint = "W n\n/B Do\n" if self._is_seen_through else "f\n"
        return "".join([runs[key] for key in keys.tolist()]) + paint

    def _strips(self, drawn: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
        """Glyphs (B, N, S) of rows of six modules."""
        strips = -(-self._side // STRIP)
        padded = np.zeros((*drawn.shape[:2], strips * STRIP), dtype=np.uint8)
        padded[:, :, : self._side] = drawn
        weights = (1 << np.arange(STRIP - 1, -1, -1)).astype(np.uint8)
        values = padded.reshape(*drawn.shape[:2], strips, STRIP) @ weights
        return np.asarray(self._letters[values], dtype=np.uint8)

    @staticmethod
    def _lines(glyphs: npt.NDArray[np.uint8]) -> list[str]:
        """Text objects, one line per row of modules: `(...)'` moves down and shows."""
        count, rows, wide = glyphs.shape
        lines = np.empty((count, rows, wide + 3), dtype=np.uint8)
        lines[:, :, 0], lines[:, :, -2], lines[:, :, -1] = ord("("), ord(")"), ord("'")
        lines[:, :, 1:-2] = glyphs
        head, tail = "BT /T0 1 Tf -1 TL 1 0 0 1 0 -1 Tm\n", "\nET\n"
        return [head + one.tobytes().decode("ascii") + tail for one in lines]


def write_tiles(pdf: PdfFile, tiles: Tiles) -> int:
    """The font of the modules; its glyph space is the symbol's, one module wide and high."""
    is_apart = tiles.joining is Joining.APART
    count, advance = (64, STRIP) if is_apart else (2 * DARK, 1)
    fill, procedures = "f*" if tiles.is_even_odd else "f", ""
    for code in range(count):
        if is_apart:
            stamp = tiles.outlines[DARK]
            bits = [x for x in range(STRIP) if code >> (STRIP - 1 - x) & 1]
            contours = tuple(c.at(x, 0) for x in bits for c in stamp)
        else:
            contours = tiles.outlines[code]
        path = f"{path_operators(contours)}{fill}\n" if contours else ""
        procedure = pdf.reserve()
        pdf.write_stream(procedure, f"{advance} 0 d0\n{path}".encode("ascii"))
        procedures += f"/m{code} {procedure} 0 R"
    places = sorted((ord(_GLYPHS[code]), code) for code in range(count))
    names = "".join(f" {place}/m{code}" for place, code in places)
    first, last = places[0][0], places[-1][0]
    taken = {place for place, _ in places}
    widths = " ".join(str(advance if at in taken else 0) for at in range(first, last + 1))
    # Modules are no text: whoever copies the page's text gets blanks for them.
    blanks = pdf.reserve()
    pdf.write_stream(blanks, _blank_map([place for place, _ in places]))
    font = pdf.reserve()
    pdf.write_object(
        font,
        f"<</Type/Font/Subtype/Type3/FontBBox[-1 -1 {advance + 1} 2]/FontMatrix[1 0 0 1 0 0]"
        f"/Resources<<>>/FirstChar {first}/LastChar {last}/Widths[{widths}]"
        f"/CharProcs<<{procedures}>>/Encoding<</Type/Encoding/Differences[{names}]>>"
        f"/ToUnicode {blanks} 0 R>>",
    )
    return font


def _blank_map(places: list[int]) -> bytes:
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CMapName /modules def /CMapType 2 def",
        "1 begincodespacerange <00> <ff> endcodespacerange",
        f"{len(places)} beginbfchar",
        *(f"<{place:02x}> <0020>" for place in places),
        "endbfchar",
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return "\n".join(lines).encode("ascii")
