import numpy as np
import pytest

from vision.codes.shrinking import shrunk


def test_a_picture_of_its_own_size_stays_as_it_is():
    gray = np.random.default_rng(0).integers(0, 256, (3, 4), dtype=np.uint8)

    assert (shrunk(gray, (4, 3)) == gray).all()


@pytest.mark.parametrize("size_wh", [(200, 150), (137, 103), (75, 56), (50, 37), (1, 1)])
def test_grey_levels_keep_their_places(size_wh):
    """A plane of grey stays that plane: (x + 0.5) s - 0.5 is the centre of every pixel."""
    rows, columns = np.indices((300, 400), dtype=np.float64)
    gray = (20 + columns * 0.4 + rows * 0.2).round().astype(np.uint8)
    width, height = size_wh

    small = shrunk(gray, size_wh)

    y, x = np.indices((height, width), dtype=np.float64)
    there_x, there_y = (x + 0.5) * 400 / width - 0.5, (y + 0.5) * 300 / height - 0.5
    assert small.shape == (height, width)
    assert np.abs(small - (20 + there_x * 0.4 + there_y * 0.2)).max() <= 1.5


def test_noise_is_averaged_when_a_picture_is_made_much_smaller():
    noise = np.random.default_rng(1).normal(128, 20, (800, 800)).clip(0, 255).astype(np.uint8)

    assert shrunk(noise, (100, 100)).std() == pytest.approx(20 / 8, rel=0.15)


@pytest.mark.parametrize("shape", [(301, 401), (1, 5000), (5000, 1)])
def test_odd_sides_are_shrunk_too(shape):
    gray = np.full(shape, 77, np.uint8)
    size_wh = (max(1, shape[1] // 3), max(1, shape[0] // 3))

    assert (shrunk(gray, size_wh) == 77).all()
