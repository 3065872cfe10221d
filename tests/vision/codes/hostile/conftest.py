"""Pictures made to waste a reader's time: each maker is named after the attack."""

import os
import re
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno

PHOTO_HW = (3000, 4000)
"""A 12-megapixel phone photo."""
FINDER = np.ones((7, 7), np.uint8)
FINDER[1:6, 1:6] = 0
FINDER[2:5, 2:5] = 1


def _noise(shape, seed=1):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def _tiled(tile, shape):
    down, across = (-(-side // length) for side, length in zip(shape, tile.shape, strict=True))
    return np.tile(tile, (down, across))[: shape[0], : shape[1]].copy()


def _gray_of(dark, pixels):
    return np.where(dark, 20, 235).astype(np.uint8).repeat(pixels, 0).repeat(pixels, 1)


def _finders(shape, module_px, gap_modules=1):
    return _tiled(_gray_of(np.pad(FINDER, (0, gap_modules)), module_px), shape)


def _turned(gray, degrees):
    height, width = gray.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(gray, turn, (width, height), borderMode=cv2.BORDER_REFLECT)


def _finders_of_all_sizes(shape):
    """Finders of 1.5 to 60 px per module, thrown at random, at every angle."""
    rng = np.random.default_rng(7)
    gray = np.full(shape, 235, np.uint8)
    for _ in range(max(30, shape[0] * shape[1] // 4000)):
        module_px = float(np.exp(rng.uniform(np.log(1.5), np.log(60)) * 0.8))
        centre = (float(rng.uniform(0, shape[1])), float(rng.uniform(0, shape[0])))
        angle = float(rng.uniform(0, 90))
        for modules, level in ((7, 20), (5, 235), (3, 20)):
            box = cv2.boxPoints((centre, (modules * module_px, modules * module_px), angle))
            cv2.fillPoly(gray, [np.round(box).astype(np.int32)], level)
    return gray


def _dolls(shape, step_px):
    """One square in another, all around the same centre."""
    rows, columns = np.indices(shape, dtype=np.int32, sparse=True)
    depth = np.maximum(abs(rows - shape[0] // 2), abs(columns - shape[1] // 2))
    return np.where(depth // step_px % 2, 20, 235).astype(np.uint8)


def _rings(shape, step_px):
    rows, columns = np.indices(shape, dtype=np.float32, sparse=True)
    radius = np.hypot(rows - shape[0] / 2, columns - shape[1] / 2)
    return np.where((radius / step_px).astype(np.int32) % 2, 20, 235).astype(np.uint8)


def _zone_plate(shape):
    """Moire at every frequency: the rings of a Fresnel plate, finer than a pixel at the rim."""
    rows, columns = np.indices(shape, dtype=np.float32, sparse=True)
    square = (rows - shape[0] / 2) ** 2 + (columns - shape[1] / 2) ** 2
    return (127.5 + 120 * np.cos(square * np.float32(np.pi / max(shape)))).astype(np.uint8)


def _moire(shape):
    """Two line screens at six degrees, as a monitor photographed by a sensor."""
    rows, columns = np.indices(shape, dtype=np.float32, sparse=True)
    one = np.sin(columns * np.float32(2.1)) * np.sin(rows * np.float32(2.1))
    angle = np.deg2rad(6.0)
    along = columns * np.float32(np.cos(angle)) + rows * np.float32(np.sin(angle))
    other = np.sin(along * np.float32(2.2))
    return (127.5 + 60 * one + 60 * other).astype(np.uint8)


def _checkers(shape, side_px):
    tile = np.kron(np.array([[0, 1], [1, 0]], np.uint8), np.ones((side_px, side_px), np.uint8))
    return _tiled(np.where(tile, 20, 235).astype(np.uint8), shape)


def _text_page(shape):
    gray = np.full(shape, 245, np.uint8)
    rng = np.random.default_rng(5)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz    ,.0123456789BDOQ%@#&"))
    for baseline in range(18, shape[0] + 18, 22):
        line = "".join(rng.choice(letters, max(1, shape[1] // 9)))
        cv2.putText(gray, line, (4, baseline), cv2.FONT_HERSHEY_SIMPLEX, 0.55, 20, 1, cv2.LINE_AA)
    return gray


def _gradient(shape):
    rows, columns = np.indices(shape, dtype=np.float32, sparse=True)
    return (255 * (rows / shape[0] + columns / shape[1]) / 2).astype(np.uint8)


def _maze(shape):
    """Contours as long as the picture has pixels: a random tree of one-pixel corridors."""
    cells = np.random.default_rng(11).integers(0, 2, ((shape[0] + 3) // 4, (shape[1] + 3) // 4))
    down = np.array([[1, 0, 0, 0]] * 4, np.uint8)
    tile = np.where(cells.repeat(4, 0).repeat(4, 1), _tiled(down, _up(shape)), 0)
    tile |= np.where(cells.repeat(4, 0).repeat(4, 1), 0, _tiled(down.T.copy(), _up(shape)))
    return np.where(tile, 20, 235).astype(np.uint8)[: shape[0], : shape[1]].copy()


def _up(shape):
    return (shape[0] + 3) // 4 * 4, (shape[1] + 3) // 4 * 4


def noise_symbol(version, seed=1):
    """bool (N, N): every function pattern of a version right, all other modules at random."""
    code = segno.make_qr("A", version=version, error="l", boost_error=False)
    rng = np.random.default_rng(seed)
    types_ = [list(row) for row in code.matrix_iter(verbose=True, border=0)]
    data = {segno.consts.TYPE_DATA_DARK, segno.consts.TYPE_DATA_LIGHT}
    dark = np.array([list(row) for row in code.matrix], dtype=bool)
    is_data = np.isin(types_, list(data))
    return np.where(is_data, rng.integers(0, 2, dark.shape) > 0, dark)


def _noise_symbols(shape, version, module_px):
    symbol = np.pad(noise_symbol(version), 4)
    return _tiled(_gray_of(symbol, module_px), shape)


def _valid_codes(shape, columns=25, rows=20, module_px=3):
    """A sheet of small codes, each with its own text: 500 where the picture has room."""
    gray = np.full(shape, 235, np.uint8)
    side = (25 + 8) * module_px
    for index in range(columns * rows):
        top, left = index // columns * side, index % columns * side
        if top + side > shape[0] or left + side > shape[1]:
            continue
        code = segno.make_qr(f"SN{index:05d}", version=2, error="m", boost_error=False)
        symbol = np.pad(np.array([list(row) for row in code.matrix], np.uint8), 4)
        gray[top : top + side, left : left + side] = _gray_of(symbol, module_px)
    return gray


def _matrix_borders(shape, module_px):
    """Data Matrix: an L and its timing on every cell, noise inside."""
    cell = np.random.default_rng(3).integers(0, 2, (18, 18)).astype(np.uint8)
    cell[:, 0] = cell[-1] = 1
    cell[0] = np.arange(18) % 2 == 0
    cell[:, -1] = np.arange(18) % 2 == 1
    return _tiled(_gray_of(np.pad(cell, 1), module_px), shape)


def _bullseyes(shape, module_px):
    """The core of an Aztec code everywhere."""
    rows, columns = np.indices((15, 15))
    depth = np.maximum(abs(rows - 7), abs(columns - 7))
    return _tiled(_gray_of(depth % 2 == 0, module_px), shape)


def _bars(shape, module_px):
    """Rows of bars without end, no check digit right."""
    rng = np.random.default_rng(9)
    widths = rng.integers(1, 5, shape[1] // (2 * module_px) + 8)
    row = np.concatenate([np.full(w, i % 2) for i, w in enumerate(widths)])
    line = _gray_of(row[None], module_px)[:, : shape[1]]
    return _tiled(np.vstack([line] * 40), shape)


def _row_starts(shape, module_px):
    """PDF417 start patterns side by side, each row shifted: every row could begin a symbol."""
    start = np.repeat([1, 0, 1, 0, 1, 0, 1, 0], [8, 1, 1, 1, 1, 1, 1, 3])
    rows = [np.roll(_tiled(start[None].astype(np.uint8), (1, 17 * 8))[0], 3 * k) for k in range(17)]
    return _tiled(_gray_of(np.array(rows).repeat(3, 0), module_px), shape)


def _touching_finders(shape, module_px):
    """Finders whose outer squares flow together: nothing closes them but what they hold."""
    return _finders(shape, module_px, gap_modules=0)


def _coarse_noise(shape, side_px):
    down, across = (-(-side // side_px) for side in shape)
    coarse = np.where(_noise((down, across), 2) > 127, 235, 20).astype(np.uint8)
    return coarse.repeat(side_px, 0).repeat(side_px, 1)[: shape[0], : shape[1]].copy()


def _noisy(gray, spread):
    offsets = np.random.default_rng(4).normal(0, spread, gray.shape).astype(np.float32)
    return np.clip(gray + offsets, 0, 255).astype(np.uint8)


def _smooth_noise(shape, sigma_px):
    rough = cv2.GaussianBlur(_noise(shape, 6), (0, 0), sigma_px)
    return np.asarray(cv2.normalize(rough, None, 0, 255, cv2.NORM_MINMAX), dtype=np.uint8)


def _two_finders(shape):
    """Pairs of finders 40 modules apart, timing between them, and never a third one."""
    cell = np.zeros((24, 60), np.uint8)
    cell[4:11, 4:11] = cell[4:11, 44:51] = FINDER
    cell[10, 12:43:2] = 1
    cell[4:20, 12:43] |= np.random.default_rng(8).integers(0, 2, (16, 31)).astype(np.uint8)
    return _tiled(_gray_of(cell, 4), shape)


ATTACKS = {
    "white": lambda shape: np.full(shape, 255, np.uint8),
    "black": lambda shape: np.zeros(shape, np.uint8),
    "gradient": _gradient,
    "noise": _noise,
    "noise_of_two_levels": lambda shape: np.where(_noise(shape) > 127, 255, 0).astype(np.uint8),
    "noise_of_2_px": lambda shape: _coarse_noise(shape, 2),
    "noise_of_3_px": lambda shape: _coarse_noise(shape, 3),
    "noise_of_8_px": lambda shape: _coarse_noise(shape, 8),
    "noise_of_20_px": lambda shape: _coarse_noise(shape, 20),
    "smooth_noise": lambda shape: _smooth_noise(shape, 1.5),
    "smoother_noise": lambda shape: _smooth_noise(shape, 5),
    "checkers_of_1_px": lambda shape: _checkers(shape, 1),
    "checkers_of_2_px": lambda shape: _checkers(shape, 2),
    "checkers_of_9_px": lambda shape: _checkers(shape, 9),
    "stripes_of_1_px": lambda shape: _tiled(np.array([[20, 235]], np.uint8), shape),
    "finders_of_2_px": lambda shape: _finders(shape, 2),
    "finders_of_4_px": lambda shape: _finders(shape, 4),
    "finders_of_9_px": lambda shape: _finders(shape, 9),
    "finders_of_30_px": lambda shape: _finders(shape, 30),
    "finders_turned_17_deg": lambda shape: _turned(_finders(shape, 4), 17),
    "finders_turned_45_deg": lambda shape: _turned(_finders(shape, 6), 45),
    "finders_of_all_sizes": _finders_of_all_sizes,
    "finders_that_touch": lambda shape: _touching_finders(shape, 4),
    "finders_in_noise": lambda shape: _noisy(_finders(shape, 4), 60),
    "finders_inverted": lambda shape: 255 - _finders(shape, 5),
    "finders_in_pairs": _two_finders,
    "squares_in_squares_of_2_px": lambda shape: _dolls(shape, 2),
    "squares_in_squares_of_9_px": lambda shape: _dolls(shape, 9),
    "rings_of_3_px": lambda shape: _rings(shape, 3),
    "zone_plate": _zone_plate,
    "moire": _moire,
    "maze": _maze,
    "text_page": _text_page,
    "noise_symbols_of_version_1": lambda shape: _noise_symbols(shape, 1, 3),
    "noise_symbols_of_version_7": lambda shape: _noise_symbols(shape, 7, 4),
    "noise_symbols_of_version_40": lambda shape: _noise_symbols(shape, 40, 3),
    "data_matrix_borders": lambda shape: _matrix_borders(shape, 4),
    "aztec_bullseyes": lambda shape: _bullseyes(shape, 4),
    "bars": lambda shape: _bars(shape, 3),
    "pdf417_starts": lambda shape: _row_starts(shape, 3),
    "valid_codes": _valid_codes,
}


@pytest.fixture
def attack():
    """Return a function that draws an attack: name and (height, width) to grey uint8 (h, w)."""

    def draw(name, shape=PHOTO_HW):
        gray = ATTACKS[name](shape)
        assert gray.dtype == np.uint8
        assert gray.shape == tuple(shape)
        return gray

    return draw


@pytest.fixture
def random_symbol():
    """Return a function that gives a symbol whose patterns are right and whose data is noise."""
    return noise_symbol


@pytest.fixture
def peak_mib():
    """Return a function that runs an action and gives what the process took for it at its worst.

    Resident memory by the kernel's own count, so that OpenCV's and the decoder's buffers are in it.
    """
    clear, status = Path("/proc/self/clear_refs"), Path("/proc/self/status")
    if not os.access(clear, os.W_OK):
        pytest.skip("the kernel's high-water mark can't be reset here")

    def kib_of(name):
        return int(re.search(rf"{name}:\s+(\d+) kB", status.read_text()).group(1))

    def measured(action):
        clear.write_text("5")
        before = kib_of("VmRSS")
        action()
        return (kib_of("VmHWM") - before) / 1024

    return measured


@pytest.fixture
def own_clock():
    """Read the clock of this thread's work, s: what the reader's budget is measured by too.

    A busy machine changes nothing; OpenCV works in this one thread.
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield time.thread_time
    cv2.setNumThreads(threads)


def pytest_generate_tests(metafunc):
    """Run a test that asks for `every_attack` once for each of them."""
    if "every_attack" in metafunc.fixturenames:
        metafunc.parametrize("every_attack", sorted(ATTACKS))
