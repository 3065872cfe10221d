"""Made logos, targets and the witnesses of the steering tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
import qrcodegen

from generative_codes.artwork import Artwork, Target
from generative_codes.symbol import ErrorLevel

if TYPE_CHECKING:
    from collections.abc import Callable

_LEVEL = {
    ErrorLevel.L: qrcodegen.QrCode.Ecc.LOW,
    ErrorLevel.M: qrcodegen.QrCode.Ecc.MEDIUM,
    ErrorLevel.Q: qrcodegen.QrCode.Ecc.QUARTILE,
    ErrorLevel.H: qrcodegen.QrCode.Ecc.HIGH,
}


def _artwork(gray) -> Artwork:
    return Artwork(np.repeat(gray[..., None], 3, axis=2), np.full(gray.shape, 255, np.uint8))


def _ring(canvas) -> None:
    cv2.circle(canvas, (200, 200), 160, 0, 70)


def _letter(canvas) -> None:
    cv2.putText(canvas, "R", (60, 350), cv2.FONT_HERSHEY_DUPLEX, 13, 0, 50)


def _leaf(canvas) -> None:
    cv2.ellipse(canvas, (200, 200), (170, 90), -45, 0, 360, 0, -1)
    cv2.line(canvas, (80, 320), (320, 80), 255, 20)


def _star(canvas) -> None:
    radii = np.where(np.arange(10) % 2 == 0, 180, 76)
    angles = np.pi * np.arange(10) / 5
    points = np.stack((200 + radii * np.sin(angles), 200 - radii * np.cos(angles)), axis=1)
    cv2.fillPoly(canvas, [points.astype(np.int32)], 0)


def _bars(canvas) -> None:
    for index, height in enumerate((140, 240, 340)):
        left = 50 + 110 * index
        cv2.rectangle(canvas, (left, 380 - height), (left + 75, 380), 0, -1)


LOGOS = {"ring": _ring, "letter": _letter, "leaf": _leaf, "star": _star, "bars": _bars}


@pytest.fixture(scope="session", params=list(LOGOS))
def logo(request) -> Artwork:
    """Each of five made logos, black on white, 400 x 400 pixels."""
    canvas = np.full((400, 400), 255, np.uint8)
    LOGOS[request.param](canvas)
    return _artwork(canvas)


@pytest.fixture(scope="session")
def star() -> Artwork:
    """One made logo."""
    canvas = np.full((400, 400), 255, np.uint8)
    _star(canvas)
    return _artwork(canvas)


@pytest.fixture(scope="session")
def random_target() -> Callable[..., Target]:
    """(side, seed) -> a target of noise: half of it does not matter, a quarter is the zone."""

    def make(side, seed=0):
        rng = np.random.default_rng(seed)
        importance = rng.random((side, side), dtype=np.float32)
        importance[rng.random((side, side)) < 0.5] = 0
        zone = np.zeros((side, side), bool)
        zone[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = True
        return Target(rng.random((side, side)) < 0.5, importance, zone)

    return make


@pytest.fixture(scope="session")
def qrcodegen_of_codewords() -> Callable[..., np.ndarray]:
    """(version, level, data codewords, mask) -> modules of qrcodegen: placing, correction, mask."""

    def make(version, level, codewords, mask):
        code = qrcodegen.QrCode(version, _LEVEL[level], bytes(codewords), mask)
        side = code.get_size()
        return np.array([[code.get_module(x, y) for x in range(side)] for y in range(side)])

    return make


@pytest.fixture(scope="session")
def picture() -> Callable[[np.ndarray], np.ndarray]:
    """Modules -> grey picture with quiet zone, 4 pixels per module."""

    def paint(modules):
        shades = np.where(np.pad(modules, 4), 0, 255).astype(np.uint8)
        return np.kron(shades, np.ones((4, 4), np.uint8))

    return paint
