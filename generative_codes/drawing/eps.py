"""Scenes as Encapsulated PostScript (level 3), in mm, with process, black-only or spot inks."""

from generative_codes.drawing.colours import Colour, Gradient
from generative_codes.drawing.contours import Contour
from generative_codes.drawing.dots import Dots
from generative_codes.drawing.press import (
    Inks,
    PrintSpec,
    components,
    numbers,
    path_operators,
    press_pixels,
    shading,
    space_of,
    spots_of,
)
from generative_codes.drawing.scene import Layer, Picture, Scene
from generative_codes.fields import DesignError
from generative_codes.pdf_file import PT_PER_MM, number

_HEX_PER_LINE = 120
_PROLOGUE = """%%BeginProlog
/m{moveto}bind def /l{lineto}bind def /c{curveto}bind def /h{closepath}bind def
%%EndProlog
"""


def eps_text(scene: Scene, spec: PrintSpec, title: str) -> str:
    """One EPS page, 7-bit ASCII.

    Raises:
        DesignError: If crop marks are asked for: an EPS is placed into a page that has its own.
    """
    if spec.has_crop_marks:
        raise DesignError(
            "has_crop_marks",
            "An EPS is placed into a page with its own marks; take PDF.",
            "EPS 会置入自带裁切线的页面；要裁切线请用 PDF。",
        )
    scale = spec.module_mm * PT_PER_MM
    bleed = spec.bleed_mm * PT_PER_MM
    width = scene.box.width * scale + 2 * bleed
    height = scene.box.height * scale + 2 * bleed
    x0, y0 = bleed - scene.box.left * scale, bleed + scene.box.bottom * scale
    names = [spot.spot or "" for spot in spots_of(scene, spec)]
    custom = "".join(f" ({name})" for name in names)
    head = (
        "%!PS-Adobe-3.0 EPSF-3.0\n"
        f"%%BoundingBox: 0 0 {_ceil(width)} {_ceil(height)}\n"
        f"%%HiResBoundingBox: 0 0 {number(width)} {number(height)}\n"
        f"%%Title: ({_ascii(title)})\n%%Creator: dianjin\n%%LanguageLevel: 3\n"
        f"{f'%%DocumentCustomColors:{custom}' + chr(10) if names else ''}%%EndComments\n"
    )
    pieces = [head, _PROLOGUE, "gsave\n"]
    pieces.append(f"[{scale:.6f} 0 0 -{scale:.6f} {number(x0)} {number(y0)}] concat\n")
    for layer in scene.layers:
        match layer:
            case Picture():
                pieces.append(_image(layer, spec.inks))
            case Dots():
                for index, colour in enumerate(layer.colours):
                    pieces.append(_filled(colour, layer.outlines(index), spec.inks, names))
            case Layer(Gradient() as gradient, contours):
                dictionary = shading(gradient, scene.side, spec.inks)
                path = path_operators(contours)
                pieces.append(f"gsave newpath\n{path}eoclip\n{dictionary} shfill\ngrestore\n")
            case Layer(Colour() as colour, contours):
                pieces.append(_filled(colour, contours, spec.inks, names))
    return "".join(pieces) + "grestore\nshowpage\n%%EOF\n"


def _filled(
    colour: Colour, contours: tuple[Contour, ...], inks: Inks, spot_names: list[str]
) -> str:
    if colour.spot in spot_names:
        tints = " ".join(f"dup {number(share)} mul exch" for share in colour.process)
        ink = f"[/Separation ({colour.spot}) /DeviceCMYK {{{tints} pop}}] setcolorspace 1 setcolor"
    else:
        operator = "setrgbcolor" if inks is Inks.RGB else "setcmykcolor"
        ink = f"{numbers(components(colour, inks))} {operator}"
    return f"{ink}\nnewpath\n{path_operators(contours)}eofill\n"


def _image(picture: Picture, inks: Inks) -> str:
    pixels = press_pixels(picture, inks)
    height, width, channels = pixels.shape
    data = pixels.tobytes().hex()
    lines = "\n".join(
        data[start : start + _HEX_PER_LINE] for start in range(0, len(data), _HEX_PER_LINE)
    )
    return (
        f"gsave {number(picture.left)} {number(picture.top)} translate "
        f"{number(picture.width)} {number(picture.height)} scale\n"
        f"{space_of(inks)} setcolorspace\n"
        f"<</ImageType 1/Width {width}/Height {height}/BitsPerComponent 8"
        f"/Decode[{' '.join(['0 1'] * channels)}]/ImageMatrix[{width} 0 0 {height} 0 0]"
        f"/DataSource currentfile /ASCIIHexDecode filter>> image\n{lines}>\ngrestore\n"
    )


def _ascii(title: str) -> str:
    """The title without what PostScript strings cannot hold."""
    kept = "".join(c for c in title if " " <= c <= "~" and c not in "()\\")
    return kept.strip() or "QR Code"


def _ceil(value: float) -> int:
    return int(-(-value // 1))
