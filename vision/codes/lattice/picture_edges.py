"""Edges of a picture to a fraction of a pixel, found once and used under every map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BLUR_PX = 0.8
# An edge: gradient above this share of the strong ones around it.
_LEAST_SHARE = 0.22
_AROUND_SHARE, _LEAST_AROUND_PX = 0.06, 31
# Gradients below this are noise, grey levels over four pixels (Sobel's unit).
_LEAST_GRADIENT = 24.0
# More are thinned out evenly, so that the time stays bounded.
MAX_EDGES = 30_000


@dataclass(frozen=True, slots=True, eq=False)
class PictureEdges:
    """Edge points.

    Attributes:
        xy: float64 (n, 2), px.
        across: float64 (n, 2), unit vectors from dark to light.
        strength: float64 (n,), against the strong ones around, 0..1.
    """

    xy: Floats
    across: Floats
    strength: Floats

    def of(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> PictureEdges:
        """Some of them."""
        return PictureEdges(self.xy[chosen], self.across[chosen], self.strength[chosen])

    def moved(self, by_xy: Floats) -> PictureEdges:
        """The same of a picture that this one is a part of."""
        return PictureEdges(self.xy + by_xy, self.across, self.strength)


def picture_edges(gray: NDArray[np.uint8]) -> PictureEdges:
    """Edge points of a picture, uint8 (H, W).

    Largest gradient along the row or the column, whichever the gradient is nearer to; the vertex
    of the parabola through three samples.
    """
    smooth = cv2.GaussianBlur(gray, (0, 0), _BLUR_PX).astype(np.float32)
    right = np.asarray(cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3))
    down = np.asarray(cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3))
    # Squares of whole numbers are exact, so that ties fall alike on every machine.
    size = np.sqrt(right * right + down * down)
    side = max(_LEAST_AROUND_PX, round(_AROUND_SHARE * max(gray.shape))) | 1
    strong = np.asarray(cv2.dilate(size, np.ones((side, 1), np.uint8)))
    strong = np.asarray(cv2.dilate(strong, np.ones((1, side), np.uint8)))
    is_edge = size > np.maximum(_LEAST_SHARE * strong, _LEAST_GRADIENT)
    is_edge[[0, -1]] = False
    is_edge[:, [0, -1]] = False
    rows, columns = np.nonzero(is_edge)
    along_row = np.abs(right[rows, columns]) >= np.abs(down[rows, columns])
    step_x, step_y = along_row.astype(np.intp), (~along_row).astype(np.intp)
    centre = size[rows, columns]
    before, after = size[rows - step_y, columns - step_x], size[rows + step_y, columns + step_x]
    is_peak = (centre >= before) & (centre > after)
    rows, columns = rows[is_peak], columns[is_peak]
    step_x, step_y = step_x[is_peak], step_y[is_peak]
    if rows.size > MAX_EDGES:
        thinned = np.linspace(0, rows.size - 1, MAX_EDGES).astype(np.intp)
        kept = np.flatnonzero(is_peak)[thinned]
        rows, columns, step_x, step_y = (x[thinned] for x in (rows, columns, step_x, step_y))
        before, centre, after = before[kept], centre[kept], after[kept]
    else:
        before, centre, after = before[is_peak], centre[is_peak], after[is_peak]
    bend = np.minimum(before - 2 * centre + after, -1e-6)
    shift = np.clip(0.5 * (before - after) / bend, -0.5, 0.5)
    xy = np.stack((columns + shift * step_x, rows + shift * step_y), axis=1).astype(np.float64)
    across = np.stack((right[rows, columns], down[rows, columns]), axis=1).astype(np.float64)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    strength = (centre / np.maximum(strong[rows, columns], 1e-9)).astype(np.float64)
    return PictureEdges(xy, across, strength)
