"""The tiles of modules as a small outline font, for text that cuts a shape out of a picture.

Text in rendering mode 7 becomes the clipping path. Type 3 glyphs take no part in that, so the same
tiles are written once more as Type 2 charstrings of a CFF font. A glyph is one module wide.
Sources: Adobe Technical Notes 5176 (CFF, the clauses named below) and 5177 (Type 2 charstrings);
ISO 32000-1:2008, 9.3.6 (rendering modes) and 9.9 (embedded fonts).
"""

import struct
from collections.abc import Sequence
from itertools import accumulate

from generative_codes.drawing.contours import Contour
from generative_codes.pdf_file import PdfFile

UNITS_PER_MODULE = 1000
_NAME = b"DIANJN+Modules"
# 5176, 9: operators of the top DICT. Below them those of charstrings (5177, 4.1 and 4.3).
_CHARSET, _CHAR_STRINGS, _PRIVATE, _FONT_BOX = 15, 17, 18, 5
_STANDARD_STRINGS = 391
_R_LINE_TO, _R_CURVE_TO, _END, _R_MOVE_TO = 5, 8, 14, 21


def glyph_name(code: int) -> str:
    """Of a tile."""
    return f"m{code}"


def outline_font(outlines: Sequence[tuple[Contour, ...]]) -> bytes:
    """A CFF font with `.notdef` and one glyph per tile, filled nonzero.

    Args:
        outlines: In modules; coordinates are rounded to thousandths.
    """
    names = [glyph_name(code).encode("ascii") for code in range(len(outlines))]
    # 13: names in the order of glyphs, as string numbers; `.notdef` is left out. Format 0.
    numbers = range(_STANDARD_STRINGS, _STANDARD_STRINGS + len(names))
    charset = b"\0" + b"".join(struct.pack(">H", number) for number in numbers)
    # A width that is not given is the private DICT's default one.
    glyphs = _index([bytes([_END]), *(_char_string(outline) for outline in outlines)])
    # 15: defaultWidthX (20).
    private = _long(UNITS_PER_MODULE) + bytes([20])
    head = bytes([1, 0, 4, 4]) + _index([_NAME])
    tail = _index(names) + _index([])
    # All operands are five bytes long, so the DICT has its size before its offsets are known.
    start = len(head) + len(_index([_top(0, 0, 0, len(private))])) + len(tail)
    places = list(accumulate((len(charset), len(glyphs)), initial=start))
    top = _index([_top(places[0], places[1], places[2], len(private))])
    return head + top + tail + charset + glyphs + private


def write_font(
    pdf: PdfFile, outlines: Sequence[tuple[Contour, ...]], letters: str, blanks: int
) -> int:
    """Embed the font of some tiles.

    Args:
        pdf: Takes it.
        outlines: In modules.
        letters: What each tile is called in a string, one ASCII letter each.
        blanks: Object with the character map: modules are no text.

    Returns:
        The font's object.
    """
    program = pdf.reserve()
    pdf.write_stream(program, outline_font(outlines), "/Subtype/Type1C")
    reach = UNITS_PER_MODULE // 2
    descriptor = pdf.reserve()
    pdf.write_object(
        descriptor,
        f"<</Type/FontDescriptor/FontName/{_NAME.decode()}/Flags 4"
        f"/FontBBox[{-reach} {-reach} {UNITS_PER_MODULE + reach} {UNITS_PER_MODULE + reach}]"
        f"/ItalicAngle 0/Ascent {UNITS_PER_MODULE}/Descent 0/CapHeight {UNITS_PER_MODULE}/StemV 0"
        f"/FontFile3 {program} 0 R>>",
    )
    font = pdf.reserve()
    pdf.write_object(
        font,
        f"<</Type/Font/Subtype/Type1/BaseFont/{_NAME.decode()}/FontDescriptor {descriptor} 0 R"
        f"{characters(letters, UNITS_PER_MODULE)}/ToUnicode {blanks} 0 R>>",
    )
    return font


def characters(letters: str, advance: int) -> str:
    """Entries of a font dictionary that say which glyph each character shows, and how wide it is.

    Args:
        letters: ASCII letters, in the order of the glyphs.
        advance: Of every glyph, in glyph space.
    """
    places = sorted((ord(letter), code) for code, letter in enumerate(letters))
    first, last = places[0][0], places[-1][0]
    taken = {place for place, _ in places}
    widths = " ".join(str(advance * (at in taken)) for at in range(first, last + 1))
    names = "".join(f" {place}/{glyph_name(code)}" for place, code in places)
    return (
        f"/FirstChar {first}/LastChar {last}/Widths[{widths}]"
        f"/Encoding<</Type/Encoding/Differences[{names}]>>"
    )


def _char_string(outline: tuple[Contour, ...]) -> bytes:
    """5177, 4: moves, lines and curves, each relative to the point before."""
    code = b""
    at = (0, 0)
    for contour in outline:
        left, top = contour.start
        at, moved = _steps(at, [left, top])
        code += moved + bytes([_R_MOVE_TO])
        for segment in contour.segments:
            ends = [value + (top if index % 2 else left) for index, value in enumerate(segment)]
            at, drawn = _steps(at, ends)
            code += drawn + bytes([_R_LINE_TO if len(segment) == 2 else _R_CURVE_TO])
    return code + bytes([_END])


def _steps(at: tuple[int, int], points: list[float]) -> tuple[tuple[int, int], bytes]:
    """Steps from point to point, and where they end; no rounding adds up."""
    code = b""
    x, y = at
    for index in range(0, len(points), 2):
        to_x, to_y = (round(UNITS_PER_MODULE * value) for value in points[index : index + 2])
        # 5177, 3.2: 28 goes before a number of 16 bits.
        code += struct.pack(">BhBh", 28, to_x - x, 28, to_y - y)
        x, y = to_x, to_y
    return (x, y), code


def _top(charset: int, glyphs: int, private: int, private_size: int) -> bytes:
    """9: the top DICT."""
    box = (-UNITS_PER_MODULE // 2, 3 * UNITS_PER_MODULE // 2)
    entries = (
        ((box[0], box[0], box[1], box[1]), _FONT_BOX),
        ((charset,), _CHARSET),
        ((glyphs,), _CHAR_STRINGS),
        ((private_size, private), _PRIVATE),
    )
    return b"".join(
        b"".join(map(_long, operands)) + bytes([operator]) for operands, operator in entries
    )


def _long(value: int) -> bytes:
    """4: an integer operand of a DICT in five bytes."""
    return struct.pack(">Bi", 29, value)


def _index(items: list[bytes]) -> bytes:
    """5: an INDEX, with offsets of four bytes."""
    if not items:
        return struct.pack(">H", 0)
    offsets = accumulate(map(len, items), initial=1)
    places = b"".join(struct.pack(">I", offset) for offset in offsets)
    return struct.pack(">HB", len(items), 4) + places + b"".join(items)
