"""Pictures made of numbers: smooth, figure, tiles, noise, transparent logo."""

from __future__ import annotations

import numpy as np
import pytest

from generative_codes.artwork import Artwork

PAYLOADS = tuple(
    f"https://t.dj.example/c/{(i * 0x9E3779B97F4A7C15) % 2**64:016X}" for i in range(1, 7)
)


def _opaque(rgb: np.ndarray) -> Artwork:
    bgr = np.clip(255 * rgb[..., ::-1], 0, 255).astype(np.uint8)
    return Artwork(bgr, np.full(bgr.shape[:2], 255, np.uint8))


def _grid(side: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = (np.mgrid[:side, :side] + 0.5) / side
    return x, y


def _blob(x, y, cx, cy, rx, ry, softness=0.02):
    distance = np.hypot((x - cx) / rx, (y - cy) / ry) - 1
    return np.clip(0.5 - distance / (2 * softness / min(rx, ry)), 0, 1)[..., None]


def gradient(side: int = 480) -> Artwork:
    """Evening sky: from deep blue over rose to a warm yellow."""
    _, y = _grid(side)
    stops = np.array([[0.10, 0.14, 0.42], [0.75, 0.30, 0.45], [1.0, 0.82, 0.45]])
    rgb = np.stack([np.interp(y, (0, 0.55, 1), stops[:, k]) for k in range(3)], axis=-1)
    return _opaque(rgb)


def portrait(side: int = 480) -> Artwork:
    """Head and shoulders of soft discs on a teal ground, dark hair, red coat."""
    x, y = _grid(side)
    rgb = np.stack((0.25 + 0.35 * x, 0.62 - 0.2 * y, 0.62 + 0.1 * x), axis=-1)
    for colour, disc in (
        ((0.12, 0.08, 0.08), (0.5, 0.40, 0.27, 0.32)),
        ((0.72, 0.12, 0.14), (0.5, 1.02, 0.42, 0.36)),
        ((0.90, 0.70, 0.58), (0.5, 0.70, 0.09, 0.12)),
        ((0.96, 0.78, 0.66), (0.5, 0.46, 0.19, 0.24)),
        ((0.12, 0.08, 0.08), (0.5, 0.25, 0.20, 0.09)),
        ((0.10, 0.07, 0.07), (0.43, 0.45, 0.025, 0.018)),
        ((0.10, 0.07, 0.07), (0.57, 0.45, 0.025, 0.018)),
        ((0.75, 0.22, 0.24), (0.5, 0.59, 0.055, 0.018)),
        ((0.93, 0.55, 0.50), (0.40, 0.53, 0.035, 0.025)),
        ((0.93, 0.55, 0.50), (0.60, 0.53, 0.035, 0.025)),
    ):
        weight = _blob(x, y, *disc)
        rgb = rgb * (1 - weight) + np.array(colour) * weight
    return _opaque(rgb)


def checker(side: int = 480) -> Artwork:
    """Tiles of saturated colours, their edges beside those of the modules."""
    x, y = _grid(side)
    colours = np.array([[0.85, 0.1, 0.15], [0.95, 0.85, 0.2], [0.1, 0.35, 0.7], [0.95, 0.95, 0.9]])
    return _opaque(colours[(np.int64(x * 9) + 2 * np.int64(y * 9)) % 4])


def photo(side: int = 480) -> Artwork:
    """Noise with the 1/f spectrum of photographs, in correlated colours."""
    rng = np.random.default_rng(20261122)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None, :])
    frequency[0, 0] = 1
    planes = []
    for _ in range(3):
        spectrum = np.fft.fft2(rng.standard_normal((side, side))) / frequency**1.4
        plane = np.fft.ifft2(spectrum).real
        planes.append((plane - plane.mean()) / plane.std())
    mix = np.array([[0.22, 0.10, 0.05], [0.22, 0.0, -0.10], [0.22, -0.10, 0.06]])
    return _opaque(0.48 + np.tensordot(np.stack(planes, axis=-1), mix.T, axes=1))


def emblem(side: int = 480) -> Artwork:
    """A red ring with a gold heart on nothing: a transparent logo."""
    x, y = _grid(side)
    ring = _blob(x, y, 0.5, 0.5, 0.40, 0.40)[..., 0]
    heart = _blob(x, y, 0.5, 0.5, 0.26, 0.26)
    rgb = np.array([0.78, 0.07, 0.10]) * (1 - heart) + np.array([0.95, 0.74, 0.25]) * heart
    made = _opaque(rgb * np.ones((side, side, 1)))
    return Artwork(made.bgr, np.rint(255 * ring).astype(np.uint8))


PICTURES = {
    "gradient": gradient,
    "portrait": portrait,
    "checker": checker,
    "photo": photo,
    "emblem": emblem,
}


@pytest.fixture(scope="session")
def pictures():
    """Name -> made picture."""
    return {name: make() for name, make in PICTURES.items()}


@pytest.fixture(scope="session")
def payloads():
    """Six different payloads of one length."""
    return PAYLOADS
