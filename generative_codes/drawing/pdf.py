"""Scenes as PDF for the press: in mm, process, black-only or spot inks, bleed and crop marks."""

import io

import numpy as np

from generative_codes.drawing.colours import Colour, Gradient
from generative_codes.drawing.contours import Contour
from generative_codes.drawing.dots import Dots
from generative_codes.drawing.press import (
    MARK_WIDTH_MM,
    Inks,
    PrintSpec,
    components,
    crop_marks,
    is_black_alone,
    numbers,
    path_operators,
    press_pixels,
    shading,
    space_of,
    spots_of,
)
from generative_codes.drawing.scene import Layer, Picture, Scene
from generative_codes.pdf_file import PT_PER_MM, OutputCondition, PdfFile, number

_REGISTRATION = "All"


def pdf_bytes(scene: Scene, spec: PrintSpec, title: str) -> bytes:
    """A one-page PDF."""
    stream = io.BytesIO()
    # PDF/X-1a knows no screen colours: such a file claims nothing.
    condition = OutputCondition.NONE if spec.inks is Inks.RGB else spec.condition
    pdf = PdfFile(stream, title, condition)
    trim = (scene.box.width * spec.module_mm, scene.box.height * spec.module_mm)
    spots = spots_of(scene, spec)
    names = {spot.spot: f"S{index}" for index, spot in enumerate(spots)}
    content = _content(scene, spec, names)
    is_registered = spec.has_crop_marks and not is_black_alone(scene, spec)
    if spec.has_crop_marks:
        content += _marks(trim, spec, is_registered=is_registered)
    pdf.add_page(*trim, content, spec.bleed_mm, spec.margin_mm)
    pdf.close(_resources(pdf, scene, spec, spots, is_registered=is_registered))
    return stream.getvalue()


def _content(scene: Scene, spec: PrintSpec, spots: dict[str | None, str]) -> str:
    """Operators in modules, y downwards, within one saved state."""
    scale = spec.module_mm * PT_PER_MM
    margin = spec.margin_mm * PT_PER_MM
    x0, y0 = margin - scene.box.left * scale, margin + scene.box.bottom * scale
    pieces = [f"q {scale:.6f} 0 0 -{scale:.6f} {number(x0)} {number(y0)} cm\n"]
    pictures = 0
    for layer in scene.layers:
        match layer:
            case Picture():
                pieces.append(
                    f"q {number(layer.width)} 0 0 -{number(layer.height)} {number(layer.left)} "
                    f"{number(layer.top + layer.height)} cm /P{pictures} Do Q\n"
                )
                pictures += 1
            case Dots():
                for index, colour in enumerate(layer.colours):
                    pieces.append(_filled(colour, layer.outlines(index), spec.inks, spots))
            case Layer(Gradient() as gradient, contours):
                index = scene.gradients.index(gradient)
                pieces.append(f"q\n{path_operators(contours)}W* n\n/G{index} sh\nQ\n")
            case Layer(Colour() as colour, contours):
                pieces.append(_filled(colour, contours, spec.inks, spots))
    return "".join(pieces) + "Q\n"


def _filled(
    colour: Colour, contours: tuple[Contour, ...], inks: Inks, spots: dict[str | None, str]
) -> str:
    path = path_operators(contours)
    if colour.spot in spots:
        return f"/{spots[colour.spot]} cs 1 scn\n{path}f*\n"
    operator = "rg" if inks is Inks.RGB else "k"
    return f"{numbers(components(colour, inks))} {operator}\n{path}f*\n"


def _marks(trim_wh_mm: tuple[float, float], spec: PrintSpec, *, is_registered: bool) -> str:
    margin = spec.margin_mm
    colour = "/R0 CS 1 SCN" if is_registered else "0 0 0 1 K"
    lines = "\n".join(
        f"{number(x0 + margin)} {number(y0 + margin)} m {number(x1 + margin)} "
        f"{number(y1 + margin)} l"
        for x0, y0, x1, y1 in crop_marks(trim_wh_mm, spec)
    )
    scale = number(PT_PER_MM)
    return f"q {scale} 0 0 {scale} 0 0 cm\n{MARK_WIDTH_MM} w\n{colour}\n{lines}\nS Q\n"


def _resources(
    pdf: PdfFile,
    scene: Scene,
    spec: PrintSpec,
    spots: list[Colour],
    *,
    is_registered: bool,
) -> str:
    spaces = "".join(
        f"/S{index} {_separation(pdf, spot.spot or '', spot.process)} 0 R"
        for index, spot in enumerate(spots)
    )
    if is_registered:
        spaces += f"/R0 {_separation(pdf, _REGISTRATION, (1.0, 1.0, 1.0, 1.0))} 0 R"
    shadings = ""
    for index, gradient in enumerate(scene.gradients):
        reference = pdf.reserve()
        pdf.write_object(reference, shading(gradient, scene.side, spec.inks))
        shadings += f"/G{index} {reference} 0 R"
    entries = [
        f"/ColorSpace<<{spaces}>>" if spaces else "",
        f"/Shading<<{shadings}>>" if shadings else "",
    ]
    images = "".join(
        f"/P{index} {_image(pdf, picture, spec.inks)} 0 R"
        for index, picture in enumerate(scene.pictures)
    )
    if images:
        entries.append(f"/XObject<<{images}>>")
    return f"<<{''.join(entries)}>>"


def _image(pdf: PdfFile, picture: Picture, inks: Inks) -> int:
    """An image of differences between neighbours, which pack better (ISO 32000-1, 7.4.4.4)."""
    pixels = press_pixels(picture, inks)
    height, width, channels = pixels.shape
    left = np.zeros_like(pixels)
    left[:, 1:] = pixels[:, :-1]
    reference = pdf.reserve()
    pdf.write_stream(
        reference,
        (pixels - left).tobytes(),  # modulo 256, as the predictor adds
        f"/DecodeParms<</Predictor 2/Colors {channels}/Columns {width}>>"
        f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8"
        f"/ColorSpace{space_of(inks)}",
    )
    return reference


def _separation(pdf: PdfFile, name: str, process: tuple[float, float, float, float]) -> int:
    """A spot ink with its mixture for proofs (ISO 32000-1:2008, 8.6.6.4)."""
    reference = pdf.reserve()
    written = name.replace(" ", "#20")
    pdf.write_object(
        reference,
        f"[/Separation/{written}/DeviceCMYK<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]"
        f"/C1[{numbers(process)}]/N 1>>]",
    )
    return reference
