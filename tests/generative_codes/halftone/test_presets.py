"""The gallery of base styles is read and keeps its bounds."""

import cv2
import numpy as np
import pytest
import zxingcpp

from generative_codes.certify.grid import SIXTEEN_CASES
from generative_codes.certify.panel import DecoderName, make_panel
from generative_codes.certify.rates import measure_rates
from generative_codes.halftone import base_picture, base_presets, under_best_mask
from generative_codes.symbol import ErrorLevel, make_symbol

PRESETS = base_presets()


def test_every_preset_has_its_own_key_and_a_name_in_two_languages() -> None:
    assert len({preset.key for preset in PRESETS}) == len(PRESETS) >= 4
    assert len({preset.style for preset in PRESETS}) == len(PRESETS)
    for preset in PRESETS:
        assert all("一" <= character <= "鿿" for character in preset.title_zh)
        assert preset.title_en.isascii()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_is_read_at_four_sizes_on_every_picture(preset, pictures, payloads) -> None:
    for name, payload in zip(pictures, payloads, strict=False):
        symbol = under_best_mask(make_symbol(payload, ErrorLevel.H, 6), pictures[name])
        drawn = base_picture(symbol, pictures[name], preset.style, 12)
        for pixels in (3, 5, 8, 12):
            size = (49 * pixels, 49 * pixels)
            view = cv2.resize(drawn, size, interpolation=cv2.INTER_AREA)
            found = zxingcpp.read_barcodes(view, zxingcpp.BarcodeFormat.QRCode)
            assert [code.text for code in found] == [payload], (name, pixels)


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_is_read_on_the_sixteen_cases_by_zxing(preset, pictures, payloads) -> None:
    zxing = [decoder for decoder in make_panel() if decoder.name is DecoderName.ZXING]
    rates = []
    for seed, (name, payload) in enumerate(zip(pictures, payloads, strict=False), start=1):
        symbol = under_best_mask(make_symbol(payload, ErrorLevel.H, 6), pictures[name])
        drawn = base_picture(symbol, pictures[name], preset.style, 12)
        (rate,) = measure_rates(drawn, 12, payload, SIXTEEN_CASES, zxing, seed)
        rates.append(rate.rate)
    assert np.mean(rates) >= 0.95
