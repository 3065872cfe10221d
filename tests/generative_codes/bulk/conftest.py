"""A made logo, a template and orders of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from generative_codes.artwork import Artwork
from generative_codes.brief import ArtBrief
from generative_codes.bulk import BulkItem, BulkOrder, solve
from generative_codes.drawing import Design
from generative_codes.imposition import parse_layout
from generative_codes.steering import CROCKFORD, PayloadTemplate

PREFIX = "HTTPS://DJ.EXAMPLE/01/06951234567892/21/"


@pytest.fixture(scope="session")
def ring() -> Artwork:
    """A black ring on white."""
    canvas = np.full((300, 300), 255, np.uint8)
    cv2.circle(canvas, (150, 150), 120, 0, 52)
    return Artwork(np.repeat(canvas[..., None], 3, axis=2), np.full(canvas.shape, 255, np.uint8))


@pytest.fixture(scope="session")
def template() -> PayloadTemplate:
    """An upper-case address with twenty characters that vary."""
    return PayloadTemplate(PREFIX, 20)


@pytest.fixture(scope="session")
def some_items():
    """(count, seed) -> items with random serials."""

    def make(count, seed=1):
        letters = np.array(list(CROCKFORD))
        drawn = np.random.default_rng(seed).choice(letters, (count, 20))
        return [BulkItem("".join(row), f"{at + 1:06d}") for at, row in enumerate(drawn)]

    return make


@pytest.fixture(scope="session")
def solved_order(ring, template):
    """(count, design, layout, **order fields) -> a solved order."""

    def make(count, design=None, layout="a4", brief=None, **fields):
        brief = brief or ArtBrief(design=design or Design())
        order = BulkOrder(brief, template, parse_layout(layout, "A01"), count, **fields)
        return solve(order, ring)

    return make
