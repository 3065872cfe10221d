"""Text for print as outlines, without any font of the system.

Glyphs are drawn large with the typefaces built into OpenCV (a sans with a slashed zero, and one
that covers Chinese), traced, and embedded as Type 3 fonts with a Unicode map (ISO 32000-1:2008,
9.6.5 and 9.10.3): nothing to install at the printer, and the text can still be searched.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from generative_codes.errors import SheetError
from generative_codes.outline import trace_loops
from generative_codes.pdf_file import PdfFile, number

# Glyphs are drawn 500 pixels high and stored in thousandths: at 3 mm one step is 6 micrometres.
_DRAWN_PX = 500
_UNITS_PER_PX = 2
_CANVAS_PX = 1200
_ORIGIN_PX = (300, 850)
# Corners closer than this to the straight line between their neighbours are pixel stairs.
_STAIR_PX = 0.8
_CODES_PER_FONT = 256
# Codes are given equal cells (share of the text size) when their size is chosen, so that all
# labels of a sheet get the same size whatever letters they hold; a space takes half a cell.
_CELL, _SPACE_CELL = 0.76, 0.38
_CODE_LINE = re.compile(r"[0-9A-Z ]*[0-9][0-9A-Z ]*", re.ASCII)
_MAX_CODE_POINT = 0xFFFF


@dataclass(frozen=True, slots=True)
class Glyph:
    """One traced character, in thousandths of the text size, y upwards from the base line."""

    advance: int
    box: tuple[int, int, int, int]
    path: str


@lru_cache(maxsize=4096)
def trace_glyph(character: str, weight: int) -> Glyph:
    """Draw and trace one character.

    Raises:
        SheetError: If no built-in typeface has it.
    """
    glyph = _trace(character, weight)
    if character != "?" and glyph == trace_glyph("?", weight):
        raise SheetError(
            f"There is no glyph for {character!r} (U+{ord(character):04X}); "
            "leave it out of the label text."
        )
    return glyph


def _trace(character: str, weight: int) -> Glyph:
    canvas = np.zeros((_CANVAS_PX, _CANVAS_PX), dtype=np.uint8)
    face = cv2.FontFace("sans")
    end, _ = cv2.putText(canvas, character, _ORIGIN_PX, (255,), face, _DRAWN_PX, weight)
    advance = (int(end[0]) - _ORIGIN_PX[0]) * _UNITS_PER_PX
    strokes: list[str] = []
    corners: list[tuple[int, int]] = []
    left, top, width, height = cv2.boundingRect(canvas)
    ink = canvas[top : top + height, left : left + width] > 127
    for loop in trace_loops(ink):
        outline = np.array(loop, dtype=np.int32).reshape(-1, 1, 2)
        smooth = cv2.approxPolyDP(outline, _STAIR_PX, closed=True).reshape(-1, 2)
        points: list[tuple[int, int]] = [
            ((left + x - _ORIGIN_PX[0]) * _UNITS_PER_PX, (_ORIGIN_PX[1] - top - y) * _UNITS_PER_PX)
            for x, y in smooth.astype(int).tolist()
        ]
        corners += points
        first, *others = (f"{x} {y}" for x, y in points)
        strokes.append(f"{first} m " + " ".join(f"{point} l" for point in others) + " h")
    if not corners:
        return Glyph(advance, (0, 0, 0, 0), "")
    xs, ys = zip(*corners, strict=True)
    return Glyph(advance, (min(xs), min(ys), max(xs), max(ys)), " ".join(strokes) + " f*")


def require_printable(text: str) -> str:
    """Return `text` in composed form (NFC).

    Raises:
        SheetError: If it holds control characters or characters beyond the basic plane.
    """
    composed = unicodedata.normalize("NFC", text)
    for character in composed:
        is_hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        if is_hidden or ord(character) > _MAX_CODE_POINT:
            raise SheetError(
                f"U+{ord(character):04X} cannot be printed on a label; leave it out of the text."
            )
    return composed


def width_mm(text: str, size_mm: float, weight: int = 400) -> float:
    """Advance of `text` set at `size_mm`."""
    return sum(trace_glyph(character, weight).advance for character in text) * size_mm / 1000


def fit(text: str, size_mm: float, room_mm: float, weight: int = 400) -> str:
    """`text`, or as much of its beginning as fits with an ellipsis."""
    if width_mm(text, size_mm, weight) <= room_mm:
        return text
    kept = text
    while kept and width_mm(kept + "…", size_mm, weight) > room_mm:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(text: str, size_mm: float, room_mm: float, most: int, weight: int = 400) -> list[str]:
    """`text` in at most `most` lines; the last one ends in an ellipsis if there is more."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most - 1 and width_mm(rest, size_mm, weight) > room_mm:
        end = len(rest)
        while end > 1 and width_mm(rest[:end], size_mm, weight) > room_mm:
            end -= 1
        space = rest.rfind(" ", 0, end + 1)
        end = space if space > end // 4 else end
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*lines, fit(rest, size_mm, room_mm, weight)] if rest else lines


def is_code_line(text: str) -> bool:
    """True for a line of capitals and digits that people compare character by character."""
    return _CODE_LINE.fullmatch(text) is not None


def cells_mm(text: str, size_mm: float) -> float:
    """Room to be kept for a code line, whatever its letters."""
    return size_mm * sum(_SPACE_CELL if character == " " else _CELL for character in text)


class Lettering:
    """The characters used in one document and the fonts that hold them."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, int], int] = {}
        self._is_written = False

    def show(self, text: str, x_mm: float, y_mm: float, size_mm: float, weight: int = 400) -> str:
        """Content operators that set `text` with its base line starting at (x, y), in mm.

        Raises:
            SheetError: If no typeface has a character, or the fonts were written without it.
        """
        pieces = [f"BT 1 0 0 1 {number(x_mm)} {number(y_mm)} Tm"]
        current, shown = -1, ""
        for character in text:
            place = self._places.get((character, weight), -1)
            if place < 0:
                place = self._admit(character, weight)
            font, code = divmod(place, _CODES_PER_FONT)
            if font != current and shown:
                pieces.append(f"/F{current} {number(size_mm)} Tf <{shown}> Tj")
                shown = ""
            current = font
            shown += f"{code:02x}"
        if shown:
            pieces.append(f"/F{current} {number(size_mm)} Tf <{shown}> Tj")
        return " ".join(pieces) + " ET\n"

    def _admit(self, character: str, weight: int) -> int:
        if self._is_written:
            raise SheetError(f"{character!r} comes after the fonts of the file were written.")
        self._places[character, weight] = len(self._places)
        return self._places[character, weight]

    def write(self, pdf: PdfFile) -> str:
        """Write all fonts; returns the resource dictionary that names them."""
        fonts = self.fonts(pdf)
        return f"<</Font<<{fonts}>>>>" if fonts else "<<>>"

    def fonts(self, pdf: PdfFile) -> str:
        """Write all fonts; returns the entries of a font dictionary."""
        entries = list(self._places)
        self._is_written = True
        fonts = ""
        for font in range(-(-len(entries) // _CODES_PER_FONT)):
            chosen = entries[font * _CODES_PER_FONT : (font + 1) * _CODES_PER_FONT]
            fonts += f"/F{font} {self._write_font(pdf, chosen)} 0 R"
        return fonts

    @staticmethod
    def _write_font(pdf: PdfFile, entries: list[tuple[str, int]]) -> int:
        glyphs = [trace_glyph(character, weight) for character, weight in entries]
        procedures = ""
        for code, glyph in enumerate(glyphs):
            procedure = pdf.reserve()
            box = " ".join(map(str, glyph.box))
            pdf.write_stream(procedure, f"{glyph.advance} 0 {box} d1 {glyph.path}".encode("ascii"))
            procedures += f"/g{code} {procedure} 0 R"
        to_unicode = pdf.reserve()
        pdf.write_stream(to_unicode, _unicode_map([character for character, _ in entries]))
        font = pdf.reserve()
        names = "".join(f"/g{code}" for code in range(len(glyphs)))
        widths = " ".join(str(glyph.advance) for glyph in glyphs)
        boxes = np.array([glyph.box for glyph in glyphs])
        low, high = boxes.min(axis=0)[:2], boxes.max(axis=0)[2:]
        pdf.write_object(
            font,
            f"<</Type/Font/Subtype/Type3/FontBBox[{low[0]} {low[1]} {high[0]} {high[1]}]"
            f"/FontMatrix[.001 0 0 .001 0 0]/Resources<<>>/FirstChar 0/LastChar {len(glyphs) - 1}"
            f"/Widths[{widths}]/CharProcs<<{procedures}>>"
            f"/Encoding<</Type/Encoding/Differences[0{names}]>>/ToUnicode {to_unicode} 0 R>>",
        )
        return font


def _unicode_map(characters: list[str]) -> bytes:
    """ToUnicode character map; sections hold at most 100 entries (ISO 32000-1, 9.10.3)."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CMapName /dianjin def /CMapType 2 def",
        "1 begincodespacerange <00> <ff> endcodespacerange",
    ]
    for start in range(0, len(characters), 100):
        section = characters[start : start + 100]
        lines.append(f"{len(section)} beginbfchar")
        lines += [f"<{start + k:02x}> <{ord(c):04x}>" for k, c in enumerate(section)]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode("ascii")
