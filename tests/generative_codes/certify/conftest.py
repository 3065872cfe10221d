"""Symbols and constructed reflectance pictures whose grades can be worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from generative_codes import make_symbol, to_raster
from generative_codes.certify.reflectance import GradedPicture
from generative_codes.symbol import ErrorLevel

if TYPE_CHECKING:
    from collections.abc import Callable

    from generative_codes.symbol import Symbol

PIXELS = 10


@pytest.fixture(scope="session")
def symbol_1h() -> Symbol:
    """Version 1-H: one block, 17 error correction codewords, one of them kept for detection."""
    return make_symbol("DIANJIN", ErrorLevel.H, 1)


@pytest.fixture(scope="session")
def symbol_7q() -> Symbol:
    """Version 7-Q: six alignment patterns, version information, six blocks of 18."""
    return make_symbol("https://t.dianjin.cn/c/7", ErrorLevel.Q, 7)


@pytest.fixture(scope="session")
def symbol_5h() -> Symbol:
    """Version 5-H with a URL of 39 characters."""
    return make_symbol("https://t.dianjin.cn/c/9E3779B97F4A7C15", ErrorLevel.H, 5)


@pytest.fixture(scope="session")
def paint() -> Callable[..., GradedPicture]:
    """(symbol, dark, light, changed {(row, column): reflectance}, quiet zone) -> picture.

    Quiet zone modules are counted from the symbol's corner, so (-1, 0) lies above its first.
    """

    def draw(symbol, dark=0.0, light=1.0, changed=None, quiet=4):
        tones = np.where(np.pad(symbol.modules, quiet), dark, light).astype(np.float32)
        for (row, column), tone in (changed or {}).items():
            tones[row + quiet, column + quiet] = tone
        pixels = tones.repeat(PIXELS, axis=0).repeat(PIXELS, axis=1)
        return GradedPicture(pixels, PIXELS, quiet, symbol.size_modules)

    return draw


@pytest.fixture(scope="session")
def one_module_of_each_codeword() -> Callable[..., list[tuple[int, int]]]:
    """(symbol, number, dark, block) -> places, each in another codeword, of the asked colour."""

    def pick(symbol, number, dark, block=0):
        layout = symbol.layout
        places, seen = [], set()
        for row, column in np.argwhere(symbol.modules == dark):
            codeword = layout.bit_of_module[row, column] // 8
            if layout.block_of_module[row, column] == block and codeword not in seen:
                seen.add(codeword)
                places.append((int(row), int(column)))
        assert len(places) >= number
        return places[:number]

    return pick


@pytest.fixture(scope="session")
def render() -> Callable[..., np.ndarray]:
    """Symbol -> uint8 picture with quiet zone, ten pixels per module."""

    def draw(symbol, quiet=4):
        return to_raster(symbol, PIXELS, quiet)

    return draw
