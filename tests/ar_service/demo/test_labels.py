"""The printed files hold every code; a decoder that isn't ours reads the drawn labels."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from pypdf import PdfReader

from ar_service.demo.artwork import (
    DPI,
    LABEL_WH_MM,
    draw_front,
    draw_label,
    side_by_side,
    symbol_corners_mm,
)
from ar_service.demo.brand import LABEL_TEXT, IssuedCode, LabelPlan
from ar_service.demo.labels import write_labels
from generative_codes import make_symbol

CODES = tuple(
    IssuedCode(
        f"7K3MZ9QWETY0123ABC{n:02d}",
        f"https://dianjin.example/01/09521234543213/21/7K3MZ9QWETY0123ABC{n:02d}",
        n,
    )
    for n in range(30)
)


def test_every_label_is_on_the_sheet_and_in_the_table(tmp_path: Path) -> None:
    files = write_labels(CODES, tmp_path)
    pages = PdfReader(tmp_path / files.sheet).pages
    text = " ".join(page.extract_text() for page in pages)
    assert len(pages) == files.pages == 2
    assert [n for n in range(30) if f"No. {n}" not in text] == []
    with (tmp_path / files.table).open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["payload"] for row in rows] == [code.payload for code in CODES]


def test_preview_shows_codes_that_a_reader_reads(tmp_path: Path) -> None:
    files = write_labels(CODES, tmp_path)
    svg = (tmp_path / files.preview).read_text(encoding="utf-8")
    paths = re.findall(r' d="([^"]+)"', svg)
    assert len(paths) == files.labels_per_page
    picture = np.full((45, 45), 255, np.uint8)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", paths[7]):
        picture[int(y) + 4, int(x) + 4 : int(x) + 4 + int(length)] = 0
    found = zxingcpp.read_barcodes(np.kron(picture, np.ones((4, 4), np.uint8)))
    assert [code.text for code in found] == [CODES[7].payload]


def test_drawn_label_is_read_where_the_symbol_is_said_to_be() -> None:
    symbol = make_symbol(CODES[0].payload)
    label = draw_label(LABEL_TEXT, symbol, CODES[0].serial)
    (found,) = zxingcpp.read_barcodes(label)
    assert found.text == CODES[0].payload
    place = found.position
    read = [place.top_left, place.top_right, place.bottom_right, place.bottom_left]
    told_px = symbol_corners_mm(symbol) * DPI / 25.4
    # zxing-cpp gives corners in whole pixels of a module of 15.
    assert np.abs(np.array([[point.x, point.y] for point in read]) - told_px).max() < 8


def test_front_of_the_pack_has_no_code() -> None:
    assert zxingcpp.read_barcodes(draw_front(LABEL_TEXT)) == []


def test_two_labels_on_their_liner_are_two_codes() -> None:
    labels = [draw_label(LABEL_TEXT, make_symbol(c.payload), c.serial) for c in CODES[:2]]
    pair = side_by_side(labels)
    assert pair.shape[1] * 25.4 / DPI == pytest.approx(2 * LABEL_WH_MM[0] + 5, abs=0.1)
    assert {code.text for code in zxingcpp.read_barcodes(pair)} == {c.payload for c in CODES[:2]}


@pytest.mark.parametrize("codes", [24, 40, 200, 5_000])
def test_plan_covers_every_label_once(codes: int) -> None:
    plan = LabelPlan.of(codes)
    parts = [*plan.current, *plan.recalled, *plan.expired, *plan.inactive]
    assert parts == list(range(codes))
    assert len(plan.current) >= 12
    assert min(len(plan.recalled), len(plan.expired), len(plan.inactive)) >= 2


@pytest.mark.parametrize("codes", [-1, 0, 23, 5_001])
def test_too_few_or_too_many_codes_are_refused(codes: int) -> None:
    with pytest.raises(ValueError, match="24 to 5000"):
        LabelPlan.of(codes)
