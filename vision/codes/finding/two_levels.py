"""Pictures of two levels, 0 and 255: how noisy they are, and without their specks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What a pixel becomes by the number of dark ones among nine; from 10 on where it is dark itself.
_LEAST_ALIKE = 3
_WITHOUT_SPECKS = np.zeros(256, np.uint8)
_WITHOUT_SPECKS[9 - _LEAST_ALIKE + 1 : 10] = 255
_WITHOUT_SPECKS[10 + _LEAST_ALIKE : 20] = 255


def specks(dark: cv2.typing.MatLike) -> float:
    """Share of pixels that differ from both neighbours in their row, judged on every second row."""
    rows = dark[::2]
    if rows.shape[1] < 3:
        return 0.0
    changes = cv2.bitwise_xor(rows[:, 1:], rows[:, :-1])
    alone = cv2.bitwise_and(changes[:, 1:], changes[:, :-1])
    return cv2.countNonZero(alone) / max(rows.size, 1)


def without_specks(dark: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two levels, 0 and 255, without the pixels that have at most one of their own kind around.

    Unlike a median this keeps lines of one pixel: the light ring of a finder of 2 px per module,
    or what is left of it on the far side of a bend, is no wider.
    """
    is_dark = dark >> 7
    # How many of the nine are dark; ten more where the middle one is.
    alike = cv2.scaleAdd(is_dark, 10, cv2.boxFilter(is_dark, -1, (3, 3), normalize=False))
    return np.asarray(cv2.LUT(alike, _WITHOUT_SPECKS), dtype=np.uint8)
