"""Prints whose every edge lies at a known place, drawn without any code of the room under test."""

import cv2
import numpy as np
import pytest
import segno

from vision.frame import Frame
from vision.geometry import Homography

TEXT = "https://verify.example/7K3M9QX2WD"


@pytest.fixture(scope="session")
def modules():
    """A QR Code made by another encoder, bool (N, N)."""
    return np.array(list(segno.make(TEXT, error="q", micro=False).matrix), dtype=bool)


@pytest.fixture(scope="session")
def accidents():
    """Return a function that gives a print's random edge shifts (upright, lying), modules."""

    def draw(side, seed, deviation=0.04):
        generator = np.random.default_rng(seed)
        upright = generator.normal(0, deviation, (side, side + 1))
        lying = generator.normal(0, deviation, (side + 1, side))
        return np.clip(upright, -0.12, 0.12), np.clip(lying, -0.12, 0.12)

    return draw


@pytest.fixture(scope="session")
def drawn():
    """Return a function that draws a print: uint8 (h, w), each pixel the mean of 4 x 4 samples.

    `upright[r, k]` shifts the part in row r of lattice line u = k, `lying[k, c]` the part in
    column c of line v = k. `uv_of_xy` maps picture points to module coordinates.
    """

    def draw(modules, shifts, uv_of_xy, size_wh, paper=230.0, ink=25.0, samples=4):
        width, height = size_wh
        x = (np.arange(samples * width) + 0.5) / samples - 0.5
        y = (np.arange(samples * height) + 0.5) / samples - 0.5
        u, v = uv_of_xy(*np.meshgrid(x, y))
        side = modules.shape[0]
        upright, lying = shifts
        column, row = np.floor(u).astype(int), np.floor(v).astype(int)
        inside = (column >= 0) & (column < side) & (row >= 0) & (row < side)
        r, c = np.clip(row, 0, side - 1), np.clip(column, 0, side - 1)
        at = c - (u - c < upright[r, c]) + (u - c - 1 > upright[r, c + 1])
        down = r - (v - r < lying[r, c]) + (v - r - 1 > lying[r + 1, c])
        padded = np.pad(modules, 1)
        dark = padded[down + 1, at + 1] & inside
        gray = np.where(dark, ink, paper).reshape(height, samples, width, samples)
        return gray.mean(axis=(1, 3))

    return draw


@pytest.fixture(scope="session")
def straight(drawn):
    """Return a function that draws the straight patch of a print, margin of one module."""

    def draw(modules, shifts, pixels_per_module=16):
        side = (modules.shape[0] + 2) * pixels_per_module

        def uv_of_xy(x, y):
            return (x + 0.5) / pixels_per_module - 1, (y + 0.5) / pixels_per_module - 1

        return drawn(modules, shifts, uv_of_xy, (side, side)).astype(np.float32)

    return draw


@pytest.fixture(scope="session")
def photographed(drawn):
    """Return a function that photographs a print from the side: frame and uv_from_xy."""

    def photograph(modules, shifts, corners, size_wh=(460, 460), blur_px=1.0, noise=0.0, tone=None):
        side = float(modules.shape[0])
        square = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)]
        uv_from_xy = Homography.from_points(square, corners)

        def uv_of_xy(x, y):
            points = np.stack((x.ravel(), y.ravel()), axis=1)
            return uv_from_xy.apply(points).T.reshape(2, *x.shape)

        gray = drawn(modules, shifts, uv_of_xy, size_wh)
        gray = cv2.GaussianBlur(gray, (0, 0), blur_px)
        if tone is not None:
            gray = tone(gray)
        gray = gray + np.random.default_rng(7).normal(0, noise, gray.shape)
        frame = Frame.of_gray(np.clip(np.round(gray), 0, 255).astype(np.uint8))
        return frame, uv_from_xy

    return photograph
