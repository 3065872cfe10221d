"""How long it will take to follow the outlines of a picture of two levels."""

from __future__ import annotations

import cv2

# Following outlines takes so many ms per pixel of their length, and per outline squared, as OpenCV
# compares each with those before (carpets: 240,000 outlines take 21 s, 17,000 of a text 70 ms).
_MS_PER_LENGTH, _MS_PER_PAIR = 1e-4, 2.5e-7
# Smaller pictures have no pixel with neighbours on all sides.
_LEAST_SIDE_PX = 3


def is_affordable(dark: cv2.typing.MatLike, most_ms: float) -> bool:
    """Whether all outlines of a picture, uint8 (H, W), dark = 255, can be followed in so many ms.

    cv2.findContours can't be interrupted, and takes seconds on carpets of small areas.
    """
    if min(dark.shape) < _LEAST_SIDE_PX:
        return True
    rows = dark[::2]
    length = 2 * cv2.countNonZero(cv2.bitwise_xor(rows[:, 1:], rows[:, :-1]))
    least_ms = _MS_PER_LENGTH * length
    if least_ms > most_ms:
        return False
    if least_ms + _MS_PER_PAIR * _beginnings(dark) ** 2 <= most_ms:
        return True
    # There may be fewer: ragged outlines have many beginnings.
    return least_ms + _MS_PER_PAIR * _outlines(dark) ** 2 <= most_ms


def _beginnings(dark: cv2.typing.MatLike) -> int:
    """About as many as outlines, or more: pixels where one may begin, on every second row.

    The first pixel of a dark area has no dark one above it or left of it, the first pixel of a
    hole has dark ones there.
    """
    rows, before = dark[1::2], dark[: dark.shape[0] - 1 : 2]
    here, left = rows[:, 1:-1], rows[:, :-2]
    above, above_left, above_right = before[:, 1:-1], before[:, :-2], before[:, 2:]
    any_dark = cv2.bitwise_or(cv2.bitwise_or(left, above), cv2.bitwise_or(above_left, above_right))
    areas = cv2.countNonZero(cv2.subtract(here, any_dark))
    holes = cv2.countNonZero(cv2.subtract(cv2.bitwise_and(left, above), here))
    return 2 * (areas + holes)


def _outlines(dark: cv2.typing.MatLike) -> int:
    """Dark areas and the holes in them: each has one outline."""
    light = cv2.bitwise_not(dark)
    areas, _ = cv2.connectedComponents(dark, connectivity=8, ltype=cv2.CV_32S)
    holes, _ = cv2.connectedComponents(light, connectivity=4, ltype=cv2.CV_32S)
    # Both count what is not asked for as one more, and the light around all has no outline.
    return max(0, areas - 1 + holes - 2)
