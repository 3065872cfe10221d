"""Colour moves keep the hue and do exactly what they promise."""

import colorsys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generative_codes.halftone.colour import (
    bound_dark,
    bound_light,
    brighten,
    from_hex,
    luma,
    move_luma,
    saturate,
)

channel = st.integers(0, 255).map(lambda value: value / 255)
colour = st.tuples(channel, channel, channel)
share = st.floats(0, 1)


def one(bgr) -> np.ndarray:
    return np.array(bgr, dtype=np.float32)


def hue_and_saturation(bgr) -> tuple[float, float]:
    hue, saturation, _ = colorsys.rgb_to_hsv(*(float(value) for value in bgr[::-1]))
    return hue, saturation


def assert_same_hue(first, second) -> None:
    hue, saturation = hue_and_saturation(first)
    other_hue, other_saturation = hue_and_saturation(second)
    if min(saturation, other_saturation) * min(max(first), max(second)) > 0.02:
        assert abs((hue - other_hue + 0.5) % 1 - 0.5) < 0.01


@settings(max_examples=300)
@given(colour, share)
def test_dark_bound_holds_for_the_largest_channel_and_keeps_the_hue(bgr, bound) -> None:
    bounded = bound_dark(one(bgr), bound)
    assert bounded.max() <= bound + 1e-6
    assert_same_hue(bgr, bounded)
    if max(bgr) <= bound:
        np.testing.assert_allclose(bounded, bgr, atol=1e-6)


@settings(max_examples=300)
@given(colour, share)
def test_light_bound_holds_for_the_smallest_channel_and_keeps_the_hue(bgr, bound) -> None:
    bounded = bound_light(one(bgr), bound)
    assert bounded.min() >= bound - 1e-6
    assert bounded.max() <= 1 + 1e-6
    assert_same_hue(bgr, bounded)
    if min(bgr) >= bound:
        np.testing.assert_allclose(bounded, bgr, atol=1e-6)


@settings(max_examples=300)
@given(colour, st.floats(-1.5, 1.5))
def test_luma_moves_by_the_step_until_black_or_white_and_keeps_the_hue(bgr, step) -> None:
    moved = move_luma(one(bgr)[None], np.array([step], np.float32))[0]
    grey = 0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2]
    moved_grey = 0.114 * moved[0] + 0.587 * moved[1] + 0.299 * moved[2]
    assert moved_grey == pytest.approx(min(max(grey + step, 0), 1), abs=2e-5)
    assert moved.min() >= 0
    assert moved.max() <= 1 + 1e-6
    assert_same_hue(bgr, moved)


@settings(max_examples=300)
@given(colour, st.floats(0, 3))
def test_saturation_keeps_luma_and_hue_inside_the_colour_cube(bgr, factor) -> None:
    stretched = saturate(one(bgr), factor)
    assert luma(stretched) == pytest.approx(float(luma(one(bgr))), abs=1e-4)
    assert stretched.min() >= 0
    assert stretched.max() <= 1
    assert_same_hue(bgr, stretched)


@given(colour)
def test_brightening_stops_at_white_or_at_four_times(bgr) -> None:
    bright = brighten(one(bgr))
    assert bright.max() == pytest.approx(min(1, 4 * max(bgr)), abs=1e-5)
    assert_same_hue(bgr, bright)


def test_hex_colours_are_read_as_blue_green_red() -> None:
    np.testing.assert_allclose(from_hex("#ff8000"), [0, 128 / 255, 1], atol=1e-6)
