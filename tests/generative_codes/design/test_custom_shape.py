"""A customer's own module shape: read like the built-in ones, refused with the reason."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from generative_codes.drawing import Design, DesignError, PrintSpec, to_eps, to_pdf, to_pixels
from generative_codes.drawing.custom_shape import MOST_SEGMENTS, ink_share, read_shape
from generative_codes.drawing.design import MIN_INK_SHARE, AlignmentShape, Modules, ModuleShape

SQUARE = "M0 0H1V1H0Z"
# A heart, a plum blossom of five petals on a disc, a tile with an oblique cut.
HEART = "M.5 .98C.02 .62 0 .35 .04 .24Q.16 -.02 .5 .2T.96 .24C1 .35 .98 .62 .5 .98Z"
LEAF = "m0 0h.6q.4 0 .4 .4v.6h-.6q-.4 0 -.4-.4z"
TILE = "M0,0 L1,0 1,.8 .8,1 0,1Z"


def custom(path: str, size: float = 1.0) -> Design:
    return Design(modules=Modules(ModuleShape.PATH, size, path))


def test_a_square_path_paints_the_pixels_of_squares(symbol) -> None:
    plain = Design(modules=Modules(ModuleShape.SQUARE, 0.9))
    np.testing.assert_array_equal(
        to_pixels(symbol, custom(SQUARE, 0.9), 10), to_pixels(symbol, plain, 10)
    )


@pytest.mark.parametrize("path", [HEART, LEAF, TILE, "M.5 0 1 .5 .5 1 0 .5Z"])
def test_custom_modules_are_read_in_every_back_end(
    path, symbol, grey, pdf_pages, ghostscript, tmp_path, decode, payload
) -> None:
    design = custom(path)
    for pixels in (4, 6, 12):
        assert decode(grey(to_pixels(symbol, design, pixels))) == payload.encode()
    assert decode(pdf_pages(to_pdf(symbol, design, PrintSpec(0.5)), 200)[0]) == payload.encode()
    eps = to_eps(symbol, design, PrintSpec(0.5)).encode("ascii")
    ghostscript(eps, "-sDEVICE=pnggray", "-r200", f"-sOutputFile={tmp_path / 'out.png'}")
    with Image.open(tmp_path / "out.png") as image:
        assert decode(np.asarray(image.convert("L"))) == payload.encode()
    assert Design.from_json(design.to_json()) == design


@pytest.mark.parametrize(
    ("path", "share"),
    [
        (SQUARE, 1.0),
        ("M.5 0L1 .5 .5 1 0 .5Z", 0.5),
        # Half a unit square under a parabola: the area under Q is two thirds of its box.
        ("M0 1Q.5 -1 1 1Z", 2 / 3),
        ("M0 0H1V1H0ZM.25 .25H.75V.75H.25Z", 0.75),
    ],
)
def test_ink_share_follows_the_closed_form(path, share) -> None:
    assert ink_share(read_shape(path)) == pytest.approx(share, abs=0.01)


def test_a_dot_of_four_smooth_curves_covers_pi_quarters(symbol) -> None:
    k = 0.2761423749
    path = f"M.5 0C{0.5 + k} 0 1 {0.5 - k} 1 .5S{0.5 + k} 1 .5 1 0 {0.5 + k} 0 .5 {0.5 - k} 0 .5 0Z"
    assert ink_share(read_shape(path)) == pytest.approx(np.pi / 4, abs=0.005)
    design = Design(modules=Modules(ModuleShape.PATH, 1.0, path), alignment=AlignmentShape.MODULES)
    dots = Design(modules=Modules(ModuleShape.DOT), alignment=AlignmentShape.MODULES)
    ours, theirs = to_pixels(symbol, design, 9), to_pixels(symbol, dots, 9)
    assert np.abs(ours.astype(int) - theirs).max() <= 8


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1, width=16), st.floats(0, 1, width=16)), min_size=3, max_size=12
    )
)
def test_absolute_and_relative_paths_of_one_polygon_are_the_same(points) -> None:
    absolute = "M" + "L".join(f"{x:.6f} {y:.6f}" for x, y in points) + "Z"
    steps = np.diff(np.array([(0, 0), *points]), axis=0)
    relative = "m" + "l".join(f"{x:.6f},{y:.6f}" for x, y in steps) + "z"
    one, other = read_shape(absolute), read_shape(relative)
    np.testing.assert_allclose(one[0].flatten(1), other[0].flatten(1), atol=1e-4)
    polygon = (np.array(points) * 4096).astype(np.int32)
    assert cv2.contourArea(polygon) <= 4096**2


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "belong together"),
        ("   ", "draws nothing"),
        ("M0 0H1V1H0", "not closed"),
        ("M0 0H1V1M0 0H1V1Z", "not closed"),
        ("M0 0A1 1 0 0 1 1 1Z", "convert them to curves"),
        ("M0 0H1V1X3Z", "no path command"),
        ("M0 0H1V1;Z", "does not belong"),
        ("0 0 1 1", "begin with M"),
        ("L1 1 0 1Z", "begin with M"),
        ("M0 0H1V1H0Z 5", "follows no command"),
        ("M0 0H1V", "takes 1 number"),
        ("M0 0L1Z", "takes 2 numbers"),
        ("M0 0Z", "has no area"),
        ("M0 0H1.2V1H0Z", "Scale the path down"),
        ("M0 -1H1V1H0Z", "Scale the path down"),
        ("M0 0H1e30V1H0Z", "Scale the path down"),
        ("M0 0H" + "9" * 400 + "V1H0Z", "Scale the path down"),
        ("M0 0Q.5 5 1 0Z", "Scale the path down"),
        ("M.2 .2H.8V.8H.2Z", "inks 36 %"),
        ("M0 0H1V.5H0Z", "middle fifth"),
        ("M0 0H1V1H0ZM.45 .45H.55V.55H.45Z", "middle fifth"),
        ("M0 0" + "L1 1L0 1" * MOST_SEGMENTS + "Z", "simplify to 64"),
        ("M0 0H1V1H0Z" * 200, "fit"),
    ],
)
def test_shapes_that_cannot_be_drawn_or_read_are_refused_with_the_reason(path, message) -> None:
    with pytest.raises(DesignError, match=message) as refusal:
        Modules(ModuleShape.PATH, 1.0, path)
    assert refusal.value.path == "path"


def test_a_path_without_its_shape_and_a_shape_too_small_are_refused() -> None:
    with pytest.raises(DesignError, match="belong together"):
        Modules(ModuleShape.DOT, 1.0, SQUARE)
    with pytest.raises(DesignError, match="smallest that works"):
        Modules(ModuleShape.PATH, 0.6, SQUARE)
    assert Modules(ModuleShape.PATH, MIN_INK_SHARE**0.5 + 0.005, SQUARE).path == SQUARE
