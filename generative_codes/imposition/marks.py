"""What stands beside and around labels: cut, registration and die lines, footer; PDF operators."""

from generative_codes.imposition.layout import (
    CUT_MARK_MM,
    CUT_MARK_OFFSET_MM,
    Outline,
    SheetLayout,
)
from generative_codes.lettering import Lettering, fit, require_printable, width_mm
from generative_codes.pdf_file import number

DIE_INK = "CutContour"
_LINE_MM = 0.1
_FOOTER_MM, _FOOTER_FROM_EDGE_MM = 2.2, 5.0
_TARGET_MM = 2.0
_LIGHT = 300
_BLACK, _GREY = "0 0 0 1 k\n", "0 0 0 .6 k\n"
# Control point distance at which a cubic follows a quarter circle within 0.03 % of its radius.
_QUARTER = 0.5522847498307936


def has_footer(layout: SheetLayout) -> bool:
    """True if the footer is wished and has room clear of the labels' bleed."""
    top_of_text = _FOOTER_FROM_EDGE_MM + _FOOTER_MM + 0.5
    return layout.page_numbers and layout.lower_margin_mm - layout.bleed_mm >= top_of_text


def cut_marks(layout: SheetLayout) -> str:
    """Hair lines in the page margins on every cut, clear of the labels; mm, y upwards."""
    (page_width, page_height), (width, height) = layout.page_wh_mm, layout.label_wh_mm
    first_left, first_top = layout.margin_xy_mm
    last_left, last_top = layout.label_corner_mm(layout.labels_per_page - 1)
    lines: list[tuple[float, float, float, float]] = []
    offset = layout.bleed_mm + CUT_MARK_OFFSET_MM
    for column in range(layout.columns):
        left, _ = layout.label_corner_mm(column)
        for x in (left, left + width):
            for edge, outward in ((first_top, -1), (last_top + height, 1)):
                start = edge + outward * offset
                lines.append((x, start, x, start + outward * CUT_MARK_MM))
    for row in range(layout.rows):
        _, top = layout.label_corner_mm(row * layout.columns)
        for y in (top, top + height):
            for edge, outward in ((first_left, -1), (last_left + width, 1)):
                start = edge + outward * offset
                lines.append((start, y, start + outward * CUT_MARK_MM, y))
    strokes = [
        f"{number(x0)} {number(page_height - y0)} m {number(x1)} {number(page_height - y1)} l"
        for x0, y0, x1, y1 in dict.fromkeys(lines)
        if min(x0, x1) >= 0 and max(x0, x1) <= page_width
    ]
    return f"q {_LINE_MM} w 0 0 0 1 K\n" + "\n".join(strokes) + "\nS Q\n"


def registration_marks(layout: SheetLayout, colour: str) -> str:
    """A crossed circle in the middle of each margin that has room for it.

    Args:
        layout: The page.
        colour: Operators that choose the ink of all plates for strokes.
    """
    page_width, page_height = layout.page_wh_mm
    left, top = layout.margin_xy_mm
    last_left, _ = layout.label_corner_mm(layout.labels_per_page - 1)
    right = page_width - last_left - layout.label_wh_mm[0]
    need = 2 * _TARGET_MM + 2 * CUT_MARK_OFFSET_MM + layout.bleed_mm
    middle = page_height - (page_height - layout.lower_margin_mm + top) / 2
    centre = (left + page_width - right) / 2
    centres = [
        (margin_x, margin_y)
        for margin_x, margin_y, room in (
            ((left - layout.bleed_mm) / 2, middle, left),
            (page_width - (right - layout.bleed_mm) / 2, middle, right),
            (centre, page_height - (top - layout.bleed_mm) / 2, top),
        )
        if room >= need
    ]
    if not centres:
        return ""
    arm = _TARGET_MM
    shapes = [
        f"{number(x - arm)} {number(y)} m {number(x + arm)} {number(y)} l "
        f"{number(x)} {number(y - arm)} m {number(x)} {number(y + arm)} l "
        + ellipse(x, y, arm / 2, arm / 2)
        for x, y in centres
    ]
    return f"q {_LINE_MM} w {colour}\n" + "\n".join(shapes) + "\nS Q\n"


def outline_path(layout: SheetLayout, left_mm: float, top_mm: float, grown_mm: float = 0.0) -> str:
    """Path of a label's outline, grown on all sides; (left, top) is its corner, y upwards."""
    width, height = layout.label_wh_mm
    x, y = left_mm - grown_mm, top_mm - height - grown_mm
    w, h = width + 2 * grown_mm, height + 2 * grown_mm
    match layout.outline:
        case Outline.RECTANGLE:
            return f"{number(x)} {number(y)} {number(w)} {number(h)} re"
        case Outline.CIRCLE:
            return ellipse(x + w / 2, y + h / 2, w / 2, h / 2)
        case Outline.ROUNDED:
            return _rounded(x, y, w, h, layout.radius_mm + grown_mm)


def die_lines(layout: SheetLayout, places: int, colour: str) -> str:
    """Outlines of the first `places` labels as strokes in the die's own ink."""
    paths = []
    for place in range(places):
        left, top = layout.label_corner_mm(place)
        paths.append(outline_path(layout, left, layout.page_wh_mm[1] - top))
    return f"q {_LINE_MM} w {colour}\n" + "\n".join(paths) + "\nS Q\n"


def ellipse(x: float, y: float, across: float, down: float) -> str:
    """A closed ellipse of four cubics about (x, y)."""
    a, b = across * _QUARTER, down * _QUARTER

    def at(*values: float) -> str:
        return " ".join(map(number, values))

    return (
        f"{at(x + across, y)} m {at(x + across, y + b, x + a, y + down, x, y + down)} c "
        f"{at(x - a, y + down, x - across, y + b, x - across, y)} c "
        f"{at(x - across, y - b, x - a, y - down, x, y - down)} c "
        f"{at(x + a, y - down, x + across, y - b, x + across, y)} c h"
    )


def _rounded(x: float, y: float, w: float, h: float, radius: float) -> str:
    pull = radius * (1 - _QUARTER)
    right, top = x + w, y + h

    def at(*values: float) -> str:
        return " ".join(map(number, values))

    return (
        f"{at(x + radius, y)} m {at(right - radius, y)} l "
        f"{at(right - pull, y, right, y + pull, right, y + radius)} c {at(right, top - radius)} l "
        f"{at(right, top - pull, right - pull, top, right - radius, top)} c {at(x + radius, top)} "
        f"l {at(x + pull, top, x, top - pull, x, top - radius)} c {at(x, y + radius)} l "
        f"{at(x, y + pull, x + pull, y, x + radius, y)} c h"
    )


def footer(layout: SheetLayout, labels: str, place_of_page: str, lettering: Lettering) -> list[str]:
    """Title at the left, labels in the middle, page number at the right."""
    left = layout.margin_xy_mm[0]
    right = layout.label_corner_mm(layout.columns - 1)[0] + layout.label_wh_mm[0]
    room = (right - left) / 3
    title = fit(require_printable(layout.title), _FOOTER_MM, 0.8 * room, _LIGHT)
    labels = fit(labels, _FOOTER_MM, 1.3 * room, _LIGHT)
    ends = (
        (title, left),
        (labels, (left + right - width_mm(labels, _FOOTER_MM, _LIGHT)) / 2),
        (place_of_page, right - width_mm(place_of_page, _FOOTER_MM, _LIGHT)),
    )
    shown = [
        lettering.show(text, x, _FOOTER_FROM_EDGE_MM, _FOOTER_MM, _LIGHT)
        for text, x in ends
        if text
    ]
    return [_GREY, *shown, _BLACK]
