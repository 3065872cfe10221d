"""Data Matrix symbols read through their lattice, drawn by another encoder on bent labels."""

import time

import numpy as np
import pytest
import zxingcpp

from vision.codes.budget import Budget
from vision.codes.matrix.data_matrix import data_matrix_stages, read_data_matrices
from vision.codes.matrix.data_matrix_sizes import SIZES, border_patterns

TEXT = "1234567890"
KINDS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.DataMatrix])


def read(gray, budget_ms=60_000, **options):
    return read_data_matrices(gray, Budget.of_ms(budget_ms), **options)


def valid_plain(gray):
    return [barcode.text for barcode in zxingcpp.read_barcodes(gray, KINDS) if barcode.valid]


@pytest.mark.parametrize("gray", [np.full((1, 1), 9), np.full((60, 60), 0), np.full((60, 60), 255)])
def test_picture_of_one_tone_reads_nothing(gray):
    assert read(gray.astype(np.uint8)) == []


@pytest.mark.parametrize("version", [2, 5, 9, 10, 15, 26, 27, 28, 30])
def test_squares_rectangles_and_symbols_of_many_regions_are_read(
    bottle, data_matrix, shown, version
):
    modules = data_matrix(version, TEXT[: 6 if version == 2 else 10])
    scene = bottle(modules.shape, 6.0, 15, 0.1, 20)
    (reading,) = read(shown(modules, scene))
    assert TEXT.startswith(reading.barcode.text)
    assert (reading.size.rows, reading.size.columns) == modules.shape
    assert (reading.grid.rows, reading.grid.size_modules) == modules.shape
    assert reading.agreement > 0.95


@pytest.mark.parametrize("turn_deg", [0, 35, 90, 160, 200, 290])
def test_symbol_is_read_at_every_turn_and_its_quad_begins_at_its_top_left(
    bottle, data_matrix, shown, turn_deg
):
    modules = data_matrix(4, TEXT)
    scene = bottle(modules.shape, 6.0, 20, 0.15, turn_deg)
    (reading,) = read(shown(modules, scene))
    assert reading.barcode.text == TEXT
    rows, columns = modules.shape
    corners = scene.xy_of_uv(np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], float))
    assert np.linalg.norm(reading.quad.corners_px - corners, axis=1).max() < 0.5 * 6.0


def test_bent_symbol_is_read_where_the_decoder_gives_up(bottle, data_matrix, shown):
    modules = data_matrix(7, TEXT)
    scene = bottle(modules.shape, 5.0, 45, 0.3, 15)
    gray = shown(modules, scene)
    assert valid_plain(shown(modules, bottle(modules.shape, 5.0, 0, 0, 15))) == [TEXT]
    assert valid_plain(gray) == []
    (reading,) = read(gray)
    assert reading.barcode.text == TEXT
    row, column = np.mgrid[: modules.shape[0], : modules.shape[1]] + 0.5
    uv = np.column_stack((column.ravel(), row.ravel()))
    away = np.linalg.norm(reading.grid.points_xy(uv) - scene.xy_of_uv(uv), axis=1)
    assert away.max() < 0.4 * 5.0


def test_light_on_dark_is_read(bottle, data_matrix, shown):
    modules = data_matrix(4, TEXT)
    scene = bottle(modules.shape, 6.0, 30, 0.2, 10)
    (reading,) = read(shown(modules, scene, paper=30, ink=225))
    assert reading.barcode.text == TEXT


def test_large_modules_are_shrunk_and_the_map_is_of_the_whole_picture(bottle, data_matrix, shown):
    modules = data_matrix(2, "123456")
    scene = bottle(modules.shape, 30.0, 20, 0.1, 10)
    (reading,) = read(shown(modules, scene))
    corner = scene.xy_of_uv(np.array((0.0, 12.0)))
    assert reading.barcode.text == "123456"
    assert np.linalg.norm(reading.quad.corners_px[3] - corner) < 0.3 * 30


def test_two_symbols_are_both_read_and_a_known_one_is_left_out(bottle, data_matrix, shown):
    pictures = []
    for text in ("1111111111", "2222222222"):
        modules = data_matrix(4, text)
        pictures.append(shown(modules, bottle(modules.shape, 6.0, 25, 0.2, 10)))
    gray = np.hstack(pictures)
    both = read(gray)
    assert sorted(reading.barcode.text for reading in both) == ["1111111111", "2222222222"]
    (other,) = read(gray, known=[both[0].quad])
    assert other.barcode.text == both[1].barcode.text
    assert len(read(gray, limit=1)) == 1


def test_random_modules_within_right_borders_are_not_believed(bottle, shown):
    rng = np.random.default_rng(3)
    for index in range(18):
        size = SIZES[index % 9]
        patterns = border_patterns(size)
        noise = rng.random((size.rows, size.columns)) < 0.5
        modules = np.where(patterns.all, patterns.dark, noise)
        scene = bottle(modules.shape, 5.0, float(rng.uniform(0, 40)), 0.1, index * 9)
        assert read(shown(modules, scene)) == []


def test_message_whose_borders_are_wrong_is_not_believed(bottle, data_matrix, shown):
    rng = np.random.default_rng(4)
    modules = data_matrix(4, TEXT)
    size = next(size for size in SIZES if (size.rows, size.columns) == modules.shape)
    clock = border_patterns(size).clock
    modules[clock] = rng.random(int(clock.sum())) < 0.5
    assert read(shown(modules, bottle(modules.shape, 6.0))) == []


def test_an_l_alone_and_a_picture_of_ls_read_nothing_in_time():
    alone = np.full((300, 300), 220, np.uint8)
    alone[60:240, 60:70] = alone[230:240, 60:240] = 20
    assert read(alone) == []
    cell = np.full((40, 40), 230, np.uint8)
    cell[4:34, 4:8] = cell[30:34, 4:34] = 20
    carpet = np.tile(cell, (40, 50))
    started = time.thread_time()
    budget = Budget.of_ms(600, time.thread_time)
    assert read_data_matrices(carpet, budget) == []
    assert time.thread_time() - started < 0.7


@pytest.mark.parametrize("inside", ["noise", "checkers"])
def test_carpet_of_ls_full_of_modules_ends_in_time_and_reads_nothing(inside):
    rng = np.random.default_rng(5)
    cell = np.ones((18, 18), bool)
    size = SIZES[2]
    patterns = border_patterns(size)
    if inside == "noise":
        modules = np.where(patterns.all, patterns.dark, rng.random((14, 14)) < 0.5)
    else:
        modules = np.where(patterns.all, patterns.dark, np.indices((14, 14)).sum(axis=0) % 2 == 0)
    cell[2:16, 2:16] = ~modules
    gray = np.where(np.tile(np.kron(cell, np.ones((4, 4), bool)), (12, 16)), 220, 30)
    started = time.thread_time()
    budget = Budget.of_ms(600, time.thread_time)
    assert read_data_matrices(gray.astype(np.uint8), budget) == []
    assert time.thread_time() - started < 0.75


def test_spent_budget_begins_no_stage(bottle, data_matrix, shown):
    modules = data_matrix(4, TEXT)
    gray = shown(modules, bottle(modules.shape, 6.0))
    started = time.thread_time()
    assert list(data_matrix_stages(gray, Budget.of_ms(0))) == []
    assert time.thread_time() - started < 0.05
