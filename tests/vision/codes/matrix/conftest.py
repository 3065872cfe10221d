"""Matrix symbols by zxing-cpp's writer on bottles whose geometry is known in closed form."""

from dataclasses import dataclass

import numpy as np
import pytest
import zxingcpp


@dataclass(frozen=True)
class Bottle:
    """An upright cylinder seen straight, its rims as ellipses: both ways in closed form.

    `half_deg`: angle from the symbol's middle to its side; `bow`: how far the middle of a row lies
    below its ends, in radii; `turn_deg`: of the whole picture.
    """

    size: tuple[int, int]
    pixels: float
    half_deg: float = 0.0
    bow: float = 0.0
    turn_deg: float = 0.0

    @property
    def side_px(self):
        return int(1.5 * self.pixels * (max(self.size) + 4))

    @property
    def radius(self):
        return self.size[1] / 2 / np.radians(max(self.half_deg, 0.01))

    def _turn(self):
        c, s = np.cos(np.radians(self.turn_deg)), np.sin(np.radians(self.turn_deg))
        return np.array(((c, s), (-s, c)))

    def uv_of_xy(self, x, y):
        rows, columns = self.size
        middle = (self.side_px - 1) / 2
        flat = np.stack((x - middle, y - middle), axis=-1) @ self._turn().T / self.pixels
        sine = flat[..., 0] / self.radius
        angle = np.arcsin(np.clip(sine, -1, 1))
        u = np.where(np.abs(sine) < 1, angle * self.radius + columns / 2, -99.0)
        return u, flat[..., 1] - self.bow * self.radius * np.cos(angle) + self._level() + rows / 2

    def _level(self):
        return self.bow * self.radius * np.cos(np.radians(self.half_deg / 2))

    def xy_of_uv(self, uv):
        rows, columns = self.size
        angle = (uv[..., 0] - columns / 2) / self.radius
        across = self.radius * np.sin(angle)
        down = uv[..., 1] - rows / 2 + self.bow * self.radius * np.cos(angle) - self._level()
        flat = np.stack((across, down), axis=-1) * self.pixels
        return flat @ self._turn() + (self.side_px - 1) / 2


def data_matrix_modules(version, text="123456"):
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, version=version)
    return np.array(code.to_image(scale=1, add_quiet_zones=False)) == 0


@pytest.fixture
def bottle():
    """Return a class of bottles: `Bottle(size, pixels, half_deg, bow, turn_deg)`."""
    return Bottle


@pytest.fixture
def data_matrix():
    """Return a function that gives the modules of a Data Matrix by zxing-cpp's size number."""
    return data_matrix_modules


@pytest.fixture
def shown(seen_modules):
    """Return a function that draws modules on a bottle."""

    def draw(modules, bottle, **levels):
        side = bottle.side_px
        return seen_modules(modules, bottle.uv_of_xy, (side, side), **levels)

    return draw
