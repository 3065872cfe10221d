"""A finder washed out by glare: the code is read through the other two, flat or on a roll."""

import cv2
import numpy as np
import pytest
import segno
import zxingcpp

from vision.codes.budget import Budget
from vision.codes.finding.triples import Place
from vision.codes.grid_reader import read_grids

PIXELS = 5.0
MIDDLE = 175.0


@pytest.mark.parametrize("lost", Place)
@pytest.mark.parametrize("half_bend_rad", [0.0, 0.5])
def test_code_without_one_finder_is_read(seen_modules, lost, half_bend_rad):
    code = segno.make("LOST FINDER", version=4, error="m", micro=False, boost_error=False)
    modules = np.array(list(code.matrix), dtype=bool)
    size = len(modules)
    centre_uv = ((3.5, 3.5), (size - 3.5, 3.5), (3.5, size - 3.5))[lost]
    c, s = np.cos(0.6), np.sin(0.6)

    def uv_of_xy(x, y):
        along = ((x - MIDDLE) * c + (y - MIDDLE) * s) / PIXELS
        below = (-(x - MIDDLE) * s + (y - MIDDLE) * c) / PIXELS
        if half_bend_rad:
            radius = size / 2 / half_bend_rad
            along = radius * np.arcsin(np.clip(along / radius, -1, 1))
        return along + size / 2, below + size / 2

    gray = seen_modules(modules, uv_of_xy, (350, 350), paper=190, ink=50)
    u, v = uv_of_xy(*np.meshgrid(np.arange(350.0), np.arange(350.0)))
    gray[(u - centre_uv[0]) ** 2 + (v - centre_uv[1]) ** 2 < 5**2] = 250
    gray = cv2.GaussianBlur(gray, (0, 0), 1)
    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    assert not [barcode for barcode in zxingcpp.read_barcodes(gray, kinds) if barcode.valid]
    (reading,) = read_grids(gray, Budget.of_ms(60_000))
    assert reading.barcode.text == "LOST FINDER"
    assert reading.version == 4
