import cv2
import numpy as np
import pytest
import segno

from vision.frame import Frame
from vision.geometry import Quad
from vision.quality import RetakeHint, assess, edge_spread, washed_out_share

PAPER, INK = 225, 30
CANVAS = 480


def scene(pixels_per_module=8, *, blur_px=0.0, gain=1.0, ink=INK, glare_px=0.0, noise=2.0):
    """A QR code (29 modules) in the middle of white paper; returns frame and the code's quad."""
    modules = np.array(list(segno.make("A" * 40, error="m", version=3).matrix), dtype=np.uint8)
    side = modules.shape[0] * pixels_per_module
    first = (CANVAS - side) // 2
    picture = np.full((CANVAS, CANVAS), PAPER, np.float32)
    block = np.ones((pixels_per_module, pixels_per_module))
    picture[first : first + side, first : first + side] = np.where(
        np.kron(modules, block), ink, PAPER
    )
    if glare_px:
        y, x = np.mgrid[:CANVAS, :CANVAS] - CANVAS / 2
        picture = np.maximum(picture, 300 * np.exp(-(x**2 + y**2) / (2 * glare_px**2)))
    if blur_px:
        picture = cv2.GaussianBlur(picture, (0, 0), blur_px)
    picture = picture * gain + np.random.default_rng(0).normal(0, noise, picture.shape)
    frame = Frame.of_gray(np.clip(picture, 0, 255).astype(np.uint8))
    return frame, Quad.upright(first - 0.5, first - 0.5, first + side - 0.5, first + side - 0.5)


def hint_of(pixels_per_module=8, **degradation):
    frame, quad = scene(pixels_per_module, **degradation)
    return assess(frame, quad, float(pixels_per_module)).hint


def test_a_sharp_evenly_lit_code_needs_no_retake():
    frame, quad = scene()

    quality = assess(frame, quad, 8.0)

    assert quality.hint is RetakeHint.NONE
    assert quality.sharpness > 0.85
    assert quality.glare_share < 0.005
    assert quality.contrast == pytest.approx((PAPER - INK) / 255, abs=0.03)
    assert quality.pixels_per_module == 8.0


@pytest.mark.parametrize("whole", [False, True])
def test_more_blur_is_less_sharp(whole):
    measured = []
    for blur_px in (0.0, 0.7, 1.2, 2.0, 3.0, 4.5, 6.0):
        frame, quad = scene(blur_px=blur_px)
        measured.append(assess(frame, None if whole else quad, None if whole else 8.0).sharpness)

    assert measured == sorted(measured, reverse=True)
    assert measured[0] > 3 * measured[-1]


@pytest.mark.parametrize("blur_px", [1.5, 2.0, 3.0, 4.0])
def test_the_spread_of_a_single_edge_is_the_blur_that_made_it(blur_px):
    edge = np.full((200, 200), 40.0)
    edge[:, 100:] = 210.0

    spread = edge_spread(cv2.GaussianBlur(edge, (0, 0), blur_px).astype(np.uint8))

    # Measured with a 3 x 3 smoothing (variance 0.5) and a Sobel slope over two pixels (1/3).
    assert spread == pytest.approx(np.sqrt(blur_px**2 + 0.5 + 1 / 3), rel=0.06)


def test_sharpness_does_not_depend_on_light():
    bright, dim = (assess(*scene(blur_px=1.5, gain=gain, noise=0.0), 8.0) for gain in (1.0, 0.4))

    assert dim.sharpness == pytest.approx(bright.sharpness, rel=0.05)


def test_the_hint_of_a_blurred_code_is_to_hold_still():
    assert hint_of(blur_px=5.5) is RetakeHint.HOLD_STILL
    assert hint_of(6, blur_px=4.5) is RetakeHint.HOLD_STILL


def test_the_hint_of_a_dark_code_is_more_light():
    assert hint_of(gain=0.15) is RetakeHint.MORE_LIGHT


def test_the_hint_of_an_overexposed_code_is_less_light():
    assert hint_of(gain=1.4, ink=160) is RetakeHint.LESS_LIGHT


@pytest.mark.parametrize("pixels_per_module", [1, 2])
def test_the_hint_of_a_tiny_code_is_to_come_closer(pixels_per_module):
    assert hint_of(pixels_per_module) is RetakeHint.CLOSER


@pytest.mark.parametrize("glare_px", [35.0, 50.0])
def test_the_hint_of_a_washed_out_code_is_to_tilt(glare_px):
    assert hint_of(glare_px=glare_px) is RetakeHint.TILT_AGAINST_GLARE


def test_more_glare_washes_out_more():
    shares = []
    for glare_px in (0.0, 20.0, 35.0, 50.0, 70.0):
        frame, quad = scene(glare_px=glare_px)
        shares.append(assess(frame, quad, 8.0).glare_share)

    assert shares == sorted(shares)
    assert shares[0] < 0.005 < shares[-1]


def test_the_hint_of_a_code_cut_by_the_border_is_to_go_farther():
    frame, quad = scene()
    left, top, _, _ = quad.bounds_xyxy
    cropped = Frame(frame.bgr[int(top) + 12 :, int(left) + 12 :])
    moved = Quad(quad.corners_px - (int(left) + 12, int(top) + 12))

    assert assess(cropped, moved, 8.0).hint is RetakeHint.FARTHER


@pytest.mark.parametrize(
    ("degradation", "hint"),
    [
        ({"gain": 0.15}, RetakeHint.MORE_LIGHT),
        ({"gain": 1.6, "ink": 200}, RetakeHint.LESS_LIGHT),
        ({"blur_px": 5.0}, RetakeHint.HOLD_STILL),
        ({"glare_px": 90.0}, RetakeHint.TILT_AGAINST_GLARE),
        ({"pixels_per_module": 2}, RetakeHint.CLOSER),
    ],
)
def test_a_picture_without_a_code_found_gets_one_hint_too(degradation, hint):
    assert assess(scene(**degradation)[0]).hint is hint


@pytest.mark.parametrize(("level", "hint"), [(0, "more_light"), (128, "show_code")])
def test_a_blank_picture_has_no_edges_and_still_a_hint(level, hint):
    quality = assess(Frame.of_gray(np.full((50, 70), level, np.uint8)))

    assert (quality.edge_spread_px, quality.sharpness, quality.contrast) == (None, 0.0, 0.0)
    assert quality.hint == hint


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (3, 2), (13, 9)])
def test_the_smallest_pictures_are_assessed_without_failing(shape):
    frame = Frame.of_gray(np.full(shape, 90, np.uint8))

    assert assess(frame).sharpness == 0.0
    assert assess(frame, Quad.of_picture(shape[1], shape[0]), 1.0).sharpness == 0.0


def test_clipped_pixels_are_counted():
    gray = np.full((100, 100), 128, np.uint8)
    gray[:10], gray[90:] = 0, 255

    quality = assess(Frame.of_gray(gray))

    assert (quality.dark_share, quality.bright_share) == (0.1, 0.1)
    assert quality.median_level == 128


def test_a_patch_without_contrast_is_not_called_washed_out():
    assert washed_out_share(np.full((50, 50), 240, np.uint8), 9) == 0.0


def test_a_large_photo_is_assessed_in_its_own_pixels():
    frame, quad = scene(blur_px=2.0)
    large = Frame.of_gray(cv2.resize(frame.gray, None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC))

    quality = assess(large, quad.scaled(8), 64.0)

    assert quality.edge_spread_px == pytest.approx(16.0, rel=0.25)
    assert quality.hint is RetakeHint.NONE


def test_the_hint_of_a_sharp_printed_pack_without_a_code_is_to_show_the_code():
    """Grain beside edges is no blur, and lettering is no code that is far away."""
    picture = np.random.default_rng(5).normal(150, 7, (960, 1280)).astype(np.float32)
    picture[200:760, 300:980] += 70
    picture = picture.clip(0, 255).astype(np.uint8)
    for row, text in enumerate(("MOUNTAIN TEA", "SPRING HARVEST", "NET 250 g")):
        at = (360, 330 + 130 * row)
        cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 2.0, 40, 5, cv2.LINE_AA)
    lens = cv2.GaussianBlur(picture, (0, 0), 0.8)
    assert assess(Frame.of_gray(lens)).hint is RetakeHint.SHOW_CODE
    shaken = cv2.GaussianBlur(lens, (0, 0), 6.0)
    assert assess(Frame.of_gray(shaken)).hint is RetakeHint.HOLD_STILL
