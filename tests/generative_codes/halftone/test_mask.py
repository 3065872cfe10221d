"""The mask follows the picture, the message stays."""

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from generative_codes.errors import StyleError
from generative_codes.halftone import (
    base_picture,
    fit_mask,
    mask_disagreement,
    module_luma,
    under_best_mask,
)
from generative_codes.render import to_raster
from generative_codes.symbol import ErrorLevel, Role, make_symbol

PAYLOAD = "https://t.dj.example/c/7K3M9QXP2HTC5W8D"


def disagreement_by_hand(symbol, luma) -> float:
    total = 0.0
    for row, column in np.ndindex(*symbol.modules.shape):
        if symbol.roles[row, column] in (Role.DATA, Role.ERROR_CORRECTION, Role.REMAINDER):
            wanted = 0.12 if symbol.modules[row, column] else 0.88
            total += abs(float(luma[row, column]) - wanted)
    return total


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 7), st.sampled_from(list(ErrorLevel)))
def test_chosen_mask_is_the_argmin_over_all_eight_symbols(seed, mask, level) -> None:
    symbol = make_symbol(PAYLOAD[:14], level, 4, mask)
    luma = np.random.default_rng(seed).random(symbol.modules.shape, dtype=np.float32)
    by_hand = [
        disagreement_by_hand(make_symbol(PAYLOAD[:14], level, 4, other), luma) for other in range(8)
    ]
    np.testing.assert_allclose(mask_disagreement(symbol, luma), by_hand, rtol=1e-5)
    assert fit_mask(symbol, luma).mask == int(np.argmin(by_hand))


def test_a_picture_of_the_symbol_itself_keeps_its_mask() -> None:
    for mask in range(8):
        symbol = make_symbol(PAYLOAD, ErrorLevel.Q, 5, mask)
        assert fit_mask(symbol, np.where(symbol.modules, 0.0, 1.0).astype(np.float32)) is symbol


def test_another_mask_says_the_same(pictures) -> None:
    for picture in pictures.values():
        symbol = under_best_mask(make_symbol(PAYLOAD, ErrorLevel.H, 5), picture)
        (found,) = zxingcpp.read_barcodes(to_raster(symbol, 4))
        assert found.text == PAYLOAD


def test_best_mask_brings_the_drawn_code_closer_to_the_picture(pictures) -> None:
    symbol = make_symbol(PAYLOAD, ErrorLevel.H, 5)
    luma = module_luma(symbol, pictures["checker"])
    scores = mask_disagreement(symbol, luma)
    worst, best = (
        make_symbol(PAYLOAD, ErrorLevel.H, 5, int(k)) for k in np.argsort(scores)[[-1, 0]]
    )
    distances = []
    for chosen in (best, worst):
        drawn = base_picture(chosen, pictures["checker"], pixels_per_module=8)[32:-32, 32:-32]
        grey = drawn @ np.array([0.114, 0.587, 0.299]) / 255
        means = grey.reshape(37, 8, 37, 8).mean(axis=(1, 3))
        distances.append(np.abs(means - luma).mean())
    assert distances[0] < distances[1]


def test_luma_of_another_size_is_refused() -> None:
    with pytest.raises(StyleError, match=r"\(37, 37\)"):
        mask_disagreement(make_symbol(PAYLOAD, ErrorLevel.H, 5), np.zeros((21, 21), np.float32))
