"""A code and a design in, a file out."""

import numpy as np
import numpy.typing as npt

from generative_codes.drawing.design import Design
from generative_codes.drawing.eps import eps_text
from generative_codes.drawing.pdf import pdf_bytes
from generative_codes.drawing.press import PrintSpec
from generative_codes.drawing.raster import MIN_PIXELS_PER_MODULE, paint, png_bytes
from generative_codes.drawing.scene import compose
from generative_codes.drawing.svg import svg_text
from generative_codes.fields import DesignError
from generative_codes.halftone import BaseArt
from generative_codes.pdf_file import MM_PER_INCH
from generative_codes.symbol import Symbol

Code = Symbol | BaseArt
LogoPicture = npt.NDArray[np.uint8]
_TITLE = "QR Code"


def to_pixels(
    code: Code,
    design: Design,
    pixels_per_module: int,
    logo_picture: LogoPicture | None = None,
) -> npt.NDArray[np.uint8]:
    """Pixels of a designed code, uint8 (H, W, 4): red, green, blue, alpha.

    Args:
        code: Modules, or modules on a picture (`halftone.compose`).
        design: Its look.
        pixels_per_module: At least 2.
        logo_picture: uint8 (H, W, 4) red, green, blue, alpha for the design's logo area.

    Raises:
        DesignError: If the picture is too small or too large, the logo costs too much, or a text
            does not fit.
    """
    return paint(compose(code, design, logo_picture), pixels_per_module)


def to_png(
    code: Code,
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
            f"{dpi:g} dpi 下 {module_mm:g} mm 的模块只有 {pixels} 像素；至少需要 "
            f"{np.ceil(nearest):.0f} dpi。",
        )
    return png_bytes(to_pixels(code, design, pixels, logo_picture), pixels, spec.module_mm)


def to_svg(
    code: Code,
    design: Design,
    module_mm: float = 0.5,
    logo_picture: LogoPicture | None = None,
) -> str:
    """An SVG document in mm, one path per fill; dots on a picture are one group per ink.

    Raises:
        DesignError: If the logo costs too much, or a text does not fit.
    """
    spec = PrintSpec(module_mm)
    return svg_text(compose(code, design, logo_picture), spec.module_mm, _title(design))


def to_pdf(
    code: Code,
    design: Design,
    spec: PrintSpec | None = None,
    logo_picture: LogoPicture | None = None,
) -> bytes:
    """A one-page vector PDF in mm, with bleed and crop marks if asked.

    Raises:
        DesignError: As `to_svg`, and if one spot ink has two mixtures.
    """
    spec = spec or PrintSpec()
    scene = compose(code, design, logo_picture, spec.bleed_mm / spec.module_mm)
    return pdf_bytes(scene, spec, _title(design))


def to_eps(
    code: Code,
    design: Design,
    spec: PrintSpec | None = None,
    logo_picture: LogoPicture | None = None,
) -> str:
    """One page of Encapsulated PostScript.

    Raises:
        DesignError: As `to_pdf`, and if crop marks are asked for.
    """
    spec = spec or PrintSpec()
    scene = compose(code, design, logo_picture, spec.bleed_mm / spec.module_mm)
    return eps_text(scene, spec, _title(design))


def _title(design: Design) -> str:
    return design.name or _TITLE
