import cv2
import numpy as np
import pytest

from vision.codes import Rung
from vision.codes.code_reading import LADDER
from vision.codes.views import WORKING_SIDE_PX, part_view, shown_pixels, working_part
from vision.frame import Frame
from vision.geometry import Homography

SHOWN = [rung for rung in LADDER if rung not in (Rung.GRID, Rung.TEXTURE)]


def part_of(gray):
    return working_part(Frame.of_gray(gray), (0, 0, gray.shape[1], gray.shape[0]))


@pytest.mark.parametrize("rung", SHOWN)
@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (90, 1)])
def test_pictures_of_a_few_pixels_can_be_shown_by_every_rung(rung, shape):
    view = part_view(part_of(np.full(shape, 80, np.uint8)), rung)

    assert view.gray.dtype == np.uint8
    assert min(view.gray.shape) >= 1


@pytest.mark.parametrize("rung", [Rung.GRID, Rung.TEXTURE])
def test_rungs_that_look_at_places_do_not_show_the_whole_part(rung):
    with pytest.raises(ValueError, match="rung that shows the whole part"):
        part_view(part_of(np.zeros((9, 9), np.uint8)), rung)


@pytest.mark.parametrize("rung", SHOWN)
def test_a_dark_spot_is_found_again_where_it_lies_in_the_frame(rung):
    gray = np.full((240, 320), 200, np.uint8)
    gray[150:171, 90:111] = 20  # centre (100, 160)
    if rung in (Rung.ALONG_BARS, Rung.ALONG_BARS_LARGE):
        gray[20:220, 90:111] = 20  # a bar about (100, 119.5): a spot has no direction

    view = part_view(part_of(gray), rung)

    # The darkest place of the smoothed view is the spot's middle.
    smooth = cv2.GaussianBlur(view.gray, (0, 0), 8 * np.sqrt(view.gray.size / gray.size))
    height, width = smooth.shape
    smooth[: height // 10] = smooth[-height // 10 :] = 255
    smooth[:, : width // 10] = smooth[:, -width // 10 :] = 255
    y, x = np.unravel_index(int(smooth.argmin()), smooth.shape)
    found = view.frame_from_view.apply([(float(x), float(y))])[0]
    assert abs(found[0] - 100) < 8
    assert 20 <= found[1] <= 220
    if rung not in (Rung.ALONG_BARS, Rung.ALONG_BARS_LARGE):
        assert abs(found[1] - 160) < 8


@pytest.mark.parametrize("rung", SHOWN)
def test_no_rung_shows_more_pixels_than_are_foretold(rung):
    for shape in ((300, 400), (1200, 1600), (3000, 4000)):
        part = part_of(np.full(shape, 128, np.uint8))

        assert part_view(part, rung).gray.size <= 1.6 * shown_pixels(part, rung)
        assert max(part.gray.shape) <= WORKING_SIDE_PX


def test_a_reduced_part_still_knows_its_place():
    gray = np.full((2000, 3000), 200, np.uint8)
    part = working_part(Frame.of_gray(gray), (1000, 500, 3000, 2000))

    corner = part.frame_from_part.apply([(-0.5, -0.5)])[0]
    assert corner == pytest.approx((999.5, 499.5))
    assert part.gray.shape == (1200, 1600)


@pytest.mark.parametrize("blur_px", [2.5, 4.0])
def test_deblurring_brings_back_most_of_what_a_blur_took(blur_px):
    rng = np.random.default_rng(5)
    modules = rng.integers(0, 2, (24, 24))
    sharp = np.kron(60 + 130 * modules, np.ones((9, 9))).astype(np.uint8)
    blurred = cv2.GaussianBlur(sharp, (0, 0), blur_px, borderType=cv2.BORDER_REPLICATE)
    rung = Rung.DEBLURRED if blur_px == 2.5 else Rung.DEBLURRED_MORE

    restored = part_view(part_of(blurred), rung).gray

    def off(picture):
        return np.abs(picture.astype(float) - sharp)[20:-20, 20:-20].mean()

    assert off(restored) < 0.75 * off(blurred)


@pytest.mark.parametrize("turn_deg", [0.0, 90.0, 25.0, -40.0])
def test_bars_stand_upright_whichever_way_they_lie(turn_deg):
    bars = np.full((300, 300), 220, np.uint8)
    bars[60:240, 70:230] = np.where(np.arange(160) // 6 % 2, 220, 30)
    turn = cv2.getRotationMatrix2D((150, 150), turn_deg, 1.0)
    turned = cv2.warpAffine(bars, turn, (300, 300), borderValue=220)

    view = part_view(part_of(turned), Rung.ALONG_BARS)

    centre = view.frame_from_view.inverse().apply([(150.0, 150.0)])[0].astype(int)
    middle = view.gray[centre[1] - 30 : centre[1] + 31, centre[0] - 30 : centre[0] + 31]
    across = np.abs(np.diff(middle.astype(float), axis=1)).mean()
    along = np.abs(np.diff(middle.astype(float), axis=0)).mean()
    assert along < 0.1 * across


def test_rungs_that_keep_the_pixels_share_the_pictures_pixel_grid():
    gray = np.random.default_rng(0).integers(0, 256, (120, 160), dtype=np.uint8)
    part = part_of(gray)

    for rung in SHOWN:
        view = part_view(part, rung)
        is_own = np.array_equal(view.frame_from_view.matrix, Homography.identity().matrix)
        assert is_own == (rung.pixel_grid == "own"), rung
