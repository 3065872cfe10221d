"""A symbol and a design in, a file out."""

import numpy as np
import numpy.typing as npt

from generative_codes.drawing.design import Design
from generative_codes.drawing.eps import eps_text
from generative_codes.drawing.fields import DesignError
from generative_codes.drawing.pdf import pdf_bytes
from generative_codes.drawing.press import PrintSpec
from generative_codes.drawing.raster import MIN_PIXELS_PER_MODULE, paint, png_bytes
from generative_codes.drawing.scene import compose
from generative_codes.drawing.svg import svg_text
from generative_codes.pdf_file import MM_PER_INCH
from generative_codes.symbol import Symbol

LogoPicture = npt.NDArray[np.uint8]
_TITLE = "QR Code"


def to_pixels(
    symbol: Symbol,
    design: Design,
    pixels_per_module: int,
    logo_picture: LogoPicture | None = None,
) -> npt.NDArray[np.uint8]:
    """Pixels of a designed symbol, uint8 (H, W, 4): red, green, blue, alpha.

    Args:
        symbol: The code.
        design: Its look.
        pixels_per_module: At least 2.
        logo_picture: uint8 (H, W, 4) red, green, blue, alpha for the design's logo area.

    Raises:
        DesignError: If the picture is too small or too large, the logo costs too much, or a text
            does not fit.
    """
    return paint(compose(symbol, design, logo_picture), pixels_per_module)


def to_png(
    symbol: Symbol,
    design: Design,
    module_mm: float = 0.5,
    dpi: float = 300,
    logo_picture: LogoPicture | None = None,
) -> bytes:
    """A PNG with a whole number of pixels per module, the one nearest to `dpi`.

    The resolution written into the file is the one that gives the ordered size in mm.

    Raises:
        DesignError: As `to_pixels`.
    """
    spec = PrintSpec(module_mm)
    pixels = round(spec.module_mm * dpi / MM_PER_INCH) if 0 < dpi < 1e6 else 0
    if pixels < MIN_PIXELS_PER_MODULE:
        nearest = MIN_PIXELS_PER_MODULE * MM_PER_INCH / spec.module_mm
        raise DesignError(
            "",
            f"At {dpi:g} dpi a module of {module_mm:g} mm gets {pixels} pixels, fewer than "
            f"{MIN_PIXELS_PER_MODULE}; take at least {np.ceil(nearest):.0f} dpi.",
        )
    return png_bytes(to_pixels(symbol, design, pixels, logo_picture), pixels, spec.module_mm)


def to_svg(
    symbol: Symbol,
    design: Design,
    module_mm: float = 0.5,
    logo_picture: LogoPicture | None = None,
) -> str:
    """An SVG document in mm, one path per fill.

    Raises:
        DesignError: If the logo costs too much, or a text does not fit.
    """
    spec = PrintSpec(module_mm)
    return svg_text(compose(symbol, design, logo_picture), spec.module_mm, _title(design))


def to_pdf(
    symbol: Symbol,
    design: Design,
    spec: PrintSpec | None = None,
    logo_picture: LogoPicture | None = None,
) -> bytes:
    """A one-page vector PDF in mm, with bleed and crop marks if asked.

    Raises:
        DesignError: As `to_svg`, and if one spot ink has two mixtures.
    """
    spec = spec or PrintSpec()
    scene = compose(symbol, design, logo_picture, spec.bleed_mm / spec.module_mm)
    return pdf_bytes(scene, spec, _title(design))


def to_eps(
    symbol: Symbol,
    design: Design,
    spec: PrintSpec | None = None,
    logo_picture: LogoPicture | None = None,
) -> str:
    """One page of Encapsulated PostScript.

    Raises:
        DesignError: As `to_pdf`, and if crop marks are asked for.
    """
    spec = spec or PrintSpec()
    scene = compose(symbol, design, logo_picture, spec.bleed_mm / spec.module_mm)
    return eps_text(scene, spec, _title(design))


def _title(design: Design) -> str:
    return design.name or _TITLE
