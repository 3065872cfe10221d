"""Tiles against the drawing's own outlines: the same ink, no seams, whatever the modules."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from generative_codes.bulk.tiles import Joining, Tiles
from generative_codes.drawing.design import Modules, ModuleShape
from generative_codes.drawing.shapes import module_contours

FINE = 32
STYLES = [
    *(Modules(shape) for shape in ModuleShape if shape is not ModuleShape.PATH),
    Modules(ModuleShape.DOT, 0.9),
    Modules(ModuleShape.ROUNDED, 0.94),
]


def painted(contours, side):
    canvas = np.zeros((side * FINE, side * FINE), np.uint8)
    for contour in contours:
        points = np.rint((contour.flatten(FINE) * FINE - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(canvas, [points.reshape(-1, 1, 2)], (255,), shift=4)
    return canvas


def painted_as_one_path(contours, side):
    canvas = np.zeros((side * FINE, side * FINE), np.uint8)
    loops = [
        np.rint((contour.flatten(FINE) * FINE - 0.5) * 16).astype(np.int32).reshape(-1, 1, 2)
        for contour in contours
    ]
    cv2.fillPoly(canvas, loops, (255,), shift=4)
    return canvas


@pytest.mark.parametrize("style", STYLES, ids=lambda style: f"{style.shape}-{style.size_share:g}")
@settings(max_examples=12, deadline=None)
@given(dark=hnp.arrays(np.bool_, (6, 6), elements=st.booleans()))
def test_tiles_one_by_one_give_the_ink_of_the_drawing(style, dark) -> None:
    tiles = Tiles.of(style)
    codes = tiles.codes(dark[None])[0]
    laid = [
        contour.at(x, y)
        for y in range(6)
        for x in range(6)
        for contour in tiles.outlines[codes[y, x]]
    ]
    wanted = painted_as_one_path(module_contours(dark, style), 6)
    # fillPoly inks the rim of every loop too, so holes of the one path lose a pixel's rim.
    differs = cv2.absdiff(painted(laid, 6), wanted)
    inside = cv2.erode(differs, np.ones((3, 3), np.uint8))
    assert not inside.any()


def test_modules_that_join_overlap_into_their_dark_neighbours_alone() -> None:
    tiles = Tiles.of(Modules(ModuleShape.CONNECTED))
    assert tiles.joining is Joining.JOINED
    pair = np.array([[True, True]])
    left, right = tiles.codes(pair[None])[0, 0]
    reach = max(contour.flatten(FINE)[:, 0].max() for contour in tiles.outlines[left])
    assert 1.2 < reach <= 1.5
    assert max(contour.flatten(FINE)[:, 0].max() for contour in tiles.outlines[right]) <= 1


def test_light_modules_of_an_empty_symbol_paint_nothing() -> None:
    for style in STYLES:
        tiles = Tiles.of(style)
        codes = tiles.codes(np.zeros((1, 4, 4), np.bool_))
        assert all(not tiles.outlines[code] for code in codes.reshape(-1))


@pytest.mark.parametrize("shape", sorted(set(ModuleShape) - {ModuleShape.PATH}))
def test_cover_of_a_tile_is_the_ink_of_its_cell(shape) -> None:
    tiles = Tiles.of(Modules(shape))
    alone = int(tiles.codes(np.ones((1, 1, 1), np.bool_))[0, 0, 0])
    cover = tiles.covers(8)[alone].mean() / 255
    # Shares of a full cell by hand: circle, box with corners of .3, circle, octagon, star.
    ink = {"square": 1, "dot": 0.785, "rounded": 0.922, "connected": 0.785, "diamond": 0.68}
    assert cover == pytest.approx(ink.get(shape, 0.536), abs=0.02)
