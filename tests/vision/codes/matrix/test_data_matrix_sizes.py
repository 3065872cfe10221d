"""Borders of every Data Matrix size against another encoder's symbols."""

import numpy as np
import pytest

from vision.codes.matrix.data_matrix_sizes import SIZES, MatrixSize, border_patterns


def test_there_are_the_24_squares_and_6_rectangles_of_the_standard():
    assert len(SIZES) == 30
    assert len({(size.rows, size.columns) for size in SIZES}) == 30
    assert sum(size.rows == size.columns for size in SIZES) == 24
    assert all(size.rows % (2 * size.regions_down) == 0 for size in SIZES)
    assert all(size.columns % (2 * size.regions_across) == 0 for size in SIZES)


@pytest.mark.parametrize("version", range(1, 31))
def test_borders_of_every_size_are_those_of_another_encoder(data_matrix, version):
    for text in ("12", "13579"):
        modules = data_matrix(version, text)
        (size,) = [size for size in SIZES if (size.rows, size.columns) == modules.shape]
        patterns = border_patterns(size)
        assert np.array_equal(modules[patterns.all], patterns.dark[patterns.all])
        assert not patterns.dark[~patterns.all].any()
        assert not (patterns.solid & patterns.clock).any()


def test_borders_leave_the_data_modules_of_the_standard():
    # ISO/IEC 16022:2006, table 7: 3 + 5 and 204 + 84 codewords of 8 modules.
    ten, fifty_two = MatrixSize(10, 10), MatrixSize(52, 52, 2, 2)
    assert (~border_patterns(ten).all).sum() == 8 * 8
    assert (~border_patterns(fifty_two).all).sum() == 8 * (204 + 84)
