"""Parts of sheets put together are the file that one run over all of them writes."""

import io

import cv2
import numpy as np
import pypdf
import pytest

from generative_codes.artwork import Artwork
from generative_codes.brief import ArtBrief, ArtStyle
from generative_codes.bulk import BulkError, BulkFormat, BulkOrder, join_parts, make_part, solve
from generative_codes.bulk.part import SheetPdf, add_part, gated
from generative_codes.drawing import Design, presets
from generative_codes.drawing.design import Modules, ModuleShape
from generative_codes.errors import SheetError
from generative_codes.imposition import parse_layout

GALLERY = {preset.key: preset.design for preset in presets()}


def parts_of(solved, items):
    made = []
    for index in range(solved.order.parts):
        labels = solved.order.labels_of_part(index)
        stream = io.BytesIO()
        make_part(solved, index, items[labels.start : labels.stop], stream)
        made.append(stream)
    return made


def at_once(solved, items):
    stream = io.BytesIO()
    sheets = SheetPdf(solved, stream)
    for index in range(solved.order.parts):
        labels = solved.order.labels_of_part(index)
        some = items[labels.start : labels.stop]
        add_part(sheets, solved, index, some, gated(solved, index, some))
    sheets.close()
    return stream.getvalue()


@pytest.mark.parametrize("count", [1, 24, 60])
@pytest.mark.parametrize("key", ["label", "touch-of-gold", "jade"])
def test_joined_parts_are_byte_for_byte_the_single_file(
    key, count, solved_order, some_items
) -> None:
    items = some_items(count)
    solved = solved_order(count, GALLERY[key], part_labels=24)
    whole = io.BytesIO()
    pages = join_parts(solved, parts_of(solved, items), whole)
    assert pages == -(-count // 24)
    assert whole.getvalue() == at_once(solved, items)
    assert len(pypdf.PdfReader(whole, strict=True).pages) == pages


def test_a_picture_is_in_the_joined_file_once(some_items, template) -> None:
    across, down = np.meshgrid(np.arange(240), np.arange(240))
    bgr = np.dstack([across * 0.9, 140 + 80 * np.cos(down / 55), down * 0.8]).astype(np.uint8)
    artwork = Artwork(bgr, np.full(bgr.shape[:2], 255, np.uint8))
    brief, items = ArtBrief(style=ArtStyle.BASE), some_items(40)
    order = BulkOrder(brief, template, parse_layout("a4"), 40, part_labels=24)
    solved = solve(order, artwork)
    parts = parts_of(solved, items)
    whole = io.BytesIO()
    assert join_parts(solved, parts, whole) == 2
    assert whole.getvalue() == at_once(solved, items)
    assert len(whole.getvalue()) < 0.7 * sum(len(part.getvalue()) for part in parts)


def test_parts_that_are_missing_cut_off_or_of_another_program_are_refused(
    solved_order, some_items
) -> None:
    items = some_items(60)
    solved = solved_order(60, Design(modules=Modules(ModuleShape.DOT)), part_labels=24)
    parts = parts_of(solved, items)
    nowhere = io.BytesIO
    with pytest.raises(BulkError, match="3 pages, its parts 2"):
        join_parts(solved, parts[:2], nowhere())
    with pytest.raises(BulkError, match="its parts 4"):
        join_parts(solved, [*parts, parts[0]], nowhere())
    content = parts[1].getvalue()
    for cut in (0, 10, 40, len(content) // 2, content.index(b"\nxref\n") - 3):
        with pytest.raises(SheetError):
            join_parts(solved, [parts[0], io.BytesIO(content[:cut]), parts[2]], nowhere())
    writer, foreign = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(foreign)
    with pytest.raises(SheetError, match="not begun here"):
        join_parts(solved, [foreign], nowhere())
    with pytest.raises(SheetError, match="not begun here"):
        join_parts(solved, [io.BytesIO(cv2.imencode(".png", np.eye(9))[1].tobytes())], nowhere())


def test_only_pdf_sheets_are_joined(solved_order) -> None:
    with pytest.raises(BulkError, match="not as zip"):
        join_parts(solved_order(3, format=BulkFormat.ZIP), [], io.BytesIO())
