"""Designed codes are read by zxing-cpp; their sizes and inks are measured by other programs."""

import io
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import cv2
import numpy as np
import pypdf
import pytest
from PIL import Image

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
from generative_codes.drawing.design import (
    AlignmentShape,
    Caption,
    CornerShape,
    Finder,
    Finders,
    Frame,
    Logo,
    LogoShape,
    Modules,
    ModuleShape,
    Side,
)
from generative_codes.render import to_raster
from generative_codes.symbol import ErrorLevel, make_symbol

MM_PER_PT = 25.4 / 72
SVG = "{http://www.w3.org/2000/svg}"
BY_KEY = {preset.key: preset.design for preset in presets()}


def ink_ops(pdf: bytes) -> list[str]:
    """Every operator of the page that sets or paints a colour."""
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data().decode()
    return re.findall(r"^.*\b(?:k|K|g|G|rg|RG|cs|CS|scn|SCN|sh|Do)$", page, re.MULTILINE)


@pytest.mark.parametrize("pixels_per_module", [3, 4, 12])
def test_preset_is_read_from_pixels(preset, pixels_per_module, symbol, grey, decode, payload):
    picture = grey(to_pixels(symbol, preset.design, pixels_per_module))
    assert decode(picture) == payload.encode()


@pytest.mark.parametrize("level", ErrorLevel)
@pytest.mark.parametrize("characters", [20, 90, 180])
def test_preset_is_read_at_every_level_and_several_versions(
    preset, level, characters, grey, decode
) -> None:
    text = ("https://dj.example/" + "k3M9QxP2" * 30)[:characters]
    symbol = make_symbol(text, level)
    design = preset.design
    try:
        picture = to_pixels(symbol, design, 4)
    except DesignError as refusal:
        assert refusal.path.startswith("logo")  # noqa: PT017 - either read or refused
        picture = to_pixels(symbol, replace(design, logo=None), 4)
    assert decode(grey(picture)) == text.encode()


def test_gallery_needs_no_warning_and_opencv_reads_it(preset, payload, grey) -> None:
    assert preset.design.warnings == ()
    found = 0
    for mask in range(4):
        symbol = make_symbol(payload, ErrorLevel.Q, mask=mask)
        picture = grey(to_pixels(symbol, preset.design, 6))
        found += cv2.QRCodeDetector().detectAndDecode(picture)[0] == payload
    assert found >= 2


@pytest.mark.parametrize("ring", CornerShape)
def test_rings_without_square_corners_carry_a_warning(ring, payload, grey) -> None:
    """OpenCV's detector, seen from the front: square is read, round and rounded are not.

    It reads leaf from the front; on the tilted half of the simulated grid it does not.
    """
    design = Design(finders=Finders.all(Finder(ring, CornerShape.SQUARE)))
    found = 0
    for level in ErrorLevel:
        symbol = make_symbol(payload, level)
        picture = grey(to_pixels(symbol, design, 6))
        found += cv2.QRCodeDetector().detectAndDecode(picture)[0] == payload
    assert any("OpenCV" in warning for warning in design.warnings) == (ring != CornerShape.SQUARE)
    if ring is not CornerShape.LEAF:
        assert (found >= 3) == (ring is CornerShape.SQUARE)


def test_preset_is_read_from_png_at_300_dpi(preset, symbol, grey, decode, payload) -> None:
    assert decode(grey(to_png(symbol, preset.design, 0.4, 300))) == payload.encode()


def test_preset_is_read_from_pdf(preset, symbol, pdf_pages, decode, payload) -> None:
    (page,) = pdf_pages(to_pdf(symbol, preset.design, PrintSpec(0.5)), 200)
    assert decode(page) == payload.encode()


@pytest.mark.parametrize("key", ["ink", "touch-of-gold", "gilt", "label"])
def test_preset_is_read_from_eps(key, symbol, ghostscript, tmp_path, decode, payload) -> None:
    eps = to_eps(symbol, BY_KEY[key], PrintSpec(0.5)).encode("ascii")
    ghostscript(eps, "-sDEVICE=pnggray", "-r200", f"-sOutputFile={tmp_path / 'out.png'}")
    with Image.open(tmp_path / "out.png") as image:
        assert decode(np.asarray(image.convert("L"))) == payload.encode()


@pytest.mark.parametrize("shape", [shape for shape in ModuleShape if shape != ModuleShape.PATH])
@pytest.mark.parametrize("corner", CornerShape)
def test_every_shape_is_read(shape, corner, symbol, grey, decode, payload) -> None:
    design = Design(modules=Modules(shape), finders=Finders.all(Finder(corner, corner)))
    assert decode(grey(to_pixels(symbol, design, 4))) == payload.encode()


@pytest.mark.parametrize("alignment", AlignmentShape)
@pytest.mark.parametrize("shape", LogoShape)
def test_every_alignment_and_logo_shape_is_read(
    alignment, shape, symbol, grey, decode, payload
) -> None:
    design = Design(alignment=alignment, logo=Logo(0.2, shape, 0.5, Colour("#12704a"), "真", WHITE))
    assert decode(grey(to_pixels(symbol, design, 5))) == payload.encode()


def test_plain_squares_equal_the_plain_renderer_pixel_by_pixel(symbol) -> None:
    for pixels in (2, 3, 8):
        painted = to_pixels(symbol, Design(), pixels)
        assert (painted[:, :, 3] == 255).all()
        for channel in range(3):
            np.testing.assert_array_equal(painted[:, :, channel], to_raster(symbol, pixels))


def test_dots_cover_pi_quarters_of_their_cells(symbol) -> None:
    design = Design(modules=Modules(ModuleShape.DOT), alignment=AlignmentShape.MODULES)
    pixels = 9
    dark = 1 - to_pixels(symbol, design, pixels)[:, :, 0] / 255.0
    cells = dark.reshape(45, pixels, 45, pixels).mean(axis=(1, 3))[4:-4, 4:-4]
    is_dot = symbol.modules.copy()
    is_dot[:7, :7] = is_dot[:7, -7:] = is_dot[-7:, :7] = False
    np.testing.assert_allclose(cells[is_dot], np.pi / 4, atol=0.003)
    is_light = ~symbol.modules
    assert cells[is_light].max() < 1e-6


def test_connected_modules_join_edges_and_part_at_corners(symbol) -> None:
    design = Design(modules=Modules(ModuleShape.CONNECTED), alignment=AlignmentShape.MODULES)
    pixels = 16
    dark = to_pixels(symbol, design, pixels)[:, :, 0] < 128
    modules = np.pad(symbol.modules, 4)
    pairs = crossings = 0
    for y in range(11, 34):
        for x in range(12, 33):
            if modules[y, x] and modules[y, x + 1]:
                edge = dark[y * pixels + 8, (x + 1) * pixels - 1 : (x + 1) * pixels + 1]
                assert edge.all()
                pairs += 1
            square = modules[y : y + 2, x : x + 2]
            if (square == [[True, False], [False, True]]).all():
                middle = dark[
                    (y + 1) * pixels - 1 : (y + 1) * pixels + 1,
                    (x + 1) * pixels - 1 : (x + 1) * pixels + 1,
                ]
                assert not middle.any()
                crossings += 1
    assert pairs > 50
    assert crossings > 5


def svg_polygons(path: str) -> list[np.ndarray]:
    """Loops of a path of M, relative l and c, z; curves as eight chords."""
    loops = []
    for piece in path.split("z")[:-1]:
        tokens = re.findall(r"([Mlc])([^Mlc]*)", piece)
        assert "".join(a + b for a, b in tokens) == piece
        points = []
        for letter, text in tokens:
            values = np.array(text.split(), dtype=float).reshape(-1, 2)
            if letter == "M":
                points.append(values[0])
            elif letter == "l":
                points.append(points[-1] + values[0])
            else:
                a, (b, c, d) = points[-1], points[-1] + values
                points += [
                    (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d
                    for t in np.arange(1, 9) / 8
                ]
        loops.append(np.array(points))
    return loops


def paint_svg(text: str, pixels: int) -> np.ndarray:
    """Grey picture of an SVG of ours by OpenCV; a gradient counts as its darkest stop."""
    root = ElementTree.fromstring(text)
    left, top, width, height = map(int, root.get("viewBox").split())
    picture = np.full((height * pixels, width * pixels), 255, np.uint8)
    for path in root.findall(f"{SVG}path"):
        assert path.get("fill-rule") == "evenodd"
        fill = path.get("fill")
        red, green, blue = (0, 0, 0) if fill.startswith("url") else bytes.fromhex(fill[1:])
        loops = [
            np.rint(((loop - [left, top]) * pixels - 0.5) * 16).astype(np.int32)
            for loop in svg_polygons(path.get("d"))
        ]
        grey = round(0.299 * red + 0.587 * green + 0.114 * blue)
        cv2.fillPoly(picture, loops, grey, shift=4)
    return picture


def test_svg_of_a_preset_is_read_and_has_one_path_per_fill(preset, symbol, decode, payload) -> None:
    text = to_svg(symbol, preset.design, 0.4)
    assert decode(paint_svg(text, 8)) == payload.encode()
    root = ElementTree.fromstring(text)
    inks = [path.get("fill") for path in root.findall(f"{SVG}path")]
    grounds = {preset.design.light.rgb}
    # A border lies below the ground and the ink above it, even if they are alike.
    borders = 0 if preset.design.frame is None else 1
    assert len(set(inks[borders:])) == len(inks[borders:])
    assert grounds <= set(inks)
    modules = int(root.get("viewBox").split()[2])
    assert root.get("width") == f"{modules * 0.4:.3f}".rstrip("0").rstrip(".") + "mm"


def test_svg_gradients_are_definitions_in_module_units(symbol) -> None:
    linear = ElementTree.fromstring(to_svg(symbol, BY_KEY["gilt"])).find(f".//{SVG}linearGradient")
    # 45 degrees over a side of 37: from corner to corner.
    assert [linear.get(key) for key in ("x1", "y1", "x2", "y2")] == ["0", "0", "37", "37"]
    assert len(linear.findall(f"{SVG}stop")) == 3
    radial = ElementTree.fromstring(to_svg(symbol, BY_KEY["porcelain"])).find(
        f".//{SVG}radialGradient"
    )
    assert radial.get("gradientUnits") == "userSpaceOnUse"
    assert float(radial.get("r")) == pytest.approx(37 / 2**0.5, abs=0.001)


def test_seal_in_the_colour_of_the_ground_is_cut_out(symbol) -> None:
    root = ElementTree.fromstring(to_svg(symbol, BY_KEY["seal"]))
    fills = [path.get("fill") for path in root.findall(f"{SVG}path")]
    assert fills == ["#fbf9f4", "#15171c", "#b3261e"]
    pixels = to_pixels(symbol, BY_KEY["seal"], 20)[:, :, :3]
    seal = pixels[19 * 20 : 26 * 20, 19 * 20 : 26 * 20].reshape(-1, 3)
    shares = [(seal == colour).all(axis=1).mean() for colour in ([251, 249, 244], [179, 38, 30])]
    assert 0.1 < shares[0] < 0.4
    assert 0.4 < shares[1] < 0.8


def test_names_with_markup_stay_text(symbol) -> None:
    text = to_svg(symbol, Design(name='"><script>&'))
    assert ElementTree.fromstring(text).get("aria-label") == '"><script>&'


@pytest.mark.parametrize(("module_mm", "dpi"), [(0.25, 600), (1.0, 219)])
def test_png_has_the_ordered_size(module_mm, dpi, preset, symbol) -> None:
    with Image.open(io.BytesIO(to_png(symbol, preset.design, module_mm, dpi))) as image:
        per_mm = image.info["dpi"][0] / 25.4
        pixels = round(module_mm * dpi / 25.4)
        assert image.width % pixels == 0
        assert image.width / per_mm == pytest.approx(image.width / pixels * module_mm, abs=0.1)


def test_png_with_less_than_two_pixels_per_module_is_refused(symbol) -> None:
    with pytest.raises(DesignError, match="take at least 254 dpi"):
        to_png(symbol, Design(), 0.2, 150)
    with pytest.raises(DesignError, match=r"nearest: 0\.17"):
        to_png(symbol, Design(), 0.0)


def test_transparent_png_has_alpha_and_no_ground(symbol, grey, decode, payload) -> None:
    data = to_png(symbol, Design(is_transparent=True))
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGBA"
        assert image.getpixel((0, 0)) == (0, 0, 0, 0)
    assert decode(grey(data)) == payload.encode()
    assert f'fill="{Design().light.rgb}"' not in to_svg(symbol, Design(is_transparent=True))


@pytest.mark.parametrize("module_mm", [0.25, 0.847])
def test_pdf_measures_right_within_a_tenth_of_a_millimetre(
    module_mm, preset, symbol, pdf_pages
) -> None:
    pdf = to_pdf(symbol, preset.design, PrintSpec(module_mm))
    box = pypdf.PdfReader(io.BytesIO(pdf), strict=True).pages[0].trimbox
    picture = to_pixels(symbol, preset.design, 2)
    high, wide = (side / 2 * module_mm for side in picture.shape[:2])
    assert float(box.width) * MM_PER_PT == pytest.approx(wide, abs=0.01)
    assert float(box.height) * MM_PER_PT == pytest.approx(high, abs=0.01)
    if preset.design.frame is None and preset.design.caption is None:
        (page,) = pdf_pages(pdf, 500)
        rows, columns = np.nonzero(page < 170)
        for places in (rows, columns):
            extent = (np.ptp(places) + 1) * 25.4 / 500
            assert extent == pytest.approx(37 * module_mm, abs=0.1)
            assert places.min() * 25.4 / 500 == pytest.approx(4 * module_mm, abs=0.1)


def test_black_pdf_is_one_channel(symbol) -> None:
    operators = ink_ops(to_pdf(symbol, BY_KEY["label"], PrintSpec(has_crop_marks=True)))
    assert len(operators) >= 4
    for operator in operators:
        assert re.fullmatch(r"0 0 0 (0|1) [kK]", operator), operator


def test_near_black_ink_prints_with_black_alone(symbol) -> None:
    operators = ink_ops(to_pdf(symbol, Design(dark=Colour("#15171c"))))
    assert operators == ["0 0 0 0 k", "0 0 0 1 k"]


@pytest.mark.parametrize("make", [to_pdf, to_eps])
def test_ghostscript_finds_ink_on_the_black_plate_only(make, symbol, ghostscript) -> None:
    plates = {}
    for key, inks in (("label", Inks.CMYK), ("gilt", Inks.BLACK), ("jade", Inks.CMYK)):
        made = make(symbol, BY_KEY[key], PrintSpec(inks=inks))
        data = made if isinstance(made, bytes) else made.encode("ascii")
        report = ghostscript(data, "-sDEVICE=inkcov", "-sOutputFile=-")
        plates[key] = [float(value) for value in report.split()[:4]]
    for key in ("label", "gilt"):
        assert plates[key][:3] == [0, 0, 0]
        assert plates[key][3] > 0.2
    assert plates["jade"][0] > 0.1


def test_cmyk_values_are_written_as_given_and_no_screen_colour_is_set(preset, symbol) -> None:
    operators = ink_ops(to_pdf(symbol, preset.design))
    assert not [line for line in operators if line.endswith(("rg", "RG", "g", "G"))]
    if preset.key == "stars":
        assert "0.22 0.5 1 0.18 k" in operators
    screen = ink_ops(to_pdf(symbol, preset.design, PrintSpec(inks=Inks.RGB)))
    assert not [line for line in screen if line.endswith(("k", "K"))]


def test_spot_ink_is_a_separation_with_its_mixture(symbol, pdf_pages, decode, payload) -> None:
    gold = Colour("#6b470c", (32, 60, 100, 45), "PANTONE 871 C")
    pdf = to_pdf(symbol, Design(dark=gold))
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    kind, name, alternate, tint = page["/Resources"]["/ColorSpace"]["/S0"]
    assert (kind, name, alternate) == ("/Separation", "/PANTONE 871 C", "/DeviceCMYK")
    assert [float(value) for value in tint["/C1"]] == [0.32, 0.6, 1, 0.45]
    assert ink_ops(pdf) == ["0 0 0 0 k", "/S0 cs 1 scn"]
    assert decode(pdf_pages(pdf, 200)[0]) == payload.encode()


def test_spot_ink_of_an_eps_is_its_own_plate(symbol, ghostscript, tmp_path) -> None:
    gold = Colour("#6b470c", (32, 60, 100, 45), "Gold 871")
    eps = to_eps(symbol, Design(dark=gold))
    assert "%%DocumentCustomColors: (Gold 871)" in eps
    ghostscript(
        eps.encode("ascii"), "-sDEVICE=tiffsep", "-r100", f"-sOutputFile={tmp_path / 'sep.tif'}"
    )
    with Image.open(next(tmp_path.glob("sep*Gold*871*.tif"))) as plate:
        assert 0.2 < (np.asarray(plate.convert("L")) < 128).mean() < 0.6
    with Image.open(next(tmp_path.glob("sep*Black*.tif"))) as plate:
        assert (np.asarray(plate.convert("L")) > 250).all()


def test_one_spot_name_with_two_mixtures_is_refused(symbol) -> None:
    one, other = (Colour("#202020", cmyk, "Gold") for cmyk in ((0, 0, 0, 90), (0, 0, 50, 90)))
    design = Design(dark=one, finders=Finders.all(Finder(ring_colour=other)))
    with pytest.raises(DesignError, match="two mixtures"):
        to_pdf(symbol, design)


def test_bleed_and_crop_marks_stand_where_the_cutter_needs_them(symbol, pdf_pages) -> None:
    design = Design(frame=Frame("扫码验真", Side.TOP, radius_modules=0.0))
    spec = PrintSpec(0.5, bleed_mm=3, has_crop_marks=True)
    pdf = to_pdf(symbol, design, spec)
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    trim, bleed, media = page.trimbox, page.bleedbox, page.mediabox
    assert float(trim.width) * MM_PER_PT == pytest.approx(47 * 0.5, abs=0.01)
    assert float(trim.left - bleed.left) * MM_PER_PT == pytest.approx(3, abs=0.01)
    assert float(bleed.top - trim.top) * MM_PER_PT == pytest.approx(3, abs=0.01)
    assert float(media.right - trim.right) * MM_PER_PT == pytest.approx(8, abs=0.01)
    (picture,) = pdf_pages(pdf, 1016)  # 40 pixels per mm
    dark = picture < 128
    # Ground fills the bleed up to 3 mm outside the cut and no farther.
    middle = dark[dark.shape[0] // 2]
    columns = np.flatnonzero(middle)
    assert columns[0] / 40 == pytest.approx(5, abs=0.1)
    # The marks of the left cut: in the top margin, at 8 mm from the paper's edge.
    mark = np.flatnonzero(dark[80, : dark.shape[1] // 2])
    assert mark.mean() / 40 == pytest.approx(8, abs=0.1)
    # Marks end clear of the bleed.
    assert not dark[int(4.3 * 40) : int(4.7 * 40)].any()


def test_marks_of_a_coloured_job_print_on_every_plate(symbol) -> None:
    pdf = to_pdf(symbol, BY_KEY["jade"], PrintSpec(has_crop_marks=True))
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert page["/Resources"]["/ColorSpace"]["/R0"][1] == "/All"


def test_eps_has_the_ordered_size_and_takes_no_marks(symbol) -> None:
    eps = to_eps(symbol, Design(), PrintSpec(0.5))
    assert eps.startswith("%!PS-Adobe-3.0 EPSF-3.0\n")
    (box,) = re.findall(r"%%HiResBoundingBox: 0 0 (\S+) (\S+)\n", eps)
    assert [float(side) * MM_PER_PT for side in box] == pytest.approx([22.5, 22.5], abs=0.01)
    with pytest.raises(DesignError, match="take PDF"):
        to_eps(symbol, Design(), PrintSpec(has_crop_marks=True))


def made_logo() -> np.ndarray:
    """A green ring on nothing."""
    rgba = np.zeros((120, 160, 4), np.uint8)
    cv2.circle(rgba, (80, 60), 45, (18, 112, 74, 255), 20)
    return rgba


def test_logo_picture_stands_in_every_format(
    symbol, grey, pdf_pages, ghostscript, tmp_path, decode, payload
) -> None:
    design = Design(logo=Logo(0.2, LogoShape.CIRCLE))
    logo = made_logo()
    pixels = to_pixels(symbol, design, 10, logo)
    middle = pixels[150:300, 150:300, :3].astype(int)
    is_green = (abs(middle - [18, 112, 74]) < 6).all(axis=2)
    assert is_green.sum() > 200
    assert decode(grey(pixels)) == payload.encode()
    svg = ElementTree.fromstring(to_svg(symbol, design, 0.5, logo))
    assert svg.find(f"{SVG}image").get("href").startswith("data:image/png;base64,iVBOR")
    pdf = to_pdf(symbol, design, PrintSpec(0.5), logo)
    (page,) = pdf_pages(pdf, 400)
    centre = page.shape[0] // 2
    assert page[centre, centre] > 240  # the ring's hole
    assert page[centre - 20 : centre + 20, centre - 40 : centre + 40].min() < 120
    assert decode(page) == payload.encode()
    eps = to_eps(symbol, design, PrintSpec(0.5), logo).encode("ascii")
    ghostscript(eps, "-sDEVICE=pnggray", "-r400", f"-sOutputFile={tmp_path / 'out.png'}")
    with Image.open(tmp_path / "out.png") as image:
        painted = np.asarray(image.convert("L"))
    assert painted[centre - 20 : centre + 20, centre - 40 : centre + 40].min() < 120
    assert decode(painted) == payload.encode()


def test_logo_picture_without_an_area_is_refused(symbol) -> None:
    with pytest.raises(DesignError, match="needs a logo area"):
        to_pixels(symbol, Design(), 4, made_logo())
    with pytest.raises(DesignError, match=r"uint8 \(H, W, 4\)"):
        to_pixels(symbol, Design(logo=Logo(0.2)), 4, made_logo()[:, :, :3])


def test_caption_stays_out_of_the_quiet_zone(symbol) -> None:
    design = Design(caption=Caption("每码唯一", 3.0), quiet_zone_modules=4)
    pixels = 8
    grey = to_pixels(symbol, design, pixels)[:, :, 0]
    below = (4 + 37) * pixels
    assert (grey[below : below + 4 * pixels] == 255).all()
    assert (grey[below + 4 * pixels :] < 128).any()


def test_files_depend_on_their_input_alone(symbol, preset) -> None:
    assert to_pdf(symbol, preset.design) == to_pdf(
        symbol, Design.from_json(preset.design.to_json())
    )
    assert to_png(symbol, preset.design) == to_png(symbol, preset.design)
