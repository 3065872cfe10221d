"""Scenes as PDF for the press: in mm, process, black-only or spot inks, bleed and crop marks."""

import io

from generative_codes.drawing.colours import Colour, Gradient
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
from generative_codes.drawing.scene import Scene
from generative_codes.pdf_file import PT_PER_MM, PdfFile, number

_REGISTRATION = "All"


class _PressFile(PdfFile):
    """A PDF whose pages have their own trim and bleed boxes (ISO 32000-1:2008, 14.11.2)."""

    def add_press_page(
        self, trim_wh_mm: tuple[float, float], bleed_mm: float, margin_mm: float, content: str
    ) -> None:
        """Append a page with `margin_mm` of paper round the trimmed picture."""
        page, contents = self.reserve(), self.reserve()
        self.write_stream(contents, content.encode("ascii"))

        def box(around_mm: float) -> str:
            corner = margin_mm - around_mm
            sides = [margin_mm + side + around_mm for side in trim_wh_mm]
            return "[" + " ".join(number(v * PT_PER_MM) for v in (corner, corner, *sides)) + "]"

        self.write_object(
            page,
            f"<</Type/Page/Parent {self._page_tree} 0 R/MediaBox{box(margin_mm)}"
            f"/BleedBox{box(bleed_mm)}/TrimBox{box(0.0)}"
            f"/Resources {self.resources} 0 R/Contents {contents} 0 R>>",
        )
        self._pages.append(page)


def pdf_bytes(scene: Scene, spec: PrintSpec, title: str) -> bytes:
    """A one-page PDF."""
    stream = io.BytesIO()
    pdf = _PressFile(stream, title)
    trim = (scene.box.width * spec.module_mm, scene.box.height * spec.module_mm)
    spots = spots_of(scene, spec)
    gradients = list(dict.fromkeys(x.fill for x in scene.layers if isinstance(x.fill, Gradient)))
    names = {spot.spot: f"S{index}" for index, spot in enumerate(spots)}
    content = _content(scene, spec, names, gradients)
    is_registered = spec.has_crop_marks and not is_black_alone(scene, spec)
    if spec.has_crop_marks:
        content += _marks(trim, spec, is_registered=is_registered)
    pdf.add_press_page(trim, spec.bleed_mm, spec.margin_mm, content)
    pdf.close(_resources(pdf, scene, spec, spots, gradients, is_registered=is_registered))
    return stream.getvalue()


def _content(
    scene: Scene, spec: PrintSpec, spots: dict[str | None, str], gradients: list[Gradient]
) -> str:
    """Operators in modules, y downwards, within one saved state."""
    scale = spec.module_mm * PT_PER_MM
    margin = spec.margin_mm * PT_PER_MM
    x0, y0 = margin - scene.box.left * scale, margin + scene.box.bottom * scale
    pieces = [f"q {scale:.6f} 0 0 -{scale:.6f} {number(x0)} {number(y0)} cm\n"]
    for layer in scene.layers:
        path = path_operators(layer.contours)
        if isinstance(layer.fill, Gradient):
            index = gradients.index(layer.fill)
            pieces.append(f"q\n{path}W* n\n/G{index} sh\nQ\n")
        elif layer.fill.spot in spots:
            pieces.append(f"/{spots[layer.fill.spot]} cs 1 scn\n{path}f*\n")
        else:
            operands = numbers(components(layer.fill, spec.inks))
            operator = "rg" if spec.inks is Inks.RGB else "k"
            pieces.append(f"{operands} {operator}\n{path}f*\n")
    if scene.picture is not None:
        box = scene.picture
        pieces.append(
            f"q {number(box.width)} 0 0 -{number(box.height)} {number(box.left)} "
            f"{number(box.top + box.height)} cm /P0 Do Q\n"
        )
    return "".join(pieces) + "Q\n"


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
    gradients: list[Gradient],
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
    for index, gradient in enumerate(gradients):
        reference = pdf.reserve()
        pdf.write_object(reference, shading(gradient, scene.side, spec.inks))
        shadings += f"/G{index} {reference} 0 R"
    entries = [
        f"/ColorSpace<<{spaces}>>" if spaces else "",
        f"/Shading<<{shadings}>>" if shadings else "",
    ]
    if scene.picture is not None:
        pixels = press_pixels(scene.picture, spec.inks)
        reference = pdf.reserve()
        height, width = pixels.shape[:2]
        pdf.write_stream(
            reference,
            pixels.tobytes(),
            f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8"
            f"/ColorSpace{space_of(spec.inks)}",
        )
        entries.append(f"/XObject<</P0 {reference} 0 R>>")
    return f"<<{''.join(entries)}>>"


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
