"""Sheets of designed codes as PDF: what never changes is written once, as form XObjects.

Ground, frame, finders, caption and logo are forms below and above the modules (`module_texts`).
Sources: ISO 32000-1:2008, 8.10 (forms), 8.7 (patterns), 8.6.6.4 (spot inks).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np

from generative_codes.bulk.label_plan import LIGHT, REGULAR, TextSlot, grouped
from generative_codes.bulk.module_texts import (
    all_dark,
    is_seen_through,
    is_text,
    write_tiles,
)
from generative_codes.bulk.order import BulkItem
from generative_codes.bulk.solved import SolvedOrder
from generative_codes.drawing.colours import Colour, Fill, Gradient
from generative_codes.drawing.dots import Dots
from generative_codes.drawing.press import (
    Inks,
    PrintSpec,
    components,
    is_black_alone,
    numbers,
    path_operators,
    press_pixels,
    shading,
    space_of,
    spots_of,
)
from generative_codes.drawing.scene import Layer, Picture, Scene
from generative_codes.imposition.marks import (
    DIE_INK,
    cut_marks,
    die_lines,
    footer,
    has_footer,
    outline_path,
    registration_marks,
)
from generative_codes.lettering import Lettering, fit, require_printable
from generative_codes.pdf_file import PT_PER_MM, PdfFile, number

_PRINTABLE = "".join(map(chr, range(0x20, 0x7F))) + "–…№·"
_BLACK = "0 0 0 1 k\n"


@dataclass(frozen=True, slots=True)
class PlacedCode:
    """One label on a page.

    Attributes:
        place: On the page, row by row.
        item: Its serial and number.
        row: Of the part's arrays.
    """

    place: int
    item: BulkItem
    row: int


class SheetPdf:
    """A PDF of sheets on its way into a stream; parts may follow each other in one file."""

    def __init__(self, solved: SolvedOrder, stream: BinaryIO | PdfFile) -> None:
        """Begin a file, or go on in a resumed one."""
        self._solved = solved
        self._layout = solved.order.layout
        if isinstance(stream, PdfFile):
            self.pdf = stream
            # What the file holds already is numbered as a fresh file numbers it.
            self._resources = SheetPdf(solved, cast("BinaryIO", _Nowhere())).resources
        else:
            self.pdf = PdfFile(stream, self._layout.title or "Labels")
            self._resources = ""
        self._images: dict[bytes, int] = {}
        self._lettering = _all_letters(solved)
        scene = Scene(solved.under.box, solved.under.side, (*solved.under.layers, *solved.over))
        self._spec = PrintSpec(solved.plan.module_mm, inks=solved.order.inks)
        self._spots = {spot.spot: f"S{i}" for i, spot in enumerate(_spots(solved, self._spec))}
        self._is_black = is_black_alone(scene, self._spec) and not isinstance(
            solved.design.dark, Gradient
        )
        if not self._resources:
            self._resources = self._write_resources()
        self._marks = self._constant_marks()
        self._places = [self._place(place) for place in range(self._layout.labels_per_page)]

    @property
    def resources(self) -> str:
        """The resource dictionary of all pages."""
        return self._resources

    def add_page(
        self,
        codes: list[PlacedCode],
        texts: list[str],
        labels: str,
        place_of_page: str,
    ) -> None:
        """Append a page.

        Args:
            codes: What stands on it.
            texts: Operators of each code's modules, from `module_texts`.
            labels: For the footer.
            place_of_page: For the footer.
        """
        scale = number(PT_PER_MM)
        content = [f"{scale} 0 0 {scale} 0 0 cm\n"]
        content += [self._places[code.place][0] for code in codes]
        for code, modules in zip(codes, texts, strict=True):
            content += (self._places[code.place][1], modules, self._places[code.place][2])
        content.append(_BLACK)
        for code in codes:
            content.append(self._label_texts(code))
        content.append(self._marks)
        if self._layout.die_line:
            # Lines of a die are cut whether or not a label stands there.
            colour = "/GO gs /D0 CS 1 SCN"
            content.append(die_lines(self._layout, self._layout.labels_per_page, colour))
        if has_footer(self._layout):
            content += footer(self._layout, labels, place_of_page, self._lettering)
        self.pdf.add_page(*self._layout.page_wh_mm, "".join(content))

    def close(self) -> None:
        """Finish the file."""
        self.pdf.close(self._resources)

    def _label_texts(self, code: PlacedCode) -> str:
        plan = self._solved.plan
        left, top = self._layout.label_corner_mm(code.place)
        bottom = self._layout.page_wh_mm[1] - top
        show = self._lettering.show

        def put(text: str, slot: TextSlot) -> str:
            return show(text, left + slot.x_mm, bottom - slot.y_mm, slot.size_mm, slot.weight)

        shown = [put(line, slot) for line, slot in plan.names]
        for (start, stop), slot in zip(plan.serial_parts, plan.serials, strict=True):
            shown.append(put(grouped(code.item.serial[start:stop]), slot))
        if plan.number is not None and code.item.label_number:
            text = code.item.label_number
            if len(text) > 8:
                text = fit(text, plan.number.size_mm, plan.number_room_mm, LIGHT)
            shown.append(put(text, plan.number))
        return "".join(shown)

    def _place(self, place: int) -> tuple[str, str, str]:
        """Operators of a place: its ground, what precedes the modules, what follows them."""
        solved, layout = self._solved, self._layout
        design, plan, box = solved.design, solved.plan, solved.under.box
        left, top_down = layout.label_corner_mm(place)
        top = layout.page_wh_mm[1] - top_down
        ground = ""
        is_paper = design.is_transparent or design.light.rgb.lower() == "#ffffff"
        if not is_paper or design.light.spot is not None:
            path = outline_path(layout, left, top, layout.bleed_mm)
            ground = f"{self._fill(design.light)}{path} f\n"
        x = left + plan.left_mm - box.left * plan.module_mm
        y = top - plan.top_mm + box.top * plan.module_mm
        size = f"{plan.module_mm:.6f}"
        before = f"q {size} 0 0 -{size} {number(x)} {number(y)} cm /U Do\n"
        if isinstance(design.dark, Colour):
            before += self._fill(design.dark)
        return ground, before, "/O Do Q\n" if solved.over else "Q\n"

    def _fill(self, colour: Colour) -> str:
        if colour.spot in self._spots:
            return f"/{self._spots[colour.spot]} cs 1 scn\n"
        operator = "rg" if self._spec.inks is Inks.RGB else "k"
        return f"{numbers(components(colour, self._spec.inks))} {operator}\n"

    def _constant_marks(self) -> str:
        layout = self._layout
        marks = cut_marks(layout) if layout.cut_marks else ""
        if layout.registration_marks:
            colour = "0 0 0 1 K" if self._is_black and not layout.die_line else "/R0 CS 1 SCN"
            marks += registration_marks(layout, colour)
        return marks

    def _write_resources(self) -> str:
        pdf, solved = self.pdf, self._solved
        spaces = "".join(
            f"/{self._spots[spot.spot]} {_separation(pdf, spot.spot or '', spot.process)} 0 R"
            for spot in _spots(solved, self._spec)
        )
        if self._layout.registration_marks:
            spaces += f"/R0 {_separation(pdf, 'All', (1.0, 1.0, 1.0, 1.0))} 0 R"
        states = ""
        if self._layout.die_line:
            spaces += f"/D0 {_separation(pdf, DIE_INK, (0.0, 1.0, 0.0, 0.0))} 0 R"
            # Printed over what lies below, so that the line leaves no gap in the picture.
            states = "/ExtGState<</GO<</Type/ExtGState/OP true/op true/OPM 1>>>>"
        forms = f"/U {self._write_form(solved.under.layers, spaces)} 0 R"
        if is_seen_through(solved):
            forms += f"/B {self._write_form(all_dark(solved), spaces)} 0 R"
        if solved.over:
            forms += f"/O {self._write_form(solved.over, spaces)} 0 R"
        fonts = self._lettering.fonts(pdf)
        if is_text(solved):
            fonts += f"/T0 {write_tiles(pdf, solved)} 0 R"
        return f"<</ColorSpace<<{spaces}>>/XObject<<{forms}>>/Font<<{fonts}>>{states}>>"

    def _write_form(self, layers: Sequence[Layer | Picture | Dots], spaces: str) -> int:
        """Layers in modules from the symbol's top left corner, y downwards."""
        box, side = self._solved.under.box, self._solved.under.side
        pieces: list[str] = []
        patterns = images = ""
        for layer in layers:
            match layer:
                case Picture():
                    name = f"P{len(pieces)}"
                    images += f"/{name} {self._write_image(layer)} 0 R"
                    pieces.append(
                        f"q {number(layer.width)} 0 0 -{number(layer.height)} "
                        f"{number(layer.left)} {number(layer.top + layer.height)} cm /{name} Do Q\n"
                    )
                case Dots():
                    for index, colour in enumerate(layer.colours):
                        dots = path_operators(layer.outlines(index))
                        pieces.append(f"{self._fill(colour)}{dots}f*\n")
                case Layer(Gradient() as gradient, contours):
                    shade, name = self.pdf.reserve(), f"H{len(pieces)}"
                    self.pdf.write_object(shade, shading(gradient, side, self._spec.inks))
                    # A pattern among a form's own resources lies on the form.
                    patterns += f"/{name}<</PatternType 2/Shading {shade} 0 R>>"
                    path = path_operators(contours)
                    pieces.append(f"/Pattern cs /{name} scn\n{path}f*\n")
                case Layer(Colour() as colour, contours):
                    pieces.append(f"{self._fill(colour)}{path_operators(contours)}f*\n")
        reference = self.pdf.reserve()
        corners = numbers((float(box.left), float(box.top), float(box.right), float(box.bottom)))
        self.pdf.write_stream(
            reference,
            "".join(pieces).encode("ascii"),
            f"/Type/XObject/Subtype/Form/BBox[{corners}]"
            f"/Resources<</ColorSpace<<{spaces}>>/Pattern<<{patterns}>>/XObject<<{images}>>>>",
        )
        return reference

    def _write_image(self, picture: Picture) -> int:
        """The picture once, however many forms show it; differences of neighbours pack better."""
        key = hashlib.sha256(picture.rgba.tobytes()).digest()
        if key not in self._images:
            pixels = press_pixels(picture, self._spec.inks)
            height, width, channels = pixels.shape
            left = np.zeros_like(pixels)
            left[:, 1:] = pixels[:, :-1]
            self._images[key] = self.pdf.reserve()
            self.pdf.write_stream(
                self._images[key],
                (pixels - left).tobytes(),  # modulo 256, as the predictor adds
                f"/DecodeParms<</Predictor 2/Colors {channels}/Columns {width}>>"
                f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8"
                f"/ColorSpace{space_of(self._spec.inks)}",
            )
        return self._images[key]


def _all_letters(solved: SolvedOrder) -> Lettering:
    """Every character that a label or footer may hold, in a fixed order."""
    lettering = Lettering()
    layout, plan = solved.order.layout, solved.plan
    title = require_printable(layout.title)
    if has_footer(layout):
        lettering.show(_PRINTABLE + title, 0, 0, 1, LIGHT)
    if plan.number is not None:
        lettering.show(_PRINTABLE, 0, 0, 1, LIGHT)
    if plan.serials:
        lettering.show(solved.order.template.alphabet + " ", 0, 0, 1, REGULAR)
    for line, slot in plan.names:
        lettering.show(line, 0, 0, 1, slot.weight)
    return lettering


def _spots(solved: SolvedOrder, spec: PrintSpec) -> list[Colour]:
    """Spot inks of constant parts, modules and ground."""
    fills: list[Fill] = [solved.design.dark, solved.design.light]
    extra = tuple(Layer(fill, ()) for fill in fills if isinstance(fill, Colour))
    layers = (*solved.under.layers, *solved.over, *extra)
    return spots_of(Scene(solved.under.box, solved.under.side, layers), spec)


def _separation(pdf: PdfFile, name: str, process: tuple[float, float, float, float]) -> int:
    """A spot ink with its mixture for proofs."""
    reference = pdf.reserve()
    pdf.write_object(
        reference,
        f"[/Separation/{name.replace(' ', '#20')}/DeviceCMYK<</FunctionType 2/Domain[0 1]"
        f"/C0[0 0 0 0]/C1[{numbers(process)}]/N 1>>]",
    )
    return reference


class _Nowhere:
    """A stream that keeps nothing."""

    def write(self, data: bytes) -> int:
        """Take the bytes."""
        return len(data)
