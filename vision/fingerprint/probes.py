"""Photos made worse in known ways, to see what the fingerprint bears (simulated on real photos)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.geometry import Homography, warp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

# Distance of the camera in sides of the symbol: a phone at 10 cm from a 20 mm symbol.
_DISTANCE_SIDES = 5.0
_TILT_DEG = 20.0
_WHITE = 255
_JPEG_QUALITY = 85
_FEW_PIXELS = 3.0


class Probe(StrEnum):
    """How a photo is made worse. Blurs are Gaussian; their deviation is given."""

    AS_IT_IS = "as it is"
    FEW_PIXELS = "3 px per module, JPEG 85"
    BLUR_QUARTER = "blur of 1/4 module"
    BLUR_HALF = "blur of 1/2 module"
    TILT = "seen at 20 degrees"
    CYLINDER = "20 mm symbol on a 40 mm cylinder"


def probed(gray: Picture, probe: Probe, module_px: float, side_modules: int) -> Picture:
    """The photo uint8 (H, W) under a probe; the symbol lies in its middle.

    Args:
        gray: the photo.
        probe: what is done to it.
        module_px: size of a module in the photo.
        side_modules: side of the symbol.
    """
    side_px = module_px * side_modules
    match probe:
        case Probe.AS_IT_IS:
            return gray
        case Probe.FEW_PIXELS:
            scale = _FEW_PIXELS / module_px
            small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            _, packed = cv2.imencode(".jpg", small, (cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY))
            return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
        case Probe.BLUR_QUARTER:
            return np.asarray(cv2.GaussianBlur(gray, (0, 0), module_px / 4), np.uint8)
        case Probe.BLUR_HALF:
            return np.asarray(cv2.GaussianBlur(gray, (0, 0), module_px / 2), np.uint8)
        case Probe.TILT:
            return _tilted(gray, side_px)
        case Probe.CYLINDER:
            return _on_cylinder(gray, side_px)


def _tilted(gray: Picture, side_px: float) -> Picture:
    """Turned about the upright axis through the middle, seen through a pinhole."""
    height, width = gray.shape
    distance = _DISTANCE_SIDES * side_px
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    corners = np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]) - 0.5
    across, down = (corners - middle).T
    angle = np.deg2rad(_TILT_DEG)
    depth = distance + across * np.sin(angle)
    seen = np.stack((across * np.cos(angle), down), axis=1) * (distance / depth)[:, None]
    return warp(gray, Homography.from_points(seen + middle, corners), (width, height))


def _on_cylinder(gray: Picture, side_px: float) -> Picture:
    """Wrapped around an upright cylinder whose radius is the symbol's side, seen by a pinhole.

    Closed form: the ray through a pixel meets the cylinder x^2 + (z - d - R)^2 = R^2 first at the
    smaller root of a quadratic; the arc to there is the place on the flat photo.
    """
    height, width = gray.shape
    radius, distance = side_px, _DISTANCE_SIDES * side_px
    axis = distance + radius
    x = (np.arange(width) - (width - 1) / 2) / distance
    y = (np.arange(height) - (height - 1) / 2) / distance
    square = x * x + 1
    root = axis * axis - square * (axis * axis - radius * radius)
    is_met = root > 0
    reach = (axis - np.sqrt(np.maximum(root, 0))) / square
    arc = radius * np.arctan2(x * reach, axis - reach)
    across = np.where(is_met, arc + (width - 1) / 2, -width)
    from_x = np.broadcast_to(across.astype(np.float32), gray.shape)
    from_y = (y[:, None] * reach[None, :] + (height - 1) / 2).astype(np.float32)
    seen = cv2.remap(
        gray,
        np.ascontiguousarray(from_x),
        from_y,
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(_WHITE,),
    )
    return np.asarray(seen, dtype=np.uint8)
