"""Plain symbols as SVG, PNG, PDF and raster, in real sizes."""

import io
import re
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from generative_codes.errors import StyleError
from generative_codes.outline import trace_loops
from generative_codes.pdf_file import MM_PER_INCH, PT_PER_MM, PdfFile, number
from generative_codes.symbol import Symbol

# ISO/IEC 18004:2015, 6.3.8: the quiet zone is four modules wide.
QUIET_ZONE_MODULES = 4
# ISO/IEC 15415: symbol contrast above 55 % is grade B; below, cheap cameras begin to miss codes.
MIN_CONTRAST = 0.55
MIN_PIXELS_PER_MODULE = 2
MAX_SIDE_PX = 20_000
# Less than two dots of a 300 dpi printer cannot be printed; more than this is not a label.
MIN_MODULE_MM, MAX_MODULE_MM = 0.17, 50.0

_HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PlainStyle:
    """Size and colours of a plain symbol.

    Attributes:
        module_mm: Side of one module.
        quiet_zone_modules: Light margin on every side, at least 4.
        dark: Colour of dark modules, #rrggbb.
        light: Colour of the ground, #rrggbb.

    Raises:
        StyleError: If a scanner could not read such a symbol; the message says why and what would
            work.
    """

    module_mm: float = 0.5
    quiet_zone_modules: int = QUIET_ZONE_MODULES
    dark: str = "#000000"
    light: str = "#ffffff"

    def __post_init__(self) -> None:
        if not MIN_MODULE_MM <= self.module_mm <= MAX_MODULE_MM:
            raise StyleError(
                f"A module of {self.module_mm} mm cannot be printed or read; "
                f"choose {MIN_MODULE_MM} to {MAX_MODULE_MM} mm."
            )
        if self.quiet_zone_modules < QUIET_ZONE_MODULES:
            raise StyleError(
                f"A quiet zone of {self.quiet_zone_modules} modules is too narrow: ISO/IEC 18004 "
                f"asks for {QUIET_ZONE_MODULES}."
            )
        _require_contrast(self.dark, self.light)


def side_mm(symbol: Symbol, style: PlainStyle) -> float:
    """Side of the printed symbol, quiet zone included."""
    return (symbol.size_modules + 2 * style.quiet_zone_modules) * style.module_mm


def to_raster(
    symbol: Symbol, pixels_per_module: int, quiet_zone_modules: int = QUIET_ZONE_MODULES
) -> npt.NDArray[np.uint8]:
    """Black on white, uint8 (H, W), 0 = dark, 255 = light.

    Raises:
        StyleError: If a size is not positive or the picture would pass 20,000 pixels.
    """
    if pixels_per_module < 1 or quiet_zone_modules < 0:
        raise StyleError("Give at least one pixel per module and a quiet zone of zero or more.")
    side = (symbol.size_modules + 2 * quiet_zone_modules) * pixels_per_module
    if side > MAX_SIDE_PX:
        raise StyleError(
            f"The picture would be {side} pixels wide; {MAX_SIDE_PX} is the limit. "
            "Use a vector format for large prints."
        )
    dark = np.pad(symbol.modules, quiet_zone_modules)
    shades = np.where(dark, np.uint8(0), np.uint8(255))
    return shades.repeat(pixels_per_module, axis=0).repeat(pixels_per_module, axis=1)


def to_svg(symbol: Symbol, style: PlainStyle | None = None) -> str:
    """An SVG document in mm with one path for all dark modules."""
    style = style or PlainStyle()
    side = number(side_mm(symbol, style))
    quiet = style.quiet_zone_modules
    modules = symbol.size_modules + 2 * quiet
    path = "".join(_svg_loop(loop) for loop in trace_loops(symbol.modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" '
        f'viewBox="{-quiet} {-quiet} {modules} {modules}" role="img" aria-label="QR Code">'
        f'<rect x="{-quiet}" y="{-quiet}" width="{modules}" height="{modules}" '
        f'fill="{style.light}"/>'
        f'<path fill="{style.dark}" fill-rule="evenodd" d="{path}"/></svg>\n'
    )


def _svg_loop(loop: list[tuple[int, int]]) -> str:
    x, y = loop[0]
    ways = [f"M{x} {y}H{loop[1][0]}"]
    ways += [
        f"V{first[1]}H{second[0]}" for first, second in zip(loop[2::2], loop[3::2], strict=True)
    ]
    return "".join(ways) + "z"


def to_png(symbol: Symbol, style: PlainStyle | None = None, dpi: float = 300) -> bytes:
    """A two-colour PNG with a whole number of pixels per module.

    The number of pixels is the one nearest to `dpi`; the resolution written into the file is then
    the one that gives the ordered size in mm.

    Raises:
        StyleError: If a module would get less than two pixels, or the picture too many.
    """
    style = style or PlainStyle()
    pixels_per_module = round(style.module_mm * dpi / MM_PER_INCH) if dpi > 0 else 0
    if pixels_per_module < MIN_PIXELS_PER_MODULE:
        nearest = MIN_PIXELS_PER_MODULE * MM_PER_INCH / style.module_mm
        raise StyleError(
            f"At {dpi:g} dpi a module of {style.module_mm:g} mm gets {pixels_per_module} pixels, "
            f"fewer than {MIN_PIXELS_PER_MODULE}; take at least {np.ceil(nearest):.0f} dpi."
        )
    raster = to_raster(symbol, pixels_per_module, style.quiet_zone_modules)
    per_metre = round(pixels_per_module * 1000 / style.module_mm)
    side = raster.shape[0]
    rows = np.packbits(raster == 0, axis=1)
    filtered = np.pad(rows, ((0, 0), (1, 0))).tobytes()
    palette = bytes.fromhex(style.light[1:] + style.dark[1:])
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 3, 0, 0, 0)),
            _png_chunk(b"PLTE", palette),
            _png_chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
            _png_chunk(b"IDAT", zlib.compress(filtered, 6)),
            _png_chunk(b"IEND", b""),
        )
    )


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def to_pdf(symbol: Symbol, style: PlainStyle | None = None) -> bytes:
    """A one-page PDF of exactly the symbol's size, vector, black as K alone."""
    style = style or PlainStyle()
    side = side_mm(symbol, style)
    content = ""
    if style.light.lower() != "#ffffff":
        points = number(side * PT_PER_MM)
        content = f"{pdf_colour(style.light)}\n0 0 {points} {points} re f\n"
    quiet_mm = style.quiet_zone_modules * style.module_mm
    content += f"{number(PT_PER_MM)} 0 0 {number(PT_PER_MM)} 0 0 cm\n"
    content += f"{pdf_colour(style.dark)}\n"
    content += pdf_symbol(symbol, quiet_mm, side - quiet_mm, style.module_mm)
    stream = io.BytesIO()
    pdf = PdfFile(stream, "QR Code")
    pdf.add_page(side, side, content)
    pdf.close()
    return stream.getvalue()


def pdf_symbol(symbol: Symbol, left_mm: float, top_mm: float, module_mm: float) -> str:
    """Content operators that fill the dark modules; (left, top) is the symbol's own corner."""
    point = _lattice_points(symbol.size_modules)
    loops: list[str] = []
    for (x, y), *others in trace_loops(symbol.modules):
        loops.append(f"{point[y][x]} m ")
        loops += [f"{point[b][a]} l " for a, b in others]
        loops.append("h\n")
    scale = f"{module_mm:.6f}"
    matrix = f"{scale} 0 0 -{scale} {number(left_mm)} {number(top_mm)}"
    return f"q {matrix} cm\n{''.join(loops)}f*\nQ\n"


@lru_cache(maxsize=40)
def _lattice_points(side: int) -> tuple[tuple[str, ...], ...]:
    """Operands of all module corners, by row and column; formatting them anew is slow."""
    return tuple(tuple(f"{x} {y}" for x in range(side + 1)) for y in range(side + 1))


def pdf_colour(colour: str) -> str:
    """Fill operator: greys as K alone, so that black never registers on four plates."""
    red, green, blue = _channels(colour)
    if red == green == blue:
        return f"0 0 0 {number(1 - red)} k"
    return f"{number(red)} {number(green)} {number(blue)} rg"


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def reflectance(colour: str) -> float:
    """Relative luminance 0 to 1 of an sRGB colour (IEC 61966-2-1)."""
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _require_contrast(dark: str, light: str) -> None:
    for colour in (dark, light):
        if not _HEX_COLOUR.fullmatch(colour):
            raise StyleError(f"A colour is written as #rrggbb, not {colour!r}.")
    contrast = reflectance(light) - reflectance(dark)
    if contrast >= MIN_CONTRAST:
        return
    if contrast < 0:
        raise StyleError(
            f"{dark} is lighter than its ground {light}; many readers miss inverted codes. "
            "Swap the two colours."
        )
    raise StyleError(
        f"{dark} on {light} reflects {100 * contrast:.0f} % apart; readers need "
        f"{100 * MIN_CONTRAST:.0f} %. {_nearest_contrast(dark, light)}"
    )


def _nearest_contrast(dark: str, light: str) -> str:
    for percent in range(99, -1, -1):
        shade = "#" + "".join(f"{round(255 * c * percent / 100):02x}" for c in _channels(dark))
        if reflectance(light) - reflectance(shade) >= MIN_CONTRAST:
            return f"The nearest that works on this ground is {shade}."
    return "Even black is too close to this ground; choose a lighter ground."
