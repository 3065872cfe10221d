"""Lattices of Data Matrix and Micro QR Codes as a part of the ladder."""

import numpy as np
import pytest
import segno

from vision.codes import Symbology, read_codes
from vision.codes.budget import Budget
from vision.codes.code_reading import GridStep, Rung
from vision.codes.matrix.stages import matrix_stages
from vision.codes.rectify import rectify
from vision.frame import Frame

TEXT = "1234567890"
BOTH = (Symbology.DATA_MATRIX, Symbology.MICRO_QR_CODE)


def bent_data_matrix(bottle, data_matrix, shown, version=27):
    modules = data_matrix(version, TEXT)
    scene = bottle(modules.shape, 5.0, 40, 0.3, 15)
    return Frame.of_gray(shown(modules, scene)), modules


@pytest.fixture
def bent_micro(bottle, shown):
    modules = np.array(list(segno.make("MICRO 12345", version="M4").matrix), bool)
    return Frame.of_gray(shown(modules, bottle(modules.shape, 6.0, 42, 0.25, 20)))


def test_picture_smaller_than_any_symbol_has_no_stage():
    gray = np.zeros((5, 40), np.uint8)
    assert list(matrix_stages(gray, frozenset(BOTH), Budget.of_ms(1000), 4)) == []


@pytest.mark.parametrize("kinds", [(Symbology.DATA_MATRIX,), BOTH, None])
def test_bent_data_matrix_is_read_by_the_grid_rung(bottle, data_matrix, shown, kinds):
    frame, modules = bent_data_matrix(bottle, data_matrix, shown)
    (reading,) = read_codes(frame, kinds, budget_ms=60_000)
    assert (reading.symbology, reading.text) == (Symbology.DATA_MATRIX, TEXT)
    assert reading.rung is Rung.GRID
    assert reading.grid_step in (GridStep.START, GridStep.RECTIFIED, GridStep.GROWN)
    assert reading.modules == (modules.shape[1], modules.shape[0])
    assert 0.8 < reading.confidence <= 0.99


def test_rectified_patch_of_a_bent_rectangle_shows_its_modules(bottle, data_matrix, shown):
    frame, modules = bent_data_matrix(bottle, data_matrix, shown)
    (reading,) = read_codes(frame, BOTH, budget_ms=60_000)
    patch = rectify(frame, reading, 8, 2)
    assert patch is not None
    height, width = modules.shape
    assert patch.shape == ((height + 4) * 8, (width + 4) * 8, 3)
    middles = patch[20:-16:8, 20:-16:8, 0] < 128
    assert (middles == modules).mean() > 0.98


@pytest.mark.parametrize("kinds", [(Symbology.MICRO_QR_CODE,), BOTH])
def test_bent_micro_qr_code_is_read_by_the_grid_rung(bent_micro, kinds):
    (reading,) = read_codes(bent_micro, kinds, budget_ms=60_000)
    assert (reading.symbology, reading.text) == (Symbology.MICRO_QR_CODE, "MICRO 12345")
    assert reading.rung is Rung.GRID
    assert reading.modules == (17, 17)


def test_kinds_that_are_not_wanted_are_not_read(bottle, data_matrix, shown, bent_micro):
    frame, _ = bent_data_matrix(bottle, data_matrix, shown)
    assert read_codes(frame, (Symbology.MICRO_QR_CODE, Symbology.QR_CODE)) == ()
    assert read_codes(bent_micro, (Symbology.DATA_MATRIX, Symbology.QR_CODE)) == ()
    without = tuple(rung for rung in Rung if rung is not Rung.GRID)
    assert read_codes(frame, BOTH, ladder=without) == ()


def test_spent_budget_reads_nothing(bent_micro):
    gray = bent_micro.gray
    for found in matrix_stages(gray, frozenset(BOTH), Budget.of_ms(0), 4):
        assert found == []
