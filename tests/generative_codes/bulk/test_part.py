"""Parts: every label of a rasterised sheet is its own payload; what fails is left out."""

import csv
import io
import re
import subprocess
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import cv2
import numpy as np
import pypdf
import pytest
import qrcodegen
import zxingcpp

from generative_codes.artwork import Artwork
from generative_codes.brief import ArtBrief, ArtStyle
from generative_codes.bulk import (
    BulkError,
    BulkFormat,
    BulkItem,
    BulkOrder,
    GatePolicy,
    LabelText,
    Way,
    gate,
    make_part,
    solve,
)
from generative_codes.bulk.sample import bare_picture, symbols_of
from generative_codes.drawing import Design, Inks, presets
from generative_codes.drawing.design import Colour, Modules, ModuleShape
from generative_codes.errors import SheetError
from generative_codes.imposition import parse_layout
from generative_codes.symbol import ErrorLevel

ROUND_LABELS = "diecut:label=40x40,outline=circle,bleed=2,page=sra3,gripper=12"
SHAPES = [Modules(shape) for shape in ModuleShape if shape is not ModuleShape.PATH]


def made(solved, items, index=0):
    stream = io.BytesIO()
    report = make_part(solved, index, items, stream)
    return stream.getvalue(), report


def texts_of(pages):
    found = [
        barcode.text
        for page in pages
        for barcode in zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormat.QRCode)
    ]
    return sorted(found)


def payloads(solved, items):
    return sorted(solved.order.template.payload(item.serial) for item in items)


@pytest.mark.parametrize("modules", SHAPES, ids=lambda modules: modules.shape)
def test_every_label_of_a_sheet_reads_as_its_payload(
    modules, solved_order, some_items, pdf_pages
) -> None:
    items = some_items(30)
    solved = solved_order(30, Design(modules=modules))
    data, report = made(solved, items)
    assert (report.labels, report.decoded, report.failed) == (30, 30, ())
    assert texts_of(pdf_pages(data, 150, 2)) == payloads(solved, items)


@pytest.mark.parametrize("preset", [p for p in presets() if p.key in {"jade", "gilt", "stars"}])
def test_gradients_and_finder_colours_read_in_two_viewers(
    preset, solved_order, some_items, pdf_pages, needs_program, tmp_path
) -> None:
    needs_program("gs", "ghostscript")
    items = some_items(6)
    solved = solved_order(6, preset.design)
    data, _ = made(solved, items)
    assert texts_of(pdf_pages(data, 200)) == payloads(solved, items)
    source, out = tmp_path / "in.pdf", tmp_path / "out.pgm"
    source.write_bytes(data)
    options = ["-q", "-dSAFER", "-sDEVICE=pgmraw", "-r300", "-dGraphicsAlphaBits=4"]
    subprocess.run(["gs", *options, "-o", out, source], check=True, timeout=120)
    kind, size, _, pixels = out.read_bytes().split(b"\n", 3)
    if size.startswith(b"#"):
        _, _, size, _, pixels = out.read_bytes().split(b"\n", 4)
    width, height = map(int, size.split())
    page = np.frombuffer(pixels, np.uint8, width * height).reshape(height, width)
    assert kind == b"P5"
    assert texts_of([page]) == payloads(solved, items)


def test_joined_modules_show_no_seams(solved_order, some_items, pdf_pages) -> None:
    solved = solved_order(1, Design(modules=Modules(ModuleShape.CONNECTED)), "roll:label=60x40")
    data, _ = made(solved, some_items(1))
    (page,) = pdf_pages(data, 137)  # no whole number of pixels per module
    steering = solved.art.steering
    dark = steering.target.dark & steering.target.zone
    ys, xs = np.nonzero(dark[:-1, :-1] & dark[1:, :-1] & dark[:-1, 1:] & dark[1:, 1:])
    px = 137 / 25.4
    plan = solved.plan
    left, top = plan.left_mm + 4 * plan.module_mm, plan.top_mm + 4 * plan.module_mm
    # The middle of four dark modules of the logo, most of which are dark in this code too.
    rows = ((top + (ys + 1) * plan.module_mm) * px).astype(int)
    columns = ((left + (xs + 1) * plan.module_mm) * px).astype(int)
    shades = page[rows, columns]
    # Cells painted side by side would leave a quarter of the paper, 64 of 255.
    assert np.percentile(shades, 80) <= 16


def test_black_designs_print_with_k_alone_and_spot_inks_keep_their_name(
    solved_order, some_items
) -> None:
    data, _ = made(solved_order(4), some_items(4))
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    content = page.get_contents().get_data().decode()
    setters = re.findall(r"(\S+ \S+ \S+) \S+ ([kK])$", content, re.MULTILINE)
    assert {inks for inks, _ in setters} == {"0 0 0"}
    assert not re.search(r" (g|G|rg|RG|scn|SCN|sh)$", content, re.MULTILINE)

    spot = Design(dark=Colour("#16264f", cmyk=(100, 88, 30, 32), spot="PANTONE 282 C"))
    data, _ = made(solved_order(4, spot), some_items(4))
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    spaces = page["/Resources"]["/ColorSpace"]
    assert [spaces[name].get_object()[1] for name in spaces] == ["/PANTONE 282 C"]
    assert "/S0 cs 1 scn" in page.get_contents().get_data().decode()

    data, _ = made(solved_order(4, spot, inks=Inks.BLACK), some_items(4))
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    assert not page["/Resources"]["/ColorSpace"]


def test_round_labels_have_a_die_line_of_its_own_ink_and_registration_marks(
    solved_order, some_items, pdf_pages
) -> None:
    items = some_items(5)
    light = Design(light=Colour("#fbf3d0"))
    solved = solved_order(5, light, ROUND_LABELS, text=LabelText("", False, False))
    data, _ = made(solved, items)
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    spaces = page["/Resources"]["/ColorSpace"]
    assert {str(spaces[name].get_object()[1]) for name in spaces} == {"/All", "/CutContour"}
    content = page.get_contents().get_data().decode()
    assert content.count("/D0 CS 1 SCN") == 1
    assert page["/Resources"]["/ExtGState"]["/GO"]["/OP"]
    dpi = 150
    (picture,) = pdf_pages(data, dpi)
    assert texts_of([picture]) == payloads(solved, items)
    layout = solved.order.layout
    left, top = layout.label_corner_mm(0)
    ground_from = (left + 20 - 20 - 2) * dpi / 25.4  # radius 20, bleed 2
    row = picture[int((top + 20) * dpi / 25.4)]
    tinted = np.flatnonzero(row < 253)
    assert tinted[0] == pytest.approx(ground_from, abs=1.6)


@pytest.mark.parametrize("order", ["rows", "columns", "stacks"])
def test_cut_piles_come_out_in_serial_order(order, solved_order, some_items, pdf_pages) -> None:
    items = some_items(12)
    layout = f"diecut:label=50x26,page=120x80,margin=6x9,gap=4x4,bleed=0,order={order}"
    solved = solved_order(12, None, layout)
    assert solved.order.layout.labels_per_page == 4
    data, report = made(solved, items)
    grids = []
    for page in pdf_pages(data, 200, 3):
        found = zxingcpp.read_barcodes(page)
        found.sort(key=lambda b: (b.position.top_left.y // 100, b.position.top_left.x))
        serials = [barcode.text.rsplit("/", 1)[1] for barcode in found]
        grids.append([next(at for at, i in enumerate(items) if i.serial == s) for s in serials])
    expected = {
        "rows": [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]],
        "columns": [[0, 2, 1, 3], [4, 6, 5, 7], [8, 10, 9, 11]],
        "stacks": [[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11]],
    }[order]
    assert grids == expected
    for page, grid in enumerate(grids, start=1):
        for place, at in enumerate(grid, start=1):
            assert (report.outcomes[at].page, report.outcomes[at].place) == (page, place)


def test_parts_depend_on_order_and_items_alone(solved_order, some_items) -> None:
    items = some_items(60)
    solved = solved_order(60, part_labels=24)
    assert [len(solved.order.labels_of_part(i)) for i in range(3)] == [24, 24, 12]
    second = [items[at] for at in solved.order.labels_of_part(1)]
    first_try, report = made(solved, second, 1)
    again, _ = made(solved_order(60, part_labels=24), second, 1)
    assert first_try == again
    assert report.byte_count == len(again)
    with pytest.raises(BulkError, match="has 24 labels, not 12"):
        made(solved, items[:12], 1)
    with pytest.raises(BulkError, match="parts 0 to 2"):
        made(solved, items[:12], 3)


def test_serial_and_number_stand_on_the_label_as_text(solved_order, some_items) -> None:
    items = some_items(2)
    data, _ = made(solved_order(2, text=LabelText("云岭春 茉莉花茶")), items)
    text = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
    for item in items:
        assert " ".join(re.findall("....", item.serial)[:3]) in text
        assert item.label_number in text
    assert "茉莉花茶" in text
    assert "1 / 1" in text


def test_a_zip_holds_one_svg_per_code_with_one_path_of_modules(solved_order, some_items) -> None:
    items = some_items(3)
    for modules in SHAPES:
        solved = solved_order(3, Design(modules=modules), format=BulkFormat.ZIP)
        data, report = made(solved, items)
        archive = zipfile.ZipFile(io.BytesIO(data))
        assert archive.testzip() is None
        assert archive.namelist() == [outcome.file for outcome in report.outcomes]
        for name in archive.namelist():
            drawing = ElementTree.fromstring(archive.read(name))
            paths = drawing.findall("{http://www.w3.org/2000/svg}path")
            assert len(paths) <= 3  # ground, finders, modules
            assert drawing.get("width").endswith("mm")


def test_an_svg_part_holds_one_sheet_per_page(solved_order, some_items) -> None:
    solved = solved_order(30, format=BulkFormat.SVG)
    data, report = made(solved, some_items(30))
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.namelist() == ["sheet-000001.svg", "sheet-000002.svg"]
    assert report.outcomes[29].file == "sheet-000002.svg"
    assert 'width="210mm" height="297mm"' in archive.read("sheet-000001.svg").decode()


def test_modules_as_rows_are_the_symbol_of_another_encoder(solved_order, some_items) -> None:
    items = some_items(3)
    solved = solved_order(3, format=BulkFormat.CSV)
    data, _ = made(solved, items)
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    level = qrcodegen.QrCode.Ecc.LOW
    for row, item in zip(rows, items, strict=True):
        bits = np.array([list(bytes.fromhex(line)) for line in row["modules"].split("/")], np.uint8)
        side = 17 + 4 * int(row["version"])
        modules = np.unpackbits(bits, axis=1)[:, :side]
        picture = np.kron(np.where(np.pad(modules, 4), 0, 255).astype(np.uint8), np.ones((4, 4)))
        (barcode,) = zxingcpp.read_barcodes(picture.astype(np.uint8))
        assert barcode.text == row["payload"] == solved.order.template.payload(item.serial)
        segments = qrcodegen.QrSegment.make_segments(row["payload"])
        other = qrcodegen.QrCode.encode_segments(
            segments, level, int(row["version"]), int(row["version"]), int(row["mask"]), False
        )
        ring = [other.get_module(x, y) for y in range(7) for x in range(7)]
        assert modules[:7, :7].reshape(-1).astype(bool).tolist() == ring


def test_a_code_that_does_not_read_is_rolled_again_and_then_listed_not_printed(
    solved_order, some_items, monkeypatch, pdf_pages
) -> None:
    items = some_items(6)
    solved = solved_order(6)
    honest = gate.reads_as
    tries = {}
    worst, unlucky = items[1], items[4]

    def failing(picture, payload):
        tries[payload] = tries.get(payload, 0) + 1
        if payload.endswith(worst.serial):
            return False
        if payload.endswith(unlucky.serial) and tries[payload] == 1:
            return False
        return honest(picture, payload)

    monkeypatch.setattr(gate, "reads_as", failing)
    data, report = made(solved, items)
    assert report.failed == (worst,)
    assert (report.decoded, report.rerolled) == (5, 1)
    assert report.outcomes[4].way is Way.REROLLED
    assert tries[solved.order.template.payload(worst.serial)] == 1 + 7 + 1
    kept = [item for item in items if item is not worst]
    assert texts_of(pdf_pages(data, 150)) == payloads(solved, kept)
    assert (report.outcomes[1].page, report.outcomes[1].place) == (0, 0)


def test_the_gate_sees_the_picture_not_the_matrix(solved_order, some_items) -> None:
    solved = solved_order(1)
    (item,) = some_items(1)
    payload = solved.order.template.payload(item.serial)
    modules = solved.art.batch([item.serial]).modules
    (picture,) = gate.pictures(solved, modules)
    assert gate.reads_as(picture, payload)
    assert not gate.reads_as(picture, payload[:-1] + "?")
    picture = picture.copy()
    middle = picture.shape[0] // 2
    picture[middle - 45 : middle + 45, middle - 45 : middle + 45] = 255
    assert not gate.reads_as(picture, payload)
    assert not gate.reads_as(np.full((50, 50), 255, np.uint8), payload)


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.key)
def test_the_gate_sees_what_the_drawing_draws(preset, solved_order, some_items) -> None:
    is_seal = preset.design.logo is not None
    level, fidelity = (ErrorLevel.Q, 0.6) if is_seal else (ErrorLevel.L, 0.95)
    brief = ArtBrief(design=preset.design, level=level, fidelity=fidelity)
    solved = solved_order(1, brief=brief, gate=GatePolicy(pixels_per_module=10))
    symbol = symbols_of(solved, [some_items(1)[0].serial])[0]
    (picture,) = gate.pictures(solved, symbol.modules[None])
    drawn = cv2.cvtColor(bare_picture(solved, symbol, 10), cv2.COLOR_BGR2GRAY)
    differs = cv2.absdiff(picture, drawn)
    assert differs.mean() < 1.5
    # Nothing but rims of shapes differs.
    assert not cv2.erode((differs > 60).astype(np.uint8), np.ones((3, 3), np.uint8)).any()


def test_a_logo_in_the_middle_is_above_the_modules_and_read_through(
    solved_order, some_items, pdf_pages
) -> None:
    design = next(p.design for p in presets() if p.key == "seal")
    brief = ArtBrief(design=design, level=ErrorLevel.Q, fidelity=0.6)
    items = some_items(4)
    solved = solved_order(4, brief=brief)
    assert solved.over
    data, report = made(solved, items)
    assert report.decoded == 4
    assert texts_of(pdf_pages(data, 200)) == payloads(solved, items)


def test_a_picture_lies_under_all_codes_once_and_each_of_them_reads(
    some_items, template, pdf_pages, needs_program
) -> None:
    across, down = np.meshgrid(np.arange(240), np.arange(240))
    picture = np.dstack(
        [120 + 90 * np.sin(across / 40), 140 + 80 * np.cos(down / 55), across * 0.9]
    )
    bgr = picture.astype(np.uint8)
    artwork = Artwork(bgr, np.full(bgr.shape[:2], 255, np.uint8))
    brief = ArtBrief(style=ArtStyle.BASE)
    items = some_items(8)
    solved = solve(BulkOrder(brief, template, parse_layout("a4"), 8), artwork)
    data, report = made(solved, items)
    assert report.decoded == 8
    assert texts_of(pdf_pages(data, 250)) == payloads(solved, items)
    reader = pypdf.PdfReader(io.BytesIO(data))
    images = [o for o in map(reader.get_object, range(1, len(reader.xref[0]))) if is_image(o)]
    assert len(images) == 1
    # What is certified is what is printed: the page agrees with the picture that is judged.
    symbol = symbols_of(solved, [items[0].serial])[0]
    judged = cv2.cvtColor(bare_picture(solved, symbol, 8), cv2.COLOR_BGR2GRAY)
    page = pdf_pages(data, 600)[0]
    layout, plan = solved.order.layout, solved.plan
    left, top = (corner * 600 / 25.4 for corner in layout.label_corner_mm(0))
    x, y = left + plan.left_mm * 600 / 25.4, top + plan.top_mm * 600 / 25.4
    side = solved.under.box.width * plan.module_mm * 600 / 25.4
    seen = page[round(y) : round(y + side), round(x) : round(x + side)]
    seen = cv2.resize(seen, judged.shape[::-1], interpolation=cv2.INTER_AREA)
    assert np.corrcoef(seen.reshape(-1), judged.reshape(-1))[0, 1] > 0.95


def is_image(found) -> bool:
    return isinstance(found, dict) and found.get("/Subtype") == "/Image"


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"quantity": 0}, BulkError, "1 to 10,000,000"),
        ({"quantity": 10_000_001}, BulkError, "split it"),
        ({"part_labels": 0}, BulkError, "1 to 50,000"),
        ({"part_labels": 50_001}, BulkError, "1 to 50,000"),
    ],
)
def test_an_order_out_of_range_is_refused(change, error, words, solved_order) -> None:
    with pytest.raises(error, match=words):
        replace(solved_order(4).order, **change)


@pytest.mark.parametrize(
    ("layout", "words"),
    [("roll:label=12x8", "which needs"), ("roll:label=15x11", "for its text")],
)
def test_a_label_too_small_for_code_or_text_is_refused(layout, words, solved_order) -> None:
    with pytest.raises(SheetError, match=words):
        solved_order(4, None, layout)


def test_parts_too_large_for_memory_are_refused_with_the_largest_that_works(
    solved_order,
) -> None:
    with pytest.raises(BulkError, match="at most 4,787 labels"):
        solved_order(
            40_000,
            None,
            "a4:label=150x150",
            brief=ArtBrief(version=40, fidelity=0.5),
            part_labels=40_000,
            text=LabelText("", False, False),
        )


@pytest.mark.parametrize("number", ["甲", "1" * 25, "a\nb"])
def test_a_label_number_that_is_not_printed_is_refused(number, solved_order, some_items) -> None:
    items = [BulkItem(some_items(1)[0].serial, number)]
    with pytest.raises(BulkError, match="label number"):
        made(solved_order(1), items)


def test_gate_policy_out_of_range_is_refused() -> None:
    for bad in ({"pixels_per_module": 2}, {"rerolls": 8}):
        with pytest.raises(BulkError, match="3 to 16"):
            GatePolicy(**bad)
