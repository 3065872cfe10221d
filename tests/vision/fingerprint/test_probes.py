import numpy as np
import pytest

from vision.fingerprint.probes import Probe, probed

SIDE, SIZE = 400.0, 501


def dot(x, y):
    gray = np.full((SIZE, SIZE), 255, np.uint8)
    gray[y - 1 : y + 2, x - 1 : x + 2] = 0
    return gray


def middle_of(gray):
    dark = 255.0 - gray
    dark[dark < 3] = 0
    y, x = np.mgrid[0 : gray.shape[0], 0 : gray.shape[1]]
    return (dark * x).sum() / dark.sum(), (dark * y).sum() / dark.sum()


@pytest.mark.parametrize("probe", [p for p in Probe if p is not Probe.FEW_PIXELS])
def test_the_middle_stays_where_it_is(probe):
    gray = probed(dot(250, 250), probe, SIDE / 33, 33)

    assert gray.shape == (SIZE, SIZE)
    assert middle_of(gray) == pytest.approx((250, 250), abs=0.1)


def test_few_pixels_are_three_per_module():
    gray = probed(np.full((660, 660), 200, np.uint8), Probe.FEW_PIXELS, 20.0, 33)

    assert gray.shape == (99, 99)


@pytest.mark.parametrize("arc", [-180, 100, 190])
def test_a_point_of_the_cylinder_is_seen_where_the_pinhole_puts_it(arc):
    gray = probed(dot(250 + arc, 250), Probe.CYLINDER, SIDE / 33, 33)

    angle = arc / SIDE
    depth = 5 * SIDE + SIDE * (1 - np.cos(angle))
    expected = 250 + 5 * SIDE * SIDE * np.sin(angle) / depth
    assert middle_of(gray)[0] == pytest.approx(expected, abs=0.3)


@pytest.mark.parametrize("across", [-180, 100, 190])
def test_a_point_of_the_tilted_plane_is_seen_where_the_pinhole_puts_it(across):
    gray = probed(dot(250 + across, 150), Probe.TILT, SIDE / 33, 33)

    angle = np.deg2rad(20)
    scale = 5 * SIDE / (5 * SIDE + across * np.sin(angle))
    expected = 250 + across * np.cos(angle) * scale, 250 - 100 * scale
    assert middle_of(gray) == pytest.approx(expected, abs=0.3)
