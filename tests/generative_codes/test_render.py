"""Real sizes, measured by other programs; pictures, read by another decoder."""

import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_numpy
from PIL import Image

from generative_codes.errors import StyleError
from generative_codes.outline import trace_loops
from generative_codes.render import PlainStyle, reflectance, to_pdf, to_png, to_raster, to_svg
from generative_codes.symbol import ErrorLevel, make_symbol

PAYLOAD = "https://dj.example/01/06951234567892/21/7K3M9QXP2HTC5W8DNA4F"
SVG = "{http://www.w3.org/2000/svg}"


def paint_even_odd(loops, shape, scale: int) -> np.ndarray:
    """Even-odd fill by parity of the vertical edges to the left of each pixel centre."""
    height, width = shape
    parity = np.zeros((height * scale, width * scale), dtype=int)
    for loop in loops:
        for (x0, y0), (x1, y1) in zip(loop, [*loop[1:], loop[0]], strict=True):
            if x0 == x1:
                top, bottom = sorted((round(y0 * scale), round(y1 * scale)))
                parity[top:bottom, round(x0 * scale) :] += 1
    return parity % 2 == 1


def svg_loops(path: str):
    """Loops of a path made of M, H, V and z."""
    loops = []
    for piece in path.split("z")[:-1]:
        tokens = re.findall(r"([MHV])(-?\d+)(?: (-?\d+))?", piece)
        assert "".join(a + b + (" " + c if c else "") for a, b, c in tokens) == piece
        x = y = 0
        loop = []
        for letter, first, second in tokens:
            x = int(first) if letter in "MH" else x
            y = int(second) if letter == "M" else int(first) if letter == "V" else y
            loop.append((x, y))
        loops.append(loop)
    return loops


@settings(max_examples=100, deadline=None)
@given(hypothesis_numpy.arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_outline_covers_exactly_the_dark_cells(dark) -> None:
    loops = trace_loops(dark)
    np.testing.assert_array_equal(paint_even_odd(loops, dark.shape, 1), dark)
    for loop in loops:
        edges = list(zip(loop, [*loop[1:], loop[0]], strict=True))
        assert all((x0 == x1) != (y0 == y1) for (x0, y0), (x1, y1) in edges)


def test_outline_of_nothing_is_empty() -> None:
    assert trace_loops(np.zeros((3, 3), dtype=bool)) == []


def test_outline_of_a_ring_has_an_outer_and_an_inner_loop() -> None:
    ring = np.ones((3, 3), dtype=bool)
    ring[1, 1] = False
    loops = trace_loops(ring)
    assert sorted(map(len, loops)) == [4, 4]


@pytest.mark.parametrize("level", ErrorLevel)
def test_svg_is_one_path_that_paints_the_code(level, decode) -> None:
    symbol = make_symbol(PAYLOAD, level)
    root = ElementTree.fromstring(to_svg(symbol, PlainStyle(module_mm=0.4)))
    paths = root.findall(f"{SVG}path")
    assert len(paths) == 1
    assert paths[0].get("fill-rule") == "evenodd"
    side = symbol.size_modules
    assert root.get("width") == f"{(side + 8) * 0.4:.4f}".rstrip("0").rstrip(".") + "mm"
    assert root.get("viewBox") == f"-4 -4 {side + 8} {side + 8}"
    painted = paint_even_odd(svg_loops(paths[0].get("d")), (side, side), 4)
    np.testing.assert_array_equal(painted, to_raster(symbol, 4, 0) == 0)
    picture = np.where(np.pad(painted, 16), 0, 255).astype(np.uint8)
    assert decode(picture) == PAYLOAD.encode()


@pytest.mark.parametrize(
    ("module_mm", "dpi", "pixels"),
    [(0.5, 300, 6), (0.5, 304.8, 6), (0.254, 200, 2), (1.0, 600, 24), (0.33, 1200, 16)],
)
def test_png_has_whole_pixels_and_the_resolution_that_gives_the_size(
    module_mm, dpi, pixels, decode
) -> None:
    symbol = make_symbol(PAYLOAD, ErrorLevel.Q)
    data = to_png(symbol, PlainStyle(module_mm=module_mm), dpi)
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        per_mm = image.info["dpi"][0] / 25.4
        picture = np.asarray(image.convert("L"))
    modules = symbol.size_modules + 8
    assert picture.shape == (modules * pixels, modules * pixels)
    assert picture.shape[0] / per_mm == pytest.approx(modules * module_mm, abs=0.01)
    assert set(np.unique(picture)) == {0, 255}
    assert decode(picture) == PAYLOAD.encode()


def test_png_carries_the_colours(decode) -> None:
    symbol = make_symbol(PAYLOAD)
    data = to_png(symbol, PlainStyle(dark="#1a237e", light="#fff8e1"), 300)
    with Image.open(io.BytesIO(data)) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors()}
    assert colours == {(0x1A, 0x23, 0x7E), (0xFF, 0xF8, 0xE1)}


def test_png_with_less_than_two_pixels_per_module_is_refused() -> None:
    with pytest.raises(StyleError, match="take at least 254 dpi"):
        to_png(make_symbol("1"), PlainStyle(module_mm=0.2), 150)
    with pytest.raises(StyleError, match="0 pixels"):
        to_png(make_symbol("1"), PlainStyle(), -300)


def test_raster_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(StyleError, match="20000 is the limit"):
        to_raster(make_symbol("1"), 1000)


@pytest.mark.parametrize("module_mm", [0.25, 0.5, 0.847, 2.0])
@pytest.mark.parametrize("dpi", [600, 433])
def test_pdf_measures_right_within_a_tenth_of_a_millimetre(
    module_mm, dpi, pdf_pages, decode
) -> None:
    symbol = make_symbol(PAYLOAD, ErrorLevel.M)
    style = PlainStyle(module_mm=module_mm)
    (page,) = pdf_pages(to_pdf(symbol, style), dpi)
    rows, columns = np.nonzero(page < 128)
    mm_per_pixel = 25.4 / dpi
    expected = symbol.size_modules * module_mm
    assert (np.ptp(rows) + 1) * mm_per_pixel == pytest.approx(expected, abs=0.1)
    assert (np.ptp(columns) + 1) * mm_per_pixel == pytest.approx(expected, abs=0.1)
    assert rows.min() * mm_per_pixel == pytest.approx(4 * module_mm, abs=0.1)
    assert columns.min() * mm_per_pixel == pytest.approx(4 * module_mm, abs=0.1)
    assert page.shape[0] * mm_per_pixel == pytest.approx(expected + 8 * module_mm, abs=0.1)
    assert decode(page) == PAYLOAD.encode()


def test_pdf_shows_no_seams_between_modules(pdf_pages) -> None:
    symbol = make_symbol(PAYLOAD, ErrorLevel.M, mask=0)
    dpi, module_mm = 317, 0.5  # 6.24 pixels per module: edges fall between pixels
    (page,) = pdf_pages(to_pdf(symbol, PlainStyle(module_mm=module_mm)), dpi)
    per_module = module_mm * dpi / 25.4
    first = round(6 * per_module) + 2  # the 3 x 3 heart of the finder, away from its edge
    last = round(9 * per_module) - 2
    assert page[first:last, first:last].max() <= 40
    assert np.ptp(page[first:last, first:last].astype(int)) == 0


def page_operators(pdf: bytes) -> list[str]:
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data().decode().split("\n")


def test_pdf_black_is_k_alone_and_no_other_colour_is_set() -> None:
    operators = page_operators(to_pdf(make_symbol(PAYLOAD)))
    colours = [line for line in operators if re.search(r" (k|K|g|G|rg|RG|cs|sc|scn)$", line)]
    assert colours == ["0 0 0 1 k"]


def test_pdf_depends_on_its_input_alone() -> None:
    symbol = make_symbol(PAYLOAD)
    assert to_pdf(symbol) == to_pdf(make_symbol(PAYLOAD))
    assert to_pdf(symbol) != to_pdf(symbol, PlainStyle(module_mm=0.6))


def test_pdf_is_well_formed_for_a_strict_reader() -> None:
    reader = pypdf.PdfReader(io.BytesIO(to_pdf(make_symbol(PAYLOAD))), strict=True)
    assert len(reader.pages) == 1
    assert reader.metadata.title == "QR Code"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"dark": "#777777", "light": "#999999"}, "readers need 55 %"),
        ({"dark": "#ffffff", "light": "#000000"}, "Swap the two colours"),
        ({"dark": "#ffcc00"}, "nearest that works on this ground is #"),
        ({"dark": "#000000", "light": "#808080"}, "Even black is too close"),
        ({"dark": "black"}, "#rrggbb"),
        ({"dark": '#000"/>'}, "#rrggbb"),
        ({"quiet_zone_modules": 2}, "asks for 4"),
        ({"module_mm": 0.0}, "cannot be printed"),
        ({"module_mm": float("nan")}, "cannot be printed"),
    ],
)
def test_style_that_scanners_miss_is_refused_with_the_reason(arguments, words) -> None:
    with pytest.raises(StyleError, match=words):
        PlainStyle(**arguments)


def test_proposed_colour_is_accepted() -> None:
    with pytest.raises(StyleError) as refusal:
        PlainStyle(dark="#ffcc00")
    proposed = re.search(r"works on this ground is (#[0-9a-f]{6})", str(refusal.value)).group(1)
    assert PlainStyle(dark=proposed).dark == proposed


def test_reflectance_is_that_of_iec_61966() -> None:
    assert reflectance("#ffffff") == pytest.approx(1.0)
    assert reflectance("#000000") == 0.0
    assert reflectance("#777777") == pytest.approx(0.1845, abs=1e-3)
