"""Modules of many codes as PDF operators, and the font that some of them are set in.

Modules that stand apart are set as text of a Type 3 font whose 64 glyphs are all rows of six
modules; modules that join, as text of one glyph per neighbourhood (`tiles`); whole squares are runs
in a single path. Under a gradient, and in the style base, the modules are a hole through which a
form shows that has all of them dark (poppler paints no patterns through Type 3 glyphs): the hole is
runs of squares, or where modules join, text of an outline font (`module_font`). Glyphs of Type 3
are described with d0: viewers then paint the outlines and cache no rounded bitmaps.
Sources: ISO 32000-1:2008, 9.6.5 (Type 3 fonts), 9.3.6 (text as clip), 8.5.4 (clipping), 8.7
(patterns).
"""

import string

import numpy as np
import numpy.typing as npt

from generative_codes.bulk.module_font import characters, glyph_name, write_font
from generative_codes.bulk.solved import SolvedOrder
from generative_codes.bulk.tiles import DARK, Joining
from generative_codes.drawing.colours import Gradient
from generative_codes.drawing.contours import polygon
from generative_codes.drawing.dots import Dots
from generative_codes.drawing.press import path_operators
from generative_codes.drawing.scene import Layer, Picture
from generative_codes.pdf_file import PdfFile

# Glyph codes that need no escape in a string.
_GLYPHS = string.digits + string.ascii_letters + "+-"
STRIP = 6


def is_seen_through(solved: SolvedOrder) -> bool:
    """True where dark modules are holes through which one dark picture shows."""
    return solved.base is not None or isinstance(solved.design.dark, Gradient)


def all_dark(solved: SolvedOrder) -> tuple[Layer | Picture | Dots, ...]:
    """What shows through dark modules: all of them dark."""
    if solved.dark:
        return solved.dark
    if solved.tiles.joining is Joining.JOINED:
        side = float(solved.under.side)
        everywhere = polygon([(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)])
        return (Layer(solved.design.dark, (everywhere,)),)
    stamp = solved.tiles.outlines[DARK]
    cells = np.argwhere(solved.drawn).tolist()
    return (Layer(solved.design.dark, tuple(c.at(x, y) for y, x in cells for c in stamp)),)


def is_text(solved: SolvedOrder) -> bool:
    """True where modules are set in the font of `write_tiles`."""
    joining = solved.tiles.joining
    if is_seen_through(solved):
        return joining is Joining.JOINED
    return joining is not Joining.FLUSH


class ModuleTexts:
    """Operators of the modules of many codes, in modules, y downwards."""

    def __init__(self, solved: SolvedOrder) -> None:
        self._solved = solved
        self._side = solved.under.side
        self._letters = np.frombuffer(_GLYPHS.encode("ascii"), np.uint8)
        self._runs: list[str] = []
        self._is_seen_through = is_seen_through(solved)
        self._is_text = is_text(solved)
        if not self._is_text:
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
        if not self._is_text:
            return [self._squares(one) for one in drawn]
        if tiles.joining is Joining.APART:
            return self._lines(self._strips(drawn))
        return self._lines(self._letters[tiles.codes(drawn)])

    def _squares(self, drawn: npt.NDArray[np.bool_]) -> str:
        side = self._side
        padded = np.zeros((side, side + 2), dtype=np.int8)
        padded[:, 1:-1] = drawn
        edges = np.diff(padded, axis=1).reshape(-1)
        starts, stops = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
        rows, columns = np.divmod(starts, side + 1)
        keys = (rows * side + columns) * side + (stops - starts - 1)
        runs = self._runs
        text = "".join([runs[key] for key in keys.tolist()])
        return f"q\n{text}W n\n/B Do\nQ\n" if self._is_seen_through else f"{text}f\n"

    def _strips(self, drawn: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
        """Glyphs (B, N, S) of rows of six modules."""
        strips = -(-self._side // STRIP)
        padded = np.zeros((*drawn.shape[:2], strips * STRIP), dtype=np.uint8)
        padded[:, :, : self._side] = drawn
        weights = (1 << np.arange(STRIP - 1, -1, -1)).astype(np.uint8)
        values = padded.reshape(*drawn.shape[:2], strips, STRIP) @ weights
        return np.asarray(self._letters[values], dtype=np.uint8)

    def _lines(self, glyphs: npt.NDArray[np.uint8]) -> list[str]:
        """Text objects, one line per row of modules: `(...)'` moves down and shows."""
        count, rows, wide = glyphs.shape
        lines = np.empty((count, rows, wide + 3), dtype=np.uint8)
        lines[:, :, 0], lines[:, :, -2], lines[:, :, -1] = ord("("), ord(")"), ord("'")
        lines[:, :, 1:-2] = glyphs
        head, tail = "BT /T0 1 Tf -1 TL 1 0 0 1 0 -1 Tm\n", "\nET\n"
        if self._is_seen_through:
            head, tail = f"q\n{head}7 Tr\n", f"{tail}/B Do\nQ\n"
        return [head + one.tobytes().decode("ascii") + tail for one in lines]


def write_tiles(pdf: PdfFile, solved: SolvedOrder) -> int:
    """The font of the modules; its glyph space is the symbol's, one module wide and high."""
    tiles = solved.tiles
    # Modules are no text: whoever copies the page's text gets blanks for them.
    blanks = pdf.reserve()
    if is_seen_through(solved):
        letters = _GLYPHS[: len(tiles.outlines)]
        pdf.write_stream(blanks, _blank_map([ord(letter) for letter in letters]))
        return write_font(pdf, tiles.outlines, letters, blanks)
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
        procedures += f"/{glyph_name(code)} {procedure} 0 R"
    pdf.write_stream(blanks, _blank_map([ord(letter) for letter in _GLYPHS[:count]]))
    font = pdf.reserve()
    pdf.write_object(
        font,
        f"<</Type/Font/Subtype/Type3/FontBBox[-1 -1 {advance + 1} 2]/FontMatrix[1 0 0 1 0 0]"
        f"/Resources<<>>{characters(_GLYPHS[:count], advance)}"
        f"/CharProcs<<{procedures}>>/ToUnicode {blanks} 0 R>>",
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
