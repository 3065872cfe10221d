"""Label sheets: read back by a decoder, measured and searched by poppler and pypdf."""

import io
import re
import subprocess
import tracemalloc
from dataclasses import replace

import numpy as np
import pypdf
import pytest
import zxingcpp

from generative_codes.errors import GenerativeCodeError, SheetError
from generative_codes.imposition import PlaceOrder
from generative_codes.label import LabelItem, code_lines
from generative_codes.lettering import Lettering, trace_glyph, wrap
from generative_codes.pdf_file import PdfFile, number
from generative_codes.sheet import SheetLayout, sheet_pdf, write_sheet
from generative_codes.symbol import ErrorLevel, make_symbol

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NAME = "云岭春 明前茉莉花茶"


def serial(index: int) -> str:
    return "".join(np.random.default_rng(index).choice(list(CROCKFORD), size=20))


def label(index: int, name: str = NAME, groups_per_line: int = 3) -> LabelItem:
    code = serial(index)
    payload = f"https://dj.example/01/06951234567892/21/{code}"
    return LabelItem(
        make_symbol(payload, ErrorLevel.M),
        code_lines(code, groups_per_line),
        f"No. {index:06d}",
        name,
    )


def read_serials(page: np.ndarray) -> list[str]:
    barcodes = zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormat.QRCode)
    return sorted(barcode.text.rsplit("/", 1)[1] for barcode in barcodes)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("", ()),
        ("ABC", ("ABC",)),
        ("0123456789AB", ("0123 4567 89AB",)),
        ("0123456789ABCDEFGHJK", ("0123 4567 89AB", "CDEF GHJK")),
    ],
)
def test_a_code_is_set_in_groups_of_four_three_to_a_line(code, lines) -> None:
    assert code_lines(code) == lines


def test_every_label_of_a_page_decodes_and_prints_its_own_text(pdf_pages) -> None:
    layout = SheetLayout.a4(title="云岭春 A01")
    count = layout.labels_per_page
    pdf = sheet_pdf([label(index) for index in range(count)], layout)
    (page,) = pdf_pages(pdf, 200)
    assert read_serials(page) == sorted(serial(index) for index in range(count))
    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    for index in range(count):
        assert " ".join(re.findall("....", serial(index))[:3]) in text
        assert f"No. {index:06d}" in text
    assert "明前茉莉花茶" in text
    assert "1 / 1" in text


def test_225_labels_take_ten_numbered_pages_and_all_decode(pdf_pages) -> None:
    layout = SheetLayout.a4()
    assert layout.labels_per_page == 24
    pdf = sheet_pdf([label(index, "") for index in range(225)], layout)
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    assert len(reader.pages) == 10
    assert "10 / 10" in reader.pages[9].extract_text()
    assert "217–225" in reader.pages[9].extract_text()
    found = [text for page in pdf_pages(pdf, 110, 10) for text in read_serials(page)]
    assert sorted(found) == sorted(serial(index) for index in range(225))


@pytest.mark.parametrize("label_wh_mm", [(30.0, 45.0), (25.0, 40.0), (40.0, 40.0), (90.0, 22.0)])
def test_labels_of_other_shapes_decode(label_wh_mm, pdf_pages) -> None:
    layout = SheetLayout.a4(label_wh_mm=label_wh_mm)
    pdf = sheet_pdf([label(index) for index in range(6)], layout)
    (page,) = pdf_pages(pdf, 300)
    assert read_serials(page) == sorted(serial(index) for index in range(6))


def test_roll_has_one_page_per_row_in_the_size_of_the_label(pdf_pages) -> None:
    layout = SheetLayout.roll(label_wh_mm=(50.0, 30.0), across=2, gap_across_mm=3.0)
    pdf = sheet_pdf([label(index) for index in range(5)], layout)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 3
    box = reader.pages[0].mediabox
    assert float(box.width) / 72 * 25.4 == pytest.approx(103, abs=0.01)
    assert float(box.height) / 72 * 25.4 == pytest.approx(30, abs=0.01)
    found = [text for page in pdf_pages(pdf, 300, 3) for text in read_serials(page)]
    assert sorted(found) == sorted(serial(index) for index in range(5))


def test_quiet_zone_of_every_label_is_blank(pdf_pages) -> None:
    for layout in (SheetLayout.roll((50.0, 30.0)), SheetLayout.roll((28.0, 46.0))):
        item = label(3)
        (page,) = pdf_pages(sheet_pdf([item], layout), 600)
        (barcode,) = zxingcpp.read_barcodes(page)
        position = barcode.position
        left, top = position.top_left.x, position.top_left.y
        right, bottom = position.bottom_right.x, position.bottom_right.y
        module = (right - left) / item.symbol.size_modules
        quiet = int(4 * module) - 2
        around = page[max(top - quiet, 0) : bottom + quiet, max(left - quiet, 0) : right + quiet]
        dark_rows, dark_columns = np.nonzero(around < 128)
        assert np.ptp(dark_rows) < (bottom - top) + module
        assert np.ptp(dark_columns) < (right - left) + module


def test_cut_marks_stand_on_the_cuts_and_clear_of_the_labels(pdf_pages) -> None:
    layout = SheetLayout(
        page_wh_mm=(100.0, 80.0),
        label_wh_mm=(35.0, 25.0),
        columns=2,
        rows=2,
        margin_xy_mm=(12.0, 12.0),
        gap_xy_mm=(4.0, 4.0),
        page_numbers=False,
    )
    dpi = 600
    items = [label(index, groups_per_line=2) for index in range(4)]
    (page,) = pdf_pages(sheet_pdf(items, layout), dpi)
    px = dpi / 25.4
    in_top_margin = page[int(8 * px), :] < 200
    at_mm = np.flatnonzero(in_top_margin) / px
    for cut in (12.0, 47.0, 51.0, 86.0):
        assert np.abs(at_mm - cut).min() < 0.1
    assert np.abs(at_mm[:, None] - [12.0, 47.0, 51.0, 86.0]).min(axis=1).max() < 0.15
    between_marks = page[int(11.2 * px) : int(12.0 * px), int(12 * px) : int(86 * px)]
    assert (between_marks == 255).all()  # one millimetre beside the label stays blank


def test_sheet_uses_black_ink_alone() -> None:
    pdf = sheet_pdf([label(0)], SheetLayout.a4(title="T"))
    content = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data().decode()
    setters = re.findall(r"(\S+ \S+ \S+) \S+ ([kK])$", content, re.MULTILINE)
    assert {(inks, plate.lower()) for inks, plate in setters} == {("0 0 0", "k")}
    assert not re.search(r" (g|G|rg|RG|cs|CS|sc|SC|scn|SCN|sh|Do)$", content, re.MULTILINE)


def test_fonts_are_all_embedded(tmp_path, needs_program) -> None:
    needs_program("pdffonts", "poppler-utils")
    path = tmp_path / "sheet.pdf"
    path.write_bytes(sheet_pdf([label(0)], SheetLayout.a4(title="云岭春")))
    listing = subprocess.run(
        ["pdffonts", path], check=True, capture_output=True, text=True, timeout=60
    ).stdout.splitlines()[2:]
    assert listing
    for line in listing:
        assert "Type 3" in line
        assert line.split()[-5:-2] == ["yes", "no", "yes"]  # embedded, no subset, with Unicode


def test_more_than_256_different_characters_take_a_second_font(pdf_pages) -> None:
    names = ["".join(chr(0x4E00 + 12 * row + k) for k in range(12)) for row in range(24)]
    items = [LabelItem(label(i).symbol, (), "", name) for i, name in enumerate(names)]
    pdf = sheet_pdf(items, SheetLayout.a4(label_wh_mm=(90.0, 25.0), gap_xy_mm=(2.0, 1.0)))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages[0]["/Resources"]["/Font"]) == 2
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    assert all(name in text for name in names[:18])


def test_equal_sheets_are_equal_files() -> None:
    items = [label(index) for index in range(3)]
    assert sheet_pdf(items, SheetLayout.a4()) == sheet_pdf(items, SheetLayout.a4())


def test_memory_does_not_grow_with_the_number_of_labels() -> None:
    item = label(1)

    def peak_bytes(count: int) -> int:
        class Sink(io.RawIOBase):
            def write(self, data):
                return len(data)

        tracemalloc.start()
        written = write_sheet((item for _ in range(count)), SheetLayout.a4(), Sink())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert written == count
        return peak

    peak_bytes(24)
    small, large = peak_bytes(48), peak_bytes(48 * 4)
    assert large < 1.5 * small + 50_000


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sheet_pdf([], SheetLayout.a4()), "at least one label"),
        (lambda: SheetLayout.a4(label_wh_mm=(0.0, 0.0)), "smaller label or a larger page"),
        (lambda: SheetLayout.a4(label_wh_mm=(300.0, 30.0)), "smaller label or a larger page"),
        (lambda: SheetLayout.roll(label_wh_mm=(-1.0, 30.0)), "smaller label or a larger page"),
        (
            lambda: SheetLayout((50.0, 50.0), (30.0, 30.0), 2, 1, (0.0, 0.0)),
            "fewer rows or columns",
        ),
        (lambda: sheet_pdf([label(0)], SheetLayout.roll((14.0, 8.0))), "needs"),
        (lambda: sheet_pdf([label(0)], SheetLayout.roll((27.1, 20.0))), "for its text"),
        (lambda: LabelItem(label(0).symbol, ("a",) * 5), "at most 4 lines"),
        (lambda: LabelItem(label(0).symbol, ("a" * 121,)), "120 characters"),
        (lambda: LabelItem(label(0).symbol, (), "No.\x00"), "cannot be printed"),
        (lambda: LabelItem(label(0).symbol, (), "", "\u202eevil"), "cannot be printed"),
        (lambda: LabelItem(label(0).symbol, (), "", "茶\U0001f375"), "cannot be printed"),
        (
            lambda: sheet_pdf(
                [LabelItem(label(0).symbol, ("X" * 60,))], SheetLayout.roll((50.0, 30.0))
            ),
            "shorter lines",
        ),
    ],
)
def test_impossible_sheet_is_refused_with_the_reason(make, words) -> None:
    with pytest.raises(SheetError, match=words):
        make()


def test_sheet_error_is_an_error_of_this_room() -> None:
    assert issubclass(SheetError, GenerativeCodeError)


def test_columns_fill_downwards_and_stacks_need_a_bulk_run(pdf_pages) -> None:
    layout = replace(SheetLayout.a4(), order=PlaceOrder.COLUMNS)
    items = [label(index) for index in range(layout.labels_per_page)]
    (page,) = pdf_pages(sheet_pdf(items, layout), 150)
    found = sorted(
        zxingcpp.read_barcodes(page), key=lambda b: (b.position.top_left.x, b.position.top_left.y)
    )
    by_column = sorted(found, key=lambda b: (b.position.top_left.x // 200, b.position.top_left.y))
    serials = [barcode.text.rsplit("/", 1)[1] for barcode in by_column]
    assert serials == [serial(index) for index in range(layout.labels_per_page)]
    with pytest.raises(SheetError, match="needs all labels at once"):
        sheet_pdf(items, replace(layout, order=PlaceOrder.STACKS))


def test_a_character_after_the_fonts_are_written_is_refused() -> None:
    lettering = Lettering()
    lettering.show("AB", 0, 0, 1)
    lettering.fonts(PdfFile(io.BytesIO(), "T"))
    assert lettering.show("BA", 0, 0, 1)
    with pytest.raises(SheetError, match="after the fonts"):
        lettering.show("C", 0, 0, 1)


def test_character_without_a_glyph_is_refused() -> None:
    with pytest.raises(SheetError, match="no glyph"):
        trace_glyph("\ua9c5", 400)


def test_traced_question_mark_is_itself_a_glyph() -> None:
    assert trace_glyph("?", 400).path


def test_name_breaks_at_a_space_and_ends_in_an_ellipsis() -> None:
    lines = wrap("Jasmine tea of the early spring harvest in the hills", 3.0, 24.0, 2)
    assert len(lines) == 2
    assert "Jasmine tea of the early spring".startswith(lines[0])
    assert not lines[0].endswith(" ")
    assert lines[1].endswith("…")


def test_pdf_numbers_have_no_exponent_and_no_negative_zero() -> None:
    assert [number(v) for v in (0, -0.00001, 1e-9, 12.5, 100, 1234567.0)] == [
        "0",
        "0",
        "0",
        "12.5",
        "100",
        "1234567",
    ]
