"""Pictures of codes drawn by other encoders (segno, zxing-cpp's writer), and where they lie."""

import cv2
import numpy as np
import pytest
import segno
import zxingcpp

from vision.frame import Frame
from vision.geometry import Quad


@pytest.fixture
def qr_scene():
    """Return a function that draws a QR code; it gives the frame, the quad and the modules."""

    def draw(payload, pixels_per_module=6, version=None, micro=False, first=40, paper=230, ink=25):
        code = segno.make(payload, version=version, micro=micro, error=None if micro else "m")
        modules = np.array(list(code.matrix), dtype=np.uint8)
        block = np.ones((pixels_per_module, pixels_per_module))
        side = modules.shape[0] * pixels_per_module
        gray = np.full((side + 2 * first, side + 2 * first), paper, np.uint8)
        gray[first : first + side, first : first + side] = np.where(
            np.kron(modules, block), ink, paper
        )
        edge = (first - 0.5, first + side - 0.5)
        return Frame.of_gray(gray), Quad.upright(edge[0], edge[0], edge[1], edge[1]), modules

    return draw


@pytest.fixture
def barcode():
    """Return a function that draws any code with zxing-cpp's writer: grey uint8 (h, w)."""

    def draw(text, kind, scale=3, margin=30):
        code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
        gray = np.array(zxingcpp.write_barcode_to_image(code, scale=scale), dtype=np.uint8)
        return cv2.copyMakeBorder(
            gray, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=255
        )

    return draw


@pytest.fixture
def seen_modules():
    """Return a function that draws modules through any map whose inverse is known in closed form.

    `uv_of_xy(x, y)` gives module coordinates of picture points, px; pixels are means of 4 x 4
    samples at exact places.
    """

    def draw(modules, uv_of_xy, size_wh, paper=230, ink=25):
        width, height = size_wh
        x = (np.arange(4 * width) + 0.5) / 4 - 0.5
        y = (np.arange(4 * height) + 0.5) / 4 - 0.5
        u, v = uv_of_xy(*np.meshgrid(x, y))
        rows, columns = np.floor(v).astype(int), np.floor(u).astype(int)
        side_v, side_u = np.shape(modules)
        inside = (rows >= 0) & (rows < side_v) & (columns >= 0) & (columns < side_u)
        dark = np.zeros(u.shape, bool)
        dark[inside] = np.asarray(modules, bool)[rows[inside], columns[inside]]
        gray = np.where(dark, float(ink), float(paper))
        gray = gray.reshape(height, 4, width, 4).mean(axis=(1, 3))
        return np.round(gray).astype(np.uint8)

    return draw
