from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import segno

from vision.printcam import Camera, Label, Light, Paper, PrintedLabel, Printer, Scene
from vision.printcam.scene import Material


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261122)


@pytest.fixture
def ideal_camera() -> Camera:
    """No noise worth the name, no compression, no mosaic, no processing."""
    return Camera(
        width_px=640,
        height_px=480,
        focal_px=1000,
        lens_sigma_px=0.5,
        white_electrons=1e9,
        read_noise_electrons=0,
        exposure=0.8,
        mosaic=False,
        jpeg_quality=None,
    )


@pytest.fixture
def even_scene() -> Scene:
    """A white, even pack in even light."""
    plain = Material((0.8, 0.8, 0.8), grain_std=0, blotch_std=0)
    return Scene(plain, plain, Light(gradient=0), label_corner_mm=0)


@pytest.fixture
def ideal_printer() -> Printer:
    return Printer(
        dpi=600,
        density=2.0,
        dot_gain_um=0,
        edge_jitter_um=0,
        edge_softness_um=0,
        mottle_std=0,
    )


@pytest.fixture
def ideal_paper() -> Paper:
    return Paper(tone_bgr=(0.8, 0.8, 0.8), texture_std=0, scatter_um=0)


@pytest.fixture
def white_item() -> PrintedLabel:
    """A 40 mm x 30 mm label of reflectance 1, as if printed without ink on a perfect white."""
    return PrintedLabel(np.ones((300, 400, 3), np.float32), 254.0, (40.0, 30.0), 0.0)


@pytest.fixture
def qr_label() -> Callable[[str, float], Label]:
    def make(text: str, module_mm: float = 0.9) -> Label:
        code = segno.make(text, error="m", micro=False)
        return Label.from_modules(np.array([list(row) for row in code.matrix], bool), module_mm)

    return make
