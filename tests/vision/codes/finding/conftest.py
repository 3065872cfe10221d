"""A symbol seen in perspective, and where its finders lie."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest
import segno

from vision.codes.budget import Budget

CENTRES = {"top_left": (3.5, 3.5), "top_right": (21.5, 3.5), "bottom_left": (3.5, 21.5)}


@dataclass(frozen=True)
class Seen:
    """A picture, and the homography that leads into it from modules."""

    gray: np.ndarray
    picture_from_modules: np.ndarray
    modules: np.ndarray

    def xy(self, *uv):
        return cv2.perspectiveTransform(np.array([uv], float), self.picture_from_modules)[0]


@pytest.fixture
def far_off():
    return Budget.of_ms(60_000)


@pytest.fixture
def seen(seen_modules):
    """Return a function that shows a version 2 symbol turned by degrees, in perspective."""

    def show(turn_deg=0.0, erase=(), tilt=0.0004):
        code = segno.make("PERSPECTIVE", version=2, error="m", micro=False, boost_error=False)
        modules = np.array(list(code.matrix), dtype=bool)
        for name in erase:
            u, v = (int(c - 3.5) for c in CENTRES[name])
            modules[v : v + 7, u : u + 7] = False
        angle = np.deg2rad(turn_deg)
        c, s = 7 * np.cos(angle), 7 * np.sin(angle)
        middle = np.array(((1, 0, -12.5), (0, 1, -12.5), (0, 0, 1.0)))
        turned = np.array(((c, -s, 160.3), (s, c, 150.6), (tilt, 2 * tilt, 1)))
        homography = turned @ middle
        inverse = np.linalg.inv(homography)

        def uv_of_xy(x, y):
            w = inverse[2, 0] * x + inverse[2, 1] * y + inverse[2, 2]
            u = inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2]
            return u / w, (inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2]) / w

        return Seen(seen_modules(modules, uv_of_xy, (320, 300)), homography, modules)

    return show
