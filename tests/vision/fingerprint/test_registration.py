import time

import cv2
import numpy as np
import pytest
import segno
import zxingcpp

from vision.codes import read_codes
from vision.fingerprint import PrintedMatrix, PrintRefusal, RegisteredPrint, register
from vision.frame import Frame

TEXT = "https://verify.example/7K3M9QX2WD"
FLAT = [(45.0, 45.0), (414.0, 46.0), (418.0, 419.0), (41.0, 415.0)]
TILTED = [(65.0, 43.0), (403.0, 79.0), (389.0, 374.0), (50.0, 425.0)]
TURNED = [(418.0, 50.0), (403.0, 425.0), (36.0, 410.0), (50.0, 43.0)]


def registered(frame, claimed=None):
    (reading,) = read_codes(frame, budget_ms=10_000)
    return register(frame, reading, claimed)


def middles(side):
    """Module coordinates (side * side, 2) of the middles of all modules."""
    along = np.arange(side) + 0.5
    return np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)


def off_modules(found, uv_from_xy):
    """How far the middles of modules are from where they truly lie: root mean square, modules."""
    uv = middles(found.matrix.size_modules)
    return np.sqrt(np.mean((uv_from_xy.apply(found.grid.points_xy(uv)) - uv) ** 2))


@pytest.mark.parametrize("corners", [FLAT, TILTED, TURNED])
def test_a_print_seen_from_anywhere_is_registered_to_a_hundredth(
    modules, accidents, photographed, corners
):
    frame, uv_from_xy = photographed(modules, accidents(modules.shape[0], 1, 0.01), corners)

    found = registered(frame)

    assert isinstance(found, RegisteredPrint)
    assert np.array_equal(found.matrix.modules, modules)
    assert not found.matrix.masked.any()
    assert off_modules(found, uv_from_xy) < 0.01
    assert found.agreement == 1.0
    true_px = np.sqrt(np.prod(np.ptp(np.array(corners), axis=0))) / modules.shape[0]
    assert found.photo_pixels_per_module == pytest.approx(true_px, rel=0.15)


def test_the_patch_shows_every_module_at_its_place(modules, accidents, photographed):
    frame, _ = photographed(modules, accidents(modules.shape[0], 1), TILTED)

    found = registered(frame)

    pixels = found.pixels_per_module
    middles = found.patch[pixels + pixels // 2 :: pixels, pixels + pixels // 2 :: pixels]
    side = modules.shape[0]
    assert found.patch.shape == ((side + 2) * pixels,) * 2
    assert np.array_equal(middles[:side, :side] < 128, modules)


@pytest.mark.parametrize("deviation", [0.01, 0.05])
def test_the_uncertainty_is_about_the_true_error(modules, accidents, photographed, deviation):
    frame, uv_from_xy = photographed(modules, accidents(modules.shape[0], 2, deviation), FLAT)

    found = registered(frame)

    assert 0.8 * deviation < found.residual_modules < 1.6 * deviation
    error = off_modules(found, uv_from_xy)
    assert 0.5 * found.uncertainty_modules < error < 2 * found.uncertainty_modules


def test_a_print_around_a_roll_is_registered(modules, accidents, drawn):
    side, size = modules.shape[0], 460
    radius, pixels = 1.0 * side, 12.0

    def uv_of_xy(x, y):
        across = np.clip((x - size / 2 + 0.5) / pixels / radius, -1, 1)
        return side / 2 + radius * np.arcsin(across), side / 2 + (y - size / 2 + 0.5) / pixels

    gray = drawn(modules, accidents(side, 3, 0.01), uv_of_xy, (size, size))
    gray = cv2.GaussianBlur(gray, (0, 0), 1.0)

    found = registered(Frame.of_gray(np.round(gray).astype(np.uint8)))

    assert isinstance(found, RegisteredPrint)
    uv = middles(side)
    x, y = found.grid.points_xy(uv).T
    off = np.stack(uv_of_xy(x, y), axis=1) - uv
    assert np.sqrt((off**2).mean()) < 0.02


def test_a_picture_on_the_code_is_masked_and_the_modules_under_it_are_rebuilt(
    modules, accidents, photographed
):
    side = modules.shape[0]
    shown = modules.copy()
    block = slice(side // 2 - 5, side // 2 + 5)
    shown[block, block] = np.random.default_rng(2).random((10, 10)) < 0.5
    frame, _ = photographed(shown, accidents(side, 4), FLAT)

    found = registered(frame)

    assert isinstance(found, RegisteredPrint)
    assert np.array_equal(found.matrix.modules, modules)
    wrong = shown != modules
    assert found.matrix.masked[wrong].mean() > 0.95
    assert found.matrix.masked.sum() <= 12 * 12


def test_what_is_claimed_is_taken_with_its_mask(modules, accidents, photographed):
    masked = np.zeros(modules.shape, bool)
    masked[12:18, 12:18] = True
    frame, _ = photographed(modules, accidents(modules.shape[0], 5), FLAT)

    found = registered(frame, PrintedMatrix(modules, masked))

    assert np.array_equal(found.matrix.masked, masked)


@pytest.mark.parametrize("kind", ["another message", "another mask pattern", "another size"])
def test_a_wrong_matrix_is_refused(modules, accidents, photographed, kind):
    version = (modules.shape[0] - 17) // 4
    right_mask = segno.make(TEXT, error="q", micro=False).mask
    match kind:
        case "another message":
            other = segno.make(TEXT[:-1] + "G", error="q", version=version)
        case "another mask pattern":
            other = segno.make(TEXT, error="q", version=version, mask=(right_mask + 1) % 8)
        case _:
            other = segno.make(TEXT, error="q", version=version + 1)
    claimed = PrintedMatrix.of(np.array(list(other.matrix), dtype=bool))
    frame, _ = photographed(modules, accidents(modules.shape[0], 6), FLAT)

    found = registered(frame, claimed)

    assert found in (PrintRefusal.ANOTHER_SYMBOL, PrintRefusal.UNCLEAR)
    assert (found is PrintRefusal.ANOTHER_SYMBOL) == (kind != "another mask pattern")


def test_bars_are_refused():
    bars = zxingcpp.create_barcode("4006381333931", zxingcpp.BarcodeFormat.EAN13)
    gray = np.array(zxingcpp.write_barcode_to_image(bars, scale=4), dtype=np.uint8)
    frame = Frame.of_gray(cv2.copyMakeBorder(gray, *(40,) * 4, cv2.BORDER_CONSTANT, value=255))

    assert registered(frame) is PrintRefusal.NOT_A_QR_CODE


def test_a_reading_of_another_frame_is_refused(modules, accidents, photographed):
    frame, _ = photographed(modules, accidents(modules.shape[0], 7), FLAT)
    (reading,) = read_codes(frame)
    noise = np.random.default_rng(3).integers(0, 256, frame.gray.shape, dtype=np.uint8)

    assert register(Frame.of_gray(noise), reading) is PrintRefusal.NOT_REBUILT
    claimed = PrintedMatrix.of(modules)
    assert register(Frame.of_gray(noise), reading, claimed) is PrintRefusal.UNCLEAR


@pytest.mark.bench
def test_registration_takes_at_most_120_ms_of_one_thread(modules, accidents, photographed):
    frame, _ = photographed(modules, accidents(modules.shape[0], 8), TILTED, noise=2.0)
    (reading,) = read_codes(frame)
    cv2.setNumThreads(1)
    times = []
    for _ in range(9):
        began = time.thread_time()
        register(frame, reading)
        times.append(time.thread_time() - began)

    assert np.median(times) < 0.120
