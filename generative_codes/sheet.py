"""Label sheets as PDF: a grid of labels in mm, cut marks, page numbers; pages are streamed."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from generative_codes.errors import SheetError
from generative_codes.label import LabelItem, code_lines, draw_label
from generative_codes.lettering import Lettering, fit, require_printable, width_mm
from generative_codes.pdf_file import PT_PER_MM, PdfFile, number

__all__ = ["A4_WH_MM", "LabelItem", "SheetLayout", "code_lines", "sheet_pdf", "write_sheet"]

A4_WH_MM = (210.0, 297.0)
_CUT_MARK_MM, _CUT_MARK_OFFSET_MM, _CUT_MARK_WIDTH_MM = 4.0, 1.0, 0.1
_FOOTER_MM, _FOOTER_FROM_EDGE_MM = 2.2, 5.0
_LIGHT = 300
_BLACK, _GREY = "0 0 0 1 k\n", "0 0 0 .6 k\n"


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Grid of labels on a page. `_wh` is (width, height), `_xy` is (left, top) or (across, down).

    Raises:
        SheetError: If a size is zero or the grid does not fit the page.
    """

    page_wh_mm: tuple[float, float]
    label_wh_mm: tuple[float, float]
    columns: int
    rows: int
    margin_xy_mm: tuple[float, float]
    gap_xy_mm: tuple[float, float] = (0.0, 0.0)
    title: str = ""
    cut_marks: bool = True
    page_numbers: bool = True

    def __post_init__(self) -> None:
        if min(*self.page_wh_mm, *self.label_wh_mm) <= 0 or min(self.columns, self.rows) < 1:
            raise SheetError(
                f"A label of {self.label_wh_mm[0]:g} x {self.label_wh_mm[1]:g} mm does not fit on "
                f"a page of {self.page_wh_mm[0]:g} x {self.page_wh_mm[1]:g} mm; "
                "choose a smaller label or a larger page."
            )
        if min(*self.margin_xy_mm, *self.gap_xy_mm) < 0:
            raise SheetError("Margins and gaps are zero or more.")
        right, bottom = self.label_corner_mm(self.columns * self.rows - 1)
        needed = (right + self.label_wh_mm[0], bottom + self.label_wh_mm[1])
        if needed[0] > self.page_wh_mm[0] + 1e-6 or needed[1] > self.page_wh_mm[1] + 1e-6:
            raise SheetError(
                f"The grid needs {needed[0]:g} x {needed[1]:g} mm, the page has "
                f"{self.page_wh_mm[0]:g} x {self.page_wh_mm[1]:g} mm; take fewer rows or columns."
            )

    @classmethod
    def a4(
        cls,
        label_wh_mm: tuple[float, float] = (56.0, 28.0),
        gap_xy_mm: tuple[float, float] = (4.0, 3.0),
        min_margin_xy_mm: tuple[float, float] = (12.0, 14.0),
        title: str = "",
    ) -> "SheetLayout":
        """As many labels as an A4 page holds, centred, with room for cut marks and footer."""
        columns, rows = (
            max(0, int((page - 2 * margin + gap + 1e-6) // (label + gap))) if label > 0 else 0
            for page, margin, label, gap in zip(
                A4_WH_MM, min_margin_xy_mm, label_wh_mm, gap_xy_mm, strict=True
            )
        )
        margins = [
            (page - count * label - (count - 1) * gap) / 2
            for page, count, label, gap in zip(
                A4_WH_MM, (columns, rows), label_wh_mm, gap_xy_mm, strict=True
            )
        ]
        return cls(
            page_wh_mm=A4_WH_MM,
            label_wh_mm=label_wh_mm,
            columns=columns,
            rows=rows,
            margin_xy_mm=(margins[0], margins[1]),
            gap_xy_mm=gap_xy_mm,
            title=title,
        )

    @classmethod
    def roll(
        cls,
        label_wh_mm: tuple[float, float] = (50.0, 30.0),
        across: int = 1,
        gap_across_mm: float = 3.0,
    ) -> "SheetLayout":
        """One row of labels per page, edge to edge, as roll printers take them."""
        width = across * label_wh_mm[0] + (across - 1) * gap_across_mm
        return cls(
            page_wh_mm=(width, label_wh_mm[1]),
            label_wh_mm=label_wh_mm,
            columns=across,
            rows=1,
            margin_xy_mm=(0.0, 0.0),
            gap_xy_mm=(gap_across_mm, 0.0),
            cut_marks=False,
            page_numbers=False,
        )

    @property
    def labels_per_page(self) -> int:
        """Labels on a full page."""
        return self.columns * self.rows

    def label_corner_mm(self, place: int) -> tuple[float, float]:
        """Distance of label `place` (row by row) from the page's left and top edges."""
        row, column = divmod(place, self.columns)
        return (
            self.margin_xy_mm[0] + column * (self.label_wh_mm[0] + self.gap_xy_mm[0]),
            self.margin_xy_mm[1] + row * (self.label_wh_mm[1] + self.gap_xy_mm[1]),
        )


def sheet_pdf(items: Sequence[LabelItem], layout: SheetLayout) -> bytes:
    """All labels as one PDF.

    Raises:
        SheetError: If there is no label, or a label cannot hold its symbol or text.
    """
    stream = io.BytesIO()
    write_sheet(items, layout, stream, total=len(items))
    return stream.getvalue()


def write_sheet(
    items: Iterable[LabelItem], layout: SheetLayout, stream: BinaryIO, total: int | None = None
) -> int:
    """Write labels into a binary stream; one page of them is in memory at a time.

    Args:
        items: Labels in order; may be a generator of any length.
        layout: The grid.
        stream: Where the PDF goes.
        total: Number of labels if known; then the footer says "page of pages".

    Returns:
        Number of labels written.
    """
    pages = None if total is None else -(-total // layout.labels_per_page)
    pdf = PdfFile(stream, layout.title or "Labels")
    lettering = Lettering()
    source, done, page = iter(items), 0, 0
    while batch := list(islice(source, layout.labels_per_page)):
        page += 1
        content = [f"{number(PT_PER_MM)} 0 0 {number(PT_PER_MM)} 0 0 cm\n{_BLACK}"]
        for place, item in enumerate(batch):
            left, top = layout.label_corner_mm(place)
            corner = (left, layout.page_wh_mm[1] - top)
            content.append(draw_label(item, layout.label_wh_mm, corner, lettering))
        if layout.cut_marks:
            content.append(_cut_marks(layout))
        if layout.page_numbers:
            place_of_page = f"{page} / {pages}" if pages else f"{page}"
            labels = f"{done + 1}–{done + len(batch)}"
            content += _footer(layout, labels, place_of_page, lettering)
        done += len(batch)
        pdf.add_page(*layout.page_wh_mm, "".join(content))
    if done == 0:
        raise SheetError("A sheet needs at least one label.")
    pdf.close(lettering.write(pdf))
    return done


def _cut_marks(layout: SheetLayout) -> str:
    """Hair lines in the page margins on every cut, clear of the labels."""
    (page_width, page_height), (width, height) = layout.page_wh_mm, layout.label_wh_mm
    first_left, first_top = layout.margin_xy_mm
    last_left, last_top = layout.label_corner_mm(layout.labels_per_page - 1)
    lines: list[tuple[float, float, float, float]] = []
    for column in range(layout.columns):
        left, _ = layout.label_corner_mm(column)
        for x in (left, left + width):
            for edge, outward in ((first_top, -1), (last_top + height, 1)):
                start = edge + outward * _CUT_MARK_OFFSET_MM
                lines.append((x, start, x, start + outward * _CUT_MARK_MM))
    for row in range(layout.rows):
        _, top = layout.label_corner_mm(row * layout.columns)
        for y in (top, top + height):
            for edge, outward in ((first_left, -1), (last_left + width, 1)):
                start = edge + outward * _CUT_MARK_OFFSET_MM
                lines.append((start, y, start + outward * _CUT_MARK_MM, y))
    strokes = [
        f"{number(x0)} {number(page_height - y0)} m {number(x1)} {number(page_height - y1)} l"
        for x0, y0, x1, y1 in dict.fromkeys(lines)
        if min(x0, x1) >= 0 and max(x0, x1) <= page_width
    ]
    return f"q {_CUT_MARK_WIDTH_MM} w 0 0 0 1 K\n" + "\n".join(strokes) + "\nS Q\n"


def _footer(
    layout: SheetLayout, labels: str, place_of_page: str, lettering: Lettering
) -> list[str]:
    """Title at the left, label range in the middle, page number at the right."""
    left = layout.margin_xy_mm[0]
    right = layout.label_corner_mm(layout.columns - 1)[0] + layout.label_wh_mm[0]
    title = fit(require_printable(layout.title), _FOOTER_MM, (right - left) / 3, _LIGHT)
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
