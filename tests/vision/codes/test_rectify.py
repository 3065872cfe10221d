import cv2
import numpy as np
import pytest

from vision.codes import CodeReading, Rung, Symbology, read_codes, rectify
from vision.frame import Frame
from vision.geometry import Homography, Quad, warp

PAYLOAD = "https://verify.example/01/09506000134352/21/7K3M9QX2WD5RTB8HNC4F"


def modules_in(patch, pixels_per_module, margin_modules):
    """Threshold the middle of every module of a patch: bool (rows, columns), True = dark."""
    gray = cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY)
    first = margin_modules * pixels_per_module + pixels_per_module // 2
    end = patch.shape[0] - margin_modules * pixels_per_module
    return gray[first:end:pixels_per_module, first:end:pixels_per_module] < 128


@pytest.mark.parametrize("pixels_per_module", [3, 6, 8, 13])
@pytest.mark.parametrize("margin_modules", [0, 4])
def test_a_patch_shows_exactly_the_modules_of_the_encoder(
    qr_scene, pixels_per_module, margin_modules
):
    frame, _, modules = qr_scene(PAYLOAD)
    (reading,) = read_codes(frame)

    patch = rectify(frame, reading, pixels_per_module, margin_modules)

    assert patch.dtype == np.uint8
    assert patch.shape == ((modules.shape[0] + 2 * margin_modules) * pixels_per_module,) * 2 + (3,)
    assert np.array_equal(modules_in(patch, pixels_per_module, margin_modules), modules == 1)


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_a_code_seen_from_the_side_and_turned_is_straightened(qr_scene, quarter_turns):
    frame, quad, modules = qr_scene(PAYLOAD, 8)
    corners = [(90.0, 60), (390, 100), (420, 410), (60, 380)]
    dst_from_src = Homography.from_points(corners, quad.corners_px)
    seen = warp(frame.bgr, dst_from_src, (480, 470), border=230)
    seen = Frame(np.rot90(seen, quarter_turns))

    (reading,) = read_codes(seen)

    assert np.array_equal(modules_in(rectify(seen, reading), 8, 4), modules == 1)


def test_a_code_much_larger_than_its_patch_is_averaged_down(qr_scene):
    frame, _, modules = qr_scene(PAYLOAD, 24)
    (reading,) = read_codes(frame)

    assert np.array_equal(modules_in(rectify(frame, reading, 4), 4, 4), modules == 1)


def test_what_lies_outside_the_picture_is_white(qr_scene):
    frame, _, _ = qr_scene(PAYLOAD, first=3)
    reading = read_codes(qr_scene(PAYLOAD, first=40)[0])[0]
    moved = CodeReading(
        reading.text,
        reading.raw,
        reading.symbology,
        Quad(reading.quad.corners_px - 37),
        reading.rungs,
        reading.modules,
    )

    patch = rectify(frame, moved, 6, 4)

    assert (patch[:18] == 255).all()


def test_rectangular_matrix_codes_keep_their_shape(barcode):
    frame = Frame.of_gray(barcode("rmqr 12345", "RMQRCode", 4))
    (reading,) = read_codes(frame)
    columns, rows = reading.modules

    assert columns > rows
    assert rectify(frame, reading, 5, 2).shape == ((rows + 4) * 5, (columns + 4) * 5, 3)


def test_codes_without_a_known_module_grid_have_no_patch(barcode):
    for text, kind in (("4006381333931", "EAN13"), ("Aztec code", "Aztec")):
        frame = Frame.of_gray(barcode(text, kind, 4))
        assert rectify(frame, read_codes(frame, budget_ms=60_000)[0]) is None


@pytest.mark.parametrize(
    ("pixels_per_module", "margin_modules", "message"),
    [(0, 4, "expected pixels"), (8, -1, "margin_modules"), (60, 4, "beyond 2048")],
)
def test_patch_sizes_have_limits(qr_scene, pixels_per_module, margin_modules, message):
    frame, quad, _ = qr_scene(PAYLOAD)
    reading = CodeReading("x", b"x", Symbology.QR_CODE, quad, (Rung.NATIVE,), modules=(37, 37))

    with pytest.raises(ValueError, match=message):
        rectify(frame, reading, pixels_per_module, margin_modules)
