"""Sheets of plain labels as PDF: cut marks, page numbers; pages are streamed."""

import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import BinaryIO

from generative_codes.errors import SheetError
from generative_codes.imposition.layout import A4_WH_MM, PlaceOrder, SheetLayout
from generative_codes.imposition.marks import cut_marks, footer
from generative_codes.label import LabelItem, code_lines, draw_label
from generative_codes.lettering import Lettering
from generative_codes.pdf_file import PT_PER_MM, PdfFile, number

__all__ = ["A4_WH_MM", "LabelItem", "SheetLayout", "code_lines", "sheet_pdf", "write_sheet"]

_BLACK = "0 0 0 1 k\n"


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

    Raises:
        SheetError: As `sheet_pdf`, and for an order that needs all labels at once.
    """
    if layout.order is PlaceOrder.STACKS:
        raise SheetError(
            "Cut and stack needs all labels at once; order rows or columns, or make a bulk run."
        )
    pages = None if total is None else -(-total // layout.labels_per_page)
    pdf = PdfFile(stream, layout.title or "Labels")
    lettering = Lettering()
    source, done, page = iter(items), 0, 0
    while batch := list(islice(source, layout.labels_per_page)):
        page += 1
        content = [f"{number(PT_PER_MM)} 0 0 {number(PT_PER_MM)} 0 0 cm\n{_BLACK}"]
        for place, index in layout.labels_of_page(0, len(batch)):
            item = batch[index]
            left, top = layout.label_corner_mm(place)
            corner = (left, layout.page_wh_mm[1] - top)
            content.append(draw_label(item, layout.label_wh_mm, corner, lettering))
        if layout.cut_marks:
            content.append(cut_marks(layout))
        if layout.page_numbers:
            place_of_page = f"{page} / {pages}" if pages else f"{page}"
            labels = f"{done + 1}–{done + len(batch)}"
            content += footer(layout, labels, place_of_page, lettering)
        done += len(batch)
        pdf.add_page(*layout.page_wh_mm, "".join(content))
    if done == 0:
        raise SheetError("A sheet needs at least one label.")
    pdf.close(lettering.write(pdf))
    return done
