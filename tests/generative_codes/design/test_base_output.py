"""Codes on a picture in every format: read, measured and separated by other programs."""

import base64
import io
import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import cv2
import numpy as np
import pypdf
import pytest
import zxingcpp
from PIL import Image

from generative_codes.artwork import Artwork
from generative_codes.drawing import (
    Design,
    DesignError,
    Inks,
    PrintSpec,
    presets,
    to_eps,
    to_pdf,
    to_pixels,
    to_png,
    to_svg,
)
from generative_codes.drawing.colours import WHITE, Colour
from generative_codes.drawing.design import Finder, Finders, Frame, Logo, LogoShape
from generative_codes.drawing.dots import MOST_COLOURS, dots_of
from generative_codes.drawing.on_picture import on_picture
from generative_codes.halftone import BaseArt, BaseStyle, DotShape, compose, under_best_mask
from generative_codes.pdf_file import OutputCondition
from generative_codes.symbol import ErrorLevel, make_symbol

SVG = "{http://www.w3.org/2000/svg}"
MM_PER_PT = 25.4 / 72
PAYLOAD = "https://dj.example/c/7K3M9QXP2HTC5W8D"
DESIGNS = {preset.key: preset.design for preset in presets()}


def tea_hills() -> Artwork:
    """A sun over hills."""
    rows, columns = np.mgrid[:400, :400]
    picture = np.empty((400, 400, 3), np.uint8)
    picture[:] = np.stack((235 - rows / 6, 228 - rows / 8, 244 + 0 * rows), axis=2)
    cv2.circle(picture, (270, 110), 62, (48, 92, 214), -1, cv2.LINE_AA)
    for layer, colour in enumerate(((150, 178, 140), (104, 140, 92), (66, 104, 48))):
        picture[rows > 210 + 52 * layer + 22 * np.sin(columns / 60 + 1.9 * layer)] = colour
    return Artwork(picture, np.full((400, 400), 255, np.uint8))


HILLS = tea_hills()
SYMBOL = under_best_mask(make_symbol(PAYLOAD, ErrorLevel.H, 6), HILLS)
SIDE = 41


def art_of(design: Design, style: BaseStyle | None = None, pixels: int = 12) -> BaseArt:
    return compose(SYMBOL, HILLS, style, pixels, ink=design.ink.rgb, paper=design.light.rgb)


def test_every_preset_on_a_picture_is_read_from_pixels_at_every_size(preset, grey) -> None:
    # Whatever the size: zxing-cpp takes its thresholds from blocks of 8 pixels.
    art = art_of(preset.design)
    for pixels in range(3, 15):
        found = zxingcpp.read_barcodes(grey(to_pixels(art, preset.design, pixels)))
        assert [code.text for code in found] == [PAYLOAD], pixels


def test_nothing_on_a_picture_is_lighter_than_its_tinted_paper() -> None:
    kraft = DESIGNS["kraft"]
    art = art_of(kraft)
    paper = np.array(list(bytes.fromhex(kraft.light.rgb[1:]))[::-1])
    assert (art.picture <= paper).all()
    assert (art.dot_colours <= paper).all()
    rows, columns = art.dot_modules_rc.T
    light = art.dot_colours[~SYMBOL.modules[rows, columns]]
    assert (light >= np.minimum(np.floor(255 * art.style.light_min), paper)).all()
    # On white paper there is nothing to hold back: some dots are white.
    assert art_of(DESIGNS["label"]).dot_colours.max() == 255


def test_every_preset_on_a_picture_is_read_from_pdf(preset, pdf_pages, decode) -> None:
    (page,) = pdf_pages(to_pdf(art_of(preset.design), preset.design, PrintSpec(0.5)), 250)
    assert decode(page) == PAYLOAD.encode()


@pytest.mark.parametrize("inks", Inks)
def test_a_code_on_a_picture_is_read_from_eps_in_all_inks(
    inks, ghostscript, tmp_path, decode
) -> None:
    design = DESIGNS["ink"]
    eps = to_eps(art_of(design), design, PrintSpec(0.5, inks=inks)).encode("ascii")
    ghostscript(eps, "-sDEVICE=pnggray", "-r250", f"-sOutputFile={tmp_path / 'out.png'}")
    with Image.open(tmp_path / "out.png") as image:
        painted = np.asarray(image.convert("L"))
    # 49 modules of 0.5 mm; Ghostscript rounds the page up to whole pixels.
    assert painted.shape[0] / 250 * 25.4 == pytest.approx(24.5, abs=0.15)
    assert decode(painted) == PAYLOAD.encode()


@pytest.mark.parametrize("inks", Inks)
@pytest.mark.parametrize("module_mm", [0.33, 0.8])
def test_pdf_measures_right_within_a_tenth_of_a_millimetre(
    inks, module_mm, pdf_pages, decode
) -> None:
    design = Design()
    spec = PrintSpec(module_mm, bleed_mm=3, has_crop_marks=True, inks=inks)
    pdf = to_pdf(art_of(design), design, spec)
    box = pypdf.PdfReader(io.BytesIO(pdf), strict=True).pages[0].trimbox
    assert float(box.width) * MM_PER_PT == pytest.approx(49 * module_mm, abs=0.01)
    (page,) = pdf_pages(pdf, 600)
    inner = page[round(8 * 600 / 25.4) :, round(8 * 600 / 25.4) :]  # without the marks
    inner = inner[: -round(8 * 600 / 25.4), : -round(8 * 600 / 25.4)]
    for places in np.nonzero(inner < 200):
        extent_mm = (np.ptp(places) + 1) * 25.4 / 600
        assert extent_mm == pytest.approx(SIDE * module_mm, abs=0.1)
        assert places.min() * 25.4 / 600 == pytest.approx(4 * module_mm, abs=0.1)
    assert decode(page) == PAYLOAD.encode()


@pytest.mark.parametrize("make", [to_pdf, to_eps])
def test_black_alone_is_one_plate_with_the_picture_on_it(make, ghostscript) -> None:
    plates = {}
    design = DESIGNS["ink"]
    for inks in (Inks.BLACK, Inks.CMYK):
        made = make(art_of(design), design, PrintSpec(inks=inks))
        data = made if isinstance(made, bytes) else made.encode("ascii")
        report = ghostscript(data, "-sDEVICE=inkcov", "-sOutputFile=-")
        plates[inks] = [float(value) for value in report.split()[:4]]
    assert plates[Inks.BLACK][:3] == [0, 0, 0]
    assert plates[Inks.BLACK][3] > 0.3
    assert min(plates[Inks.CMYK]) > 0.05


def test_a_spot_colour_of_the_finders_is_its_own_plate_beside_the_picture(
    ghostscript, tmp_path
) -> None:
    gold = Colour("#3a2706", (40, 60, 100, 72), "Gold 871")
    design = Design(finders=Finders.all(Finder(ring_colour=gold, pupil_colour=gold)))
    pdf = to_pdf(art_of(design), design)
    space = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/ColorSpace"]["/S0"]
    assert space[1] == "/Gold 871"
    ghostscript(pdf, "-sDEVICE=tiffsep", "-r600", f"-sOutputFile={tmp_path / 'sep.tif'}")
    with Image.open(next(tmp_path.glob("sep*Gold*871*.tif"))) as plate:
        inked = (np.asarray(plate.convert("L")) < 128).mean()
    # Three rings and pupils of 24 + 9 modules on 49 x 49.
    assert inked == pytest.approx(3 * 33 / 49**2, abs=0.01)


def test_press_pdf_declares_its_condition_and_screen_pdf_nothing() -> None:
    art, design = art_of(Design()), Design()
    for spec, wanted in (
        (PrintSpec(), "FOGRA39"),
        (PrintSpec(condition=OutputCondition.JAPAN_COLOR_2011), "JC201103"),
        (PrintSpec(inks=Inks.BLACK), "FOGRA39"),
        (PrintSpec(inks=Inks.RGB), None),
        (PrintSpec(condition=OutputCondition.NONE), None),
    ):
        reader = pypdf.PdfReader(io.BytesIO(to_pdf(art, design, spec)), strict=True)
        intents = reader.trailer["/Root"].get("/OutputIntents")
        found = intents and intents[0].get_object()["/OutputConditionIdentifier"]
        assert found == wanted
        page = reader.pages[0]
        assert "/Group" not in page
        images = [image.get_object() for image in page["/Resources"]["/XObject"].values()]
        assert images
        for image in images:
            assert "/SMask" not in image
            assert image["/ColorSpace"] == (
                "/DeviceRGB" if spec.inks is Inks.RGB else "/DeviceCMYK"
            )


def painted_svg(text: str, pixels: int) -> np.ndarray:
    """BGR picture of an SVG of ours by OpenCV: images, paths of lines, groups of circles."""
    root = ElementTree.fromstring(text)
    left, top, width, height = map(int, root.get("viewBox").split())
    canvas = np.full((height * pixels, width * pixels, 3), 255, np.uint8)

    def fixed(x, y):
        return round(((x - left) * pixels - 0.5) * 16), round(((y - top) * pixels - 0.5) * 16)

    for element in root:
        fill = element.get("fill", "")
        paint = bytes.fromhex(fill[1:])[::-1] if fill.startswith("#") else b"\0\0\0"
        paint = tuple(int(channel) for channel in paint)
        if element.tag == f"{SVG}image":
            kind, data = element.get("href").split(";base64,")
            assert kind in {"data:image/png", "data:image/jpeg"}
            picture = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), 1)
            x, y, w, h = (float(element.get(key)) for key in ("x", "y", "width", "height"))
            x0, y0 = round((x - left) * pixels), round((y - top) * pixels)
            scaled = cv2.resize(picture, (round(w * pixels), round(h * pixels)))
            canvas[y0 : y0 + scaled.shape[0], x0 : x0 + scaled.shape[1]] = scaled
        elif element.tag == f"{SVG}g":
            for circle in element:
                x, y, r = (float(circle.get(key)) for key in ("cx", "cy", "r"))
                cv2.circle(canvas, fixed(x, y), round(r * pixels * 16), paint, -1, shift=4)
        elif element.tag == f"{SVG}path":
            loops = []
            for piece in element.get("d").split("z")[:-1]:
                points = []
                for letter, numbers in re.findall(r"([Mlc])([^Mlc]*)", piece):
                    values = np.array(numbers.split(), dtype=float).reshape(-1, 2)
                    if letter == "c":
                        a, (b, c, d) = points[-1], points[-1] + values
                        points += [
                            (1 - t) ** 3 * a
                            + 3 * t * (1 - t) ** 2 * b
                            + 3 * t * t * (1 - t) * c
                            + t**3 * d
                            for t in (0.2, 0.4, 0.6, 0.8, 1)
                        ]
                    else:
                        points.append(values[-1] if letter == "M" else points[-1] + values[-1])
                loops.append(np.array([fixed(x, y) for x, y in points], np.int32))
            cv2.fillPoly(canvas, loops, paint, shift=4)
    return canvas


@pytest.mark.parametrize("shape", DotShape)
def test_svg_is_read_small_and_has_one_element_per_ink(shape, decode) -> None:
    for key in ("ink", "touch-of-gold", "label"):
        design = DESIGNS[key]
        text = to_svg(art_of(design, BaseStyle(dot_shape=shape)), design, 0.5)
        assert decode(painted_svg(text, 8)) == PAYLOAD.encode()
        assert len(text) < 300_000
        root = ElementTree.fromstring(text)
        assert len(root.findall(f"{SVG}image")) == 1
        assert len(list(root)) <= 2 * MOST_COLOURS + 10
        circles = len(root.findall(f".//{SVG}circle"))
        assert (circles > 1000) == (shape is DotShape.ROUND)


def test_a_noisy_picture_stays_below_300_kilobytes() -> None:
    rng = np.random.default_rng(5)
    noise = cv2.resize(rng.integers(0, 256, (160, 160, 3), dtype=np.uint8), (640, 640))
    design = Design()
    art = compose(SYMBOL, Artwork(noise, np.full((640, 640), 255, np.uint8)), None, 12)
    assert len(to_svg(art, design)) < 300_000


def test_few_colours_keep_every_bound_and_are_near_the_wanted_ones() -> None:
    art = art_of(Design())
    dots = dots_of(art, np.zeros((SIDE, SIDE), bool))
    assert len(dots.colours) <= 2 * MOST_COLOURS
    painted = np.array([colour.channels for colour in dots.colours])[dots.colour_of] * 255
    dark = SYMBOL.modules[tuple(dots.cells_rc.T)]
    assert painted[dark].max() <= 255 * art.style.dark_max
    assert painted[~dark].min() >= 255 * art.style.light_min - 1e-9
    assert np.abs(painted - art.dot_colours[:, ::-1]).mean() < 4
    assert (dots.radii >= art.dot_radii - 1e-6).all()
    assert (dots.radii <= 0.5).all()
    assert len(np.unique(dots.radii)) <= 26


def test_logo_on_a_picture_is_free_of_dots_and_everything_else_stays(grey, decode) -> None:
    design = Design(logo=Logo(0.2, LogoShape.CIRCLE, 0.5, Colour("#b3261e"), "真", WHITE))
    pixels = 20
    art = art_of(design)
    drawn = to_pixels(art, design, pixels)[..., :3].astype(int)
    bare = to_pixels(art, replace(design, logo=None), pixels)[..., :3].astype(int)
    rows, columns = (np.indices(drawn.shape[:2]) + 0.5) / pixels - 24.5
    reach = np.hypot(rows, columns)
    radius = 0.1 * SIDE
    ring = drawn[(reach > radius + 0.1) & (reach < radius + 0.4)]
    assert (ring == 255).all()
    far = reach > radius + 1.6  # a dropped dot reaches half a module and a half diagonal
    # With some dots gone, the few colours of the others may be slightly different ones.
    assert np.abs(drawn - bare)[far].max() <= 8
    assert decode(grey(to_pixels(art, design, 8))) == PAYLOAD.encode()


def test_frame_ground_and_quiet_zone_are_the_designs(grey, decode) -> None:
    light = Colour("#fbf9f4")
    design = Design(light=light, quiet_zone_modules=6, frame=Frame("扫码", radius_modules=0))
    drawn = to_pixels(art_of(design), design, 8)
    quiet = drawn[8 : 8 * 7, 8 : 8 + 8 * 53, :3]
    assert (quiet == [0xFB, 0xF9, 0xF4]).all()
    assert decode(grey(drawn)) == PAYLOAD.encode()
    clear = replace(design, frame=None, is_transparent=True)
    drawn = to_pixels(art_of(clear), clear, 8)
    assert (drawn[: 8 * 6, :, 3] == 0).all()
    assert (drawn[8 * 6 : -8 * 6, 8 * 6 : -8 * 6, 3] == 255).all()


def test_png_has_the_ordered_size_at_any_resolution(decode, grey) -> None:
    for module_mm, dpi in ((0.4, 300), (0.5, 150), (1.0, 600)):
        data = to_png(art_of(Design()), Design(), module_mm, dpi)
        with Image.open(io.BytesIO(data)) as image:
            size_mm = image.width / image.info["dpi"][0] * 25.4
        assert size_mm == pytest.approx(49 * module_mm, abs=0.1)
        assert decode(grey(data)) == PAYLOAD.encode()


def test_light_finders_are_deepened_beside_a_picture_and_a_light_spot_ink_is_refused() -> None:
    deep = on_picture(DESIGNS["touch-of-gold"])
    for finder in (deep.finders.top_left, deep.finders.top_right, deep.finders.bottom_left):
        red, green, blue = finder.ring_colour.channels
        assert 0.299 * red + 0.587 * green + 0.114 * blue <= 0.17
        assert red > green > blue  # still gold
    assert on_picture(DESIGNS["ink"]) == DESIGNS["ink"]
    spot = Colour("#6b470c", (32, 60, 100, 45), "Gold 871")
    with pytest.raises(DesignError, match="nearest that works") as refusal:
        to_svg(art_of(Design()), Design(finders=Finders.all(Finder(ring_colour=spot))))
    assert refusal.value.path == "finders.top_left.ring_colour"


def test_files_depend_on_their_input_alone() -> None:
    design = DESIGNS["seal"]
    for make in (to_svg, to_png, to_pdf, to_eps):
        assert make(art_of(design), design) == make(art_of(design), design)


@pytest.mark.e2e
def test_chromium_paints_a_readable_svg(tmp_path, decode) -> None:
    from playwright.sync_api import sync_playwright

    design = DESIGNS["touch-of-gold"]
    (tmp_path / "code.svg").write_text(to_svg(art_of(design), design, 1.0), encoding="utf-8")
    flags = ["--no-sandbox"] if sys.platform == "linux" else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        page = browser.new_page(viewport={"width": 400, "height": 400}, device_scale_factor=3)
        page.goto((tmp_path / "code.svg").as_uri())
        shot = page.screenshot()
        browser.close()
    picture = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
    # 41 modules of 1 mm at 96 x 3 dpi, from the outermost ink to the outermost ink.
    columns = np.flatnonzero((picture.min(axis=2) < 150).any(axis=0))
    assert (np.ptp(columns) + 1) / (96 * 3) * 25.4 == pytest.approx(41, abs=0.1)
    assert decode(picture) == PAYLOAD.encode()
