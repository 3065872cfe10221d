"""Simulated photos behave like photos before a reader that is not ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp

from vision.printcam import (
    Camera,
    Label,
    Paper,
    Printer,
    Scene,
    View,
    photograph,
    presets,
    print_label,
)

TEXT = "https://id.dianjin.example/01/06901234567892/21/7K3MZ9QWERTY0123ABCD"
LEANING = View(72, tilt_deg=18, turn_deg=-9, roll_deg=-12, offset_mm=(3, 2))


def texts(
    label: Label, printer: Printer, paper: Paper, camera: Camera, view: View, scene: Scene
) -> list[str]:
    """What zxing-cpp reads on a simulated item."""
    rng = np.random.default_rng(2026)
    photo = photograph(print_label(label, printer, paper, rng), camera, view, scene, rng)
    return [code.text for code in zxingcpp.read_barcodes(photo.bgr)]


@pytest.mark.parametrize("printer", ["OFFICE_LASER", "THERMAL", "OFFSET", "INKJET"])
@pytest.mark.parametrize("camera", ["PHONE_GOOD", "PHONE_DARK"])
def test_code_is_read_from_every_printer(
    printer: str, camera: str, qr_label: Callable[..., Label]
) -> None:
    found = texts(
        qr_label(TEXT, 0.6),
        getattr(presets, printer),
        presets.MATT_PAPER,
        getattr(presets, camera),
        LEANING,
        presets.KRAFT_BOX,
    )
    assert found == [TEXT]


@pytest.mark.parametrize("scene", ["KRAFT_BOX", "CARTON_BOX", "PLAIN_PACK"])
def test_code_is_read_on_every_flat_pack(scene: str, qr_label: Callable[..., Label]) -> None:
    found = texts(
        qr_label(TEXT, 0.6),
        presets.OFFSET,
        presets.COATED_PAPER,
        presets.PHONE_GOOD,
        LEANING,
        getattr(presets, scene),
    )
    assert found == [TEXT]


def test_code_is_read_on_a_wide_bottle(qr_label: Callable[..., Label]) -> None:
    found = texts(
        qr_label(TEXT, 0.6),
        presets.OFFSET,
        presets.COATED_PAPER,
        presets.PHONE_GOOD,
        View(75, tilt_deg=8, radius_mm=45),
        presets.BOTTLE,
    )
    assert found == [TEXT]


@pytest.mark.parametrize("camera", ["PHONE_BLURRED", "PHONE_MOVED"])
def test_code_is_not_read_through_heavy_blur(camera: str, qr_label: Callable[..., Label]) -> None:
    found = texts(
        qr_label(TEXT, 0.6),
        presets.OFFSET,
        presets.COATED_PAPER,
        getattr(presets, camera),
        LEANING,
        presets.KRAFT_BOX,
    )
    assert found == []


def test_code_is_not_read_under_glare(qr_label: Callable[..., Label]) -> None:
    found = texts(
        qr_label(TEXT, 0.6),
        presets.OFFSET,
        presets.COATED_PAPER,
        presets.PHONE_GOOD,
        View(72),
        presets.GLARE_PACK,
    )
    assert found == []


def test_code_is_found_where_the_mapping_says(qr_label: Callable[..., Label]) -> None:
    label = qr_label(TEXT, 0.6)
    rng = np.random.default_rng(1)
    item = print_label(label, presets.OFFSET, presets.COATED_PAPER, rng)
    camera = replace(presets.PHONE_GOOD, k1=0)
    photo = photograph(item, camera, LEANING, presets.KRAFT_BOX, rng)
    (code,) = zxingcpp.read_barcodes(photo.bgr)
    corner = code.position
    found = np.array(
        [
            [point.x, point.y]
            for point in (
                corner.top_left,
                corner.top_right,
                corner.bottom_right,
                corner.bottom_left,
            )
        ]
    )
    near, far = 4 * 0.6, label.size_mm[0] - 4 * 0.6
    truth = photo.points_px_from_mm(np.array([[near, near], [far, near], [far, far], [near, far]]))
    # The reader reports whole pixels, of corners it estimates from the finder patterns.
    assert np.abs(found - truth).max() < 3
