import math
import time

import cv2
import numpy as np
import pytest

from vision.codes.bend_scenes import qr_modules
from vision.codes.budget import Budget
from vision.codes.finding.texture import structure, texture_places
from vision.codes.texture_views import locally_normalised, texture_views
from vision.geometry import Quad

AMPLE = Budget(math.inf)


def wood(height=480, width=640):
    """Grey that changes along one direction only."""
    grain = np.random.default_rng(3).normal(140, 25, width)
    return np.clip(np.tile(grain, (height, 1)), 0, 255).astype(np.uint8)


def with_code(picture, corners, light=210, dark=40, version=3):
    """The picture with a symbol (and quiet zone) between four corners; returns its outline too."""
    modules = np.pad(qr_modules("TEXTURE", version, "M"), 4)
    tile = np.kron(np.where(modules, dark, light), np.ones((8, 8))).astype(np.uint8)
    side = len(tile)
    source = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    size_wh = picture.shape[::-1]
    cover = cv2.warpPerspective(np.full_like(tile, 255), matrix, size_wh)
    drawn = cv2.warpPerspective(tile, matrix, size_wh, flags=cv2.INTER_AREA)
    quiet = 32
    inner = np.array(
        [[(quiet, quiet)], [(side - quiet, quiet)], [(side - quiet,) * 2], [(quiet, side - quiet)]],
        np.float32,
    )
    outline = cv2.perspectiveTransform(inner, matrix)[:, 0]
    return np.where(cover > 0, drawn, picture), outline


def square_at(x, y, side):
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


@pytest.mark.parametrize("picture", ["blank", "noise", "wood", "pixel"])
def test_nothing_is_found_where_no_two_directions_cross_more_than_elsewhere(picture):
    gray = {
        "blank": np.full((300, 400), 90, np.uint8),
        "noise": np.random.default_rng(0).normal(60, 20, (600, 800)).clip(0, 255).astype(np.uint8),
        "wood": wood(),
        "pixel": np.zeros((1, 1), np.uint8),
    }[picture]

    assert texture_places(gray, 6, AMPLE) == []


@pytest.mark.parametrize("side", [50, 90, 200, 400])
def test_the_likeliest_places_hold_all_of_a_code_and_little_else(side):
    gray, outline = with_code(wood(), square_at(130, 30, side))

    places = texture_places(gray, 3, AMPLE)

    inside = [place.frame_from_unit.inverse().apply(outline) for place in places]
    assert any(
        code.min() > 0 and code.max() < 1 and np.ptp(code, axis=0).max() > 0.4 for code in inside
    )


def test_a_code_at_five_percent_of_the_brightness_is_found_beside_a_lamp():
    gray, outline = with_code(np.full((480, 640), 6, np.uint8), square_at(100, 100, 120), 12, 3)
    cv2.circle(gray, (400, 160), 90, 255, -1)
    noisy = gray + np.random.default_rng(1).normal(0, 1.0, gray.shape)

    places = texture_places(np.clip(noisy, 0, 255).astype(np.uint8), 4, AMPLE)

    assert any(Quad(place.corners_xy).contains(outline).all() for place in places)


@pytest.mark.parametrize("angle", [0, 30, 75])
@pytest.mark.parametrize("squeeze", [0.33, 0.5, 1.0])
def test_a_foreshortened_code_is_shown_square(angle, squeeze):
    turn = cv2.getRotationMatrix2D((0, 0), angle, 1)[:, :2]
    unit = np.array(square_at(-0.5, -0.5, 1)) @ np.diag([1, squeeze]) @ turn.T
    # INTER_AREA can't blur along one direction only: drawn large, then reduced.
    large, outline = with_code(wood(1440, 1920), unit * 720 + (900, 700))
    gray = cv2.resize(large, (640, 480), interpolation=cv2.INTER_AREA)
    outline = (outline + 0.5) / 3 - 0.5

    shapes = []
    for place in texture_places(gray, 3, AMPLE):
        code = place.frame_from_unit.inverse().apply(outline)
        sides = code[[1, 2]] - code[[0, 1]]
        lengths = np.hypot(*sides.T)
        lean = abs(float(sides[0] @ sides[1])) / lengths.prod()
        shapes.append((lengths.max() / lengths.min(), lean))

    assert any(longer < 1.3 and lean < 0.2 for longer, lean in shapes)


def test_places_on_codes_that_were_read_are_left_out():
    gray, outline = with_code(wood(), square_at(60, 60, 160))
    gray, other = with_code(gray, square_at(380, 200, 160))

    places = texture_places(gray, 6, AMPLE, known=[Quad(outline)])

    middles = np.array([place.corners_xy.mean(axis=0) for place in places])
    assert len(places) > 0
    assert Quad(other).contains(middles).all()


def test_crossing_edges_of_one_direction_are_none_and_those_of_a_chessboard_are():
    stripes = np.tile(np.repeat([40, 200], 4).astype(np.uint8), (96, 12))
    board = np.kron(np.indices((12, 12)).sum(axis=0) % 2, np.ones((8, 8))).astype(np.uint8) * 160

    one_way = structure(stripes)[1][4:-4, 4:-4]
    both_ways = structure(board + np.uint8(40))[1][4:-4, 4:-4]

    assert one_way.max() < 0.01 * both_ways.min()


def test_strips_of_a_tall_picture_join_without_a_seam():
    gray, _ = with_code(wood(900, 640), square_at(100, 300, 400))
    cells = slice(16, -16)

    whole = structure(gray)[1]
    moved = structure(gray[64:])[1]

    assert np.allclose(whole[16:][cells, cells], moved[cells, cells], atol=1e-3)


def test_a_spent_budget_finds_and_shows_nothing():
    gray, _ = with_code(wood(), square_at(130, 30, 200))

    assert texture_places(gray, 6, Budget.of_ms(0)) == []
    assert list(texture_views(gray, Budget.of_ms(0))) == []


def test_every_view_leads_back_to_where_the_code_is():
    gray, outline = with_code(wood(), square_at(130, 30, 200))

    views = list(texture_views(gray, AMPLE))

    assert views
    height, width = views[0].gray.shape
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    assert Quad(views[0].frame_from_view.apply(corners)).contains(outline.mean(axis=0)[None]).all()


def test_local_normalisation_of_a_blank_is_middle_grey():
    assert np.all(locally_normalised(np.full((50, 50), 9, np.uint8)) == 128)


@pytest.mark.parametrize("kind", ["noise", "board", "codes"])
def test_time_is_bounded_on_pictures_full_of_texture(kind):
    rng = np.random.default_rng(5)
    if kind == "noise":
        gray = rng.integers(0, 256, (3000, 4000), dtype=np.uint8)
    elif kind == "board":
        gray = np.kron(np.indices((500, 600)).sum(axis=0) % 2, np.ones((6, 6))).astype(np.uint8)
        gray *= np.uint8(255)
    else:
        tile = np.kron(np.pad(qr_modules("TILE", 2, "M"), 4), np.ones((4, 4))).astype(np.uint8)
        gray = np.tile(255 - tile * np.uint8(255), (20, 26))
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    started_s = time.process_time()

    places = texture_places(gray, 6, AMPLE)

    cv2.setNumThreads(threads)
    assert len(places) <= 6
    # Six times what it takes: tests share their cores with others.
    assert time.process_time() - started_s < 0.9
