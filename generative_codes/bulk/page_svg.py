"""Designed codes as SVG: single codes, and sheets whose constant parts are symbols used again."""

import re
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import numpy.typing as npt

from generative_codes.bulk.label_plan import TextSlot, grouped
from generative_codes.bulk.page_pdf import PlacedCode
from generative_codes.bulk.solved import SolvedOrder
from generative_codes.bulk.tiles import Joining
from generative_codes.drawing.colours import Colour, Gradient
from generative_codes.drawing.contours import Contour
from generative_codes.drawing.scene import Scene
from generative_codes.drawing.svg import svg_text
from generative_codes.imposition import Outline
from generative_codes.imposition.marks import DIE_INK, cut_marks, die_lines, registration_marks
from generative_codes.pdf_file import number

_TITLE = "QR Code"
# Letters of the sheets are set by the viewer; this size and these families fit the plan's room.
_FAMILIES = "ui-monospace, 'Cascadia Mono', 'Noto Sans Mono CJK SC', monospace"
_CELL_OF_SIZE = 0.6
_IMAGE = re.compile(r"<image [^>]*/>")


class SvgCodes:
    """SVG texts of the codes of one order."""

    def __init__(self, solved: SolvedOrder) -> None:
        self._solved = solved
        side = solved.under.side
        self._starts = [f"M{x} {y}" for y in range(side) for x in range(side)]
        self._shapes = [_shape(outline) for outline in solved.tiles.outlines]
        self._is_flush = solved.tiles.joining is Joining.FLUSH
        size = solved.plan.module_mm
        self._under, self._head = _parts(svg_text(solved.under, size, _TITLE))
        self._dark = ""
        if solved.dark:
            dark = Scene(solved.under.box, side, solved.dark)
            self._dark = _IMAGE.sub('<use href="#p"/>', _parts(svg_text(dark, size, _TITLE))[0])
            self._under = self._under.replace("<image ", '<image id="p" ', 1)
        over = Scene(solved.under.box, side, solved.over)
        self._over = _parts(svg_text(over, solved.plan.module_mm, _TITLE))[0] if solved.over else ""
        self._definitions = ""
        if isinstance(solved.design.dark, Colour):
            self._paint = solved.design.dark.rgb
        else:
            self._paint, self._definitions = "url(#m)", _gradient(solved.design.dark, side)

    def paths(self, modules: npt.NDArray[np.bool_]) -> list[str]:
        """One path element per symbol of bool (B, N, N)."""
        drawn = modules & self._solved.drawn
        if self._dark:
            return [self._seen_through(one, turn) for turn, one in enumerate(drawn)]
        rule = ' fill-rule="evenodd"' if self._solved.tiles.is_even_odd else ""
        head = f'<path fill="{self._paint}"{rule} d="'
        if self._is_flush:
            return [f'{head}{_runs(one)}"/>' for one in drawn]
        codes = self._solved.tiles.codes(drawn).reshape(drawn.shape[0], -1)
        is_shown = np.array([bool(shape) for shape in self._shapes])
        texts = []
        for one in codes:
            at = np.flatnonzero(is_shown[one])
            starts = map(self._starts.__getitem__, at.tolist())
            shapes = map(self._shapes.__getitem__, one[at].tolist())
            pieces = chain.from_iterable(zip(starts, shapes, strict=True))
            texts.append(f'{head}{"".join(pieces)}"/>')
        return texts

    def _seen_through(self, drawn: npt.NDArray[np.bool_], turn: int) -> str:
        """The dark picture, cut to the dark modules."""
        return (
            f'<clipPath id="c{turn}"><path d="{_runs(drawn)}"/></clipPath>'
            f'<g clip-path="url(#c{turn})"><use href="#b"/></g>'
        )

    @property
    def _shared(self) -> str:
        return self._definitions + (f'<g id="b">{self._dark}</g>' if self._dark else "")

    def single(self, path: str) -> str:
        """A document of one code."""
        definitions = f"<defs>{self._shared}</defs>" if self._shared else ""
        return f"{self._head}{definitions}{self._under}{path}{self._over}</svg>\n"

    def sheet(self, codes: list[PlacedCode], paths: list[str], labels: str, page: str) -> str:
        """A document of one page in mm."""
        solved, layout = self._solved, self._solved.order.layout
        plan, box = solved.plan, solved.under.box
        width, height = layout.page_wh_mm
        pieces = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(width)}mm" '
            f'height="{number(height)}mm" viewBox="0 0 {number(width)} {number(height)}">'
            f"<title>{escape(layout.title or 'Labels')} {page}</title><defs>{self._shared}"
            f'<g id="u">{self._under}</g><g id="o">{self._over}</g></defs>'
        ]
        outline = self._outline()
        for code in codes:
            left, top = layout.label_corner_mm(code.place)
            if not solved.design.is_transparent:
                pieces.append(
                    f'<g transform="translate({number(left)} {number(top)})" '
                    f'fill="{solved.design.light.rgb}">{outline}</g>'
                )
        for code, path in zip(codes, paths, strict=True):
            left, top = layout.label_corner_mm(code.place)
            x = left + plan.left_mm - box.left * plan.module_mm
            y = top + plan.top_mm - box.top * plan.module_mm
            over = '<use href="#o"/>' if self._over else ""
            pieces.append(
                f'<g transform="translate({number(x)} {number(y)}) scale({plan.module_mm:.6f})">'
                f'<use href="#u"/>{path}{over}</g>{self._texts(code, left, top)}'
            )
        pieces.append(self._marks())
        pieces.append(self._footer(labels, page))
        return "".join(pieces) + "</svg>\n"

    def _marks(self) -> str:
        """Cut, registration and die lines, as on PDF pages; the die line in its own group."""
        layout = self._solved.order.layout
        lines = [("marks", "#000", cut_marks(layout) if layout.cut_marks else "")]
        if layout.registration_marks:
            lines.append(("registration", "#000", registration_marks(layout, "")))
        if layout.die_line:
            lines.append((DIE_INK, "#e6007e", die_lines(layout, layout.labels_per_page, "")))
        # PDF counts upwards from the lower edge.
        turned = f'transform="matrix(1 0 0 -1 0 {number(layout.page_wh_mm[1])})"'
        return "".join(
            f'<path id="{name}" {turned} fill="none" stroke="{colour}" stroke-width=".1" '
            f'd="{_path_data(operators)}"/>'
            for name, colour, operators in lines
            if operators
        )

    def _outline(self) -> str:
        layout = self._solved.order.layout
        grown = layout.bleed_mm
        width, height = (side + 2 * grown for side in layout.label_wh_mm)
        radius = 0.0
        if layout.outline is Outline.ROUNDED:
            radius = layout.radius_mm + grown
        elif layout.outline is Outline.CIRCLE:
            radius = width / 2
        return (
            f'<rect x="{number(-grown)}" y="{number(-grown)}" width="{number(width)}" '
            f'height="{number(height)}" rx="{number(radius)}"/>'
        )

    def _texts(self, code: PlacedCode, left: float, top: float) -> str:
        plan = self._solved.plan

        def put(text: str, slot: TextSlot) -> str:
            return (
                f'<text x="{number(left + slot.x_mm)}" y="{number(top + slot.y_mm)}" '
                f'font-size="{number(slot.size_mm)}" font-family="{_FAMILIES}">'
                f"{escape(text)}</text>"
            )

        shown = [put(line, slot) for line, slot in plan.names]
        for (start, stop), slot in zip(plan.serial_parts, plan.serials, strict=True):
            shown.append(put(grouped(code.item.serial[start:stop]), slot))
        if plan.number is not None and code.item.label_number:
            most = int(plan.number_room_mm / (_CELL_OF_SIZE * plan.number.size_mm))
            shown.append(put(code.item.label_number[:most], plan.number))
        return "".join(shown)

    def _footer(self, labels: str, page: str) -> str:
        layout = self._solved.order.layout
        if not layout.page_numbers:
            return ""
        text = "  ·  ".join(filter(None, (layout.title, labels, page)))
        return (
            f'<text x="{number(layout.page_wh_mm[0] / 2)}" y="{number(layout.page_wh_mm[1] - 5)}" '
            f'font-size="2.4" text-anchor="middle" fill="#666" font-family="{_FAMILIES}">'
            f"{escape(text)}</text>"
        )


def _path_data(operators: str) -> str:
    """PDF path operators as SVG path data; whatever is no path is left out."""
    found: list[str] = []
    operands: list[str] = []
    for word in operators.split():
        if word in {"m", "l", "c"}:
            found.append(word.upper() + " ".join(operands))
        elif word == "h":
            found.append("Z")
        elif word == "re":
            x, y, width, height = operands
            found.append(f"M{x} {y}h{width}v{height}h-{width}Z")
        elif word[0].isdigit() or word[0] in "-.":
            operands.append(word)
            continue
        operands = []
    return "".join(found)


def _parts(document: str) -> tuple[str, str]:
    """Body and head of an SVG document of ours."""
    head, _, rest = document.partition(">")
    return rest.removesuffix("</svg>\n"), f"{head}>"


def _gradient(gradient: Gradient, side: int) -> str:
    """The modules' gradient, over the whole symbol."""
    stops = "".join(
        f'<stop offset="{number(stop.at)}" stop-color="{stop.colour.rgb}"/>'
        for stop in gradient.stops
    )
    span = f'id="m" gradientUnits="userSpaceOnUse" data-of={quoteattr(gradient.kind)}'
    if gradient.kind == "radial":
        middle = number(side / 2)
        return (
            f'<radialGradient {span} cx="{middle}" cy="{middle}" '
            f'r="{number(gradient.radius(side))}">{stops}</radialGradient>'
        )
    x0, y0, x1, y1 = map(number, gradient.axis(side))
    return (
        f'<linearGradient {span} x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}">{stops}</linearGradient>'
    )


def _shape(outline: tuple[Contour, ...]) -> str:
    """Relative path data of a tile whose cell begins at the current point."""
    pieces = []
    at_x = at_y = 0.0
    for contour in outline:
        x0, y0 = contour.start
        pieces.append(f"m{_short(x0 - at_x)} {_short(y0 - at_y)}")
        at_x, at_y = x0, y0
        x = y = 0.0
        for segment in contour.segments:
            moved = [v - (y if index % 2 else x) for index, v in enumerate(segment)]
            pieces.append(("l" if len(segment) == 2 else "c") + " ".join(map(_short, moved)))
            x, y = segment[-2], segment[-1]
        pieces.append("z")
    return "".join(pieces)


def _runs(drawn: npt.NDArray[np.bool_]) -> str:
    side = drawn.shape[0]
    padded = np.zeros((side, side + 2), dtype=np.int8)
    padded[:, 1:-1] = drawn
    edges = np.diff(padded, axis=1).reshape(-1)
    starts, stops = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    rows, columns = np.divmod(starts, side + 1)
    widths = stops - starts
    return "".join(
        f"M{x} {y}h{w}v1h-{w}z"
        for x, y, w in zip(columns.tolist(), rows.tolist(), widths.tolist(), strict=True)
    )


def _short(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
