"""Codes on pictures are read: by another program, small, blurred, noisy, and on the camera grid."""

import cv2
import numpy as np
import pytest
import zxingcpp

from generative_codes.certify.grid import camera_grid
from generative_codes.certify.panel import make_panel
from generative_codes.certify.rates import measure_rates
from generative_codes.halftone import BaseStyle, DotShape, Timing, base_picture, under_best_mask
from generative_codes.render import to_raster
from generative_codes.symbol import ErrorLevel, make_symbol

NAMES = ("gradient", "portrait", "checker", "photo", "emblem")
PIXELS_PER_MODULE = 16


def texts(picture: np.ndarray) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode)]


def mild_degradations(picture: np.ndarray) -> dict[str, np.ndarray]:
    """The picture as it is, at three sizes, and with one mild fault each."""
    modules = picture.shape[0] // PIXELS_PER_MODULE
    views = {"as drawn": picture}
    for pixels in (3, 5, 8):
        size = (modules * pixels, modules * pixels)
        views[f"{pixels} px"] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    small = views["5 px"]
    views["blurred"] = cv2.GaussianBlur(small, (0, 0), 1.25)
    noise = np.random.default_rng(1).normal(0, 15, small.shape)
    views["noisy"] = np.clip(small + noise, 0, 255).astype(np.uint8)
    views["dim"] = (0.5 * small).astype(np.uint8)
    views["pale"] = (0.5 * small + 100).astype(np.uint8)
    jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 30])[1]
    views["JPEG 30"] = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    views["grey by the green channel"] = np.ascontiguousarray(small[..., 1])
    views["grey by the red channel"] = np.ascontiguousarray(small[..., 2])
    views["grey by the blue channel"] = np.ascontiguousarray(small[..., 0])
    return views


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", [ErrorLevel.H, ErrorLevel.Q])
@pytest.mark.parametrize("version", [5, 6])
def test_default_style_is_read_small_and_mildly_degraded(
    name, version, level, pictures, payloads
) -> None:
    payload = payloads[version - 5]
    symbol = under_best_mask(make_symbol(payload, level, version), pictures[name])
    drawn = base_picture(symbol, pictures[name], None, PIXELS_PER_MODULE)
    unread = [case for case, view in mild_degradations(drawn).items() if texts(view) != [payload]]
    assert unread == []


@pytest.mark.parametrize("timing", list(Timing))
@pytest.mark.parametrize("shape", list(DotShape))
def test_every_dot_shape_is_read(shape, timing, pictures, payloads) -> None:
    style = BaseStyle(dot_shape=shape, timing=timing)
    for name in NAMES:
        symbol = make_symbol(payloads[0], ErrorLevel.H, 5)
        drawn = base_picture(symbol, pictures[name], style, 8)
        assert texts(drawn) == [payloads[0]]


@pytest.mark.parametrize(
    ("version", "level"), [(1, ErrorLevel.Q), (7, ErrorLevel.H), (20, ErrorLevel.Q)]
)
def test_other_sizes_are_read(version, level, pictures) -> None:
    symbol = under_best_mask(make_symbol("DIANJIN", level, version), pictures["photo"])
    assert texts(base_picture(symbol, pictures["photo"], None, 8)) == ["DIANJIN"]


@pytest.mark.slow
@pytest.mark.parametrize("level", [ErrorLevel.H, ErrorLevel.Q])
@pytest.mark.parametrize("version", [5, 6])
def test_no_reader_loses_more_than_ten_points_against_plain_squares(
    version, level, pictures, payloads
) -> None:
    panel, grid = make_panel(), camera_grid()
    drawn_rates, plain_rates = [], []
    for seed, (name, payload) in enumerate(zip(NAMES, payloads, strict=False), start=1):
        symbol = make_symbol(payload, level, version)
        plain = to_raster(symbol, PIXELS_PER_MODULE)
        symbol = under_best_mask(symbol, pictures[name])
        drawn = base_picture(symbol, pictures[name], None, PIXELS_PER_MODULE)
        for rates, picture in ((plain_rates, plain), (drawn_rates, drawn)):
            found = measure_rates(picture, PIXELS_PER_MODULE, payload, grid, panel, seed)
            rates.append([rate.rate for rate in found])
    ours, theirs = np.mean(drawn_rates, axis=0), np.mean(plain_rates, axis=0)
    for decoder, rate, plain_rate in zip(panel, ours, theirs, strict=True):
        assert rate >= plain_rate - 0.10, f"{decoder.name}: {rate:.3f} against {plain_rate:.3f}"
    zxing = [decoder.name for decoder in panel].index("zxing")
    assert ours[zxing] >= 0.97
