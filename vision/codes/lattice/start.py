"""Start maps: a symbol's surface guessed from its three finders alone."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.finding.triples import Place
from vision.codes.lattice.grid_map import MARGIN_MODULES, GridMap, node_coordinates
from vision.codes.lattice.spline import Smoothness, SplineGrid, fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.codes.finding.finder import Finder
    from vision.codes.finding.triples import FinderTriple

FINDER_CENTRE_MODULES = 3.5
_FINDER_SIDE = 7.0
_KNOTS = 6
# Rows and columns that join two finders: their tangents are known at both ends.
_JOINED_AT = (0.0, 3.5, 6.5)
# Weight of a point on such a curve against a corner that was seen.
_CURVE_WEIGHT = 0.3
# The same of a corner of a finder that is only guessed, and of the curves that end there.
_LOST_WEIGHT = 0.05


class Start(StrEnum):
    """How a start map continues into the part that no finder tells about."""

    BENT = "bent"
    """Parabolic: the bend goes on (third differences are penalised)."""
    STIFF = "stiff"
    """Flatter: second and third differences."""
    FLATTEST = "flattest"
    """Nearly a plane, bent only where the finders force it."""
    PLANE = "plane"
    """A plane seen in perspective: the homography of the corners."""


_SMOOTHNESS = {
    Start.BENT: Smoothness(third=1e-3),
    Start.STIFF: Smoothness(second=1e-3, third=1e-2),
    Start.FLATTEST: Smoothness(second=3e-2, third=1e-1),
}


def start_map(triple: FinderTriple, size_modules: int, start: Start) -> GridMap:
    """Guess where all modules of a symbol of N x N modules lie.

    Corners of the finders are fitted together with Hermite curves between the finders (rows and
    columns 0, 3.5 and 6.5), whose tangents come from the finders' own frames. A finder that was
    lost, and all curves that end there, count little.
    """
    triple = triple.of_size(size_modules)
    uv, xy, seen = _corners(triple, size_modules)
    if start is Start.PLANE:
        return _plane(uv, xy, size_modules)
    weights = [seen]
    places, points = [uv], [xy]
    for curve_uv, curve_xy, weight in _curves(triple, size_modules):
        places.append(curve_uv)
        points.append(curve_xy)
        weights.append(np.full(len(curve_uv), weight))
    all_uv, all_xy = np.concatenate(places), np.concatenate(points)
    grid = SplineGrid(_KNOTS, -MARGIN_MODULES, size_modules + MARGIN_MODULES)
    centre = all_xy.mean(axis=0)
    coefficients = fitted(
        grid.design(all_uv[:, 0], all_uv[:, 1]),
        all_xy - centre,
        np.concatenate(weights),
        grid.knots,
        _SMOOTHNESS[start],
    )
    at = node_coordinates(size_modules)
    basis = grid.basis(at)
    planes = [
        basis @ coefficients[:, axis].reshape(_KNOTS, _KNOTS) @ basis.T + centre[axis]
        for axis in (0, 1)
    ]
    return GridMap(size_modules, np.stack(planes, axis=-1).astype(np.float32))


def _corners(
    triple: FinderTriple, size_modules: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Corners of the finders' squares: modules (n, 2), picture points (n, 2), weights (n,)."""
    places, points, weights = [], [], []
    for index, (finder, centre) in enumerate(
        zip(triple.finders, _centres(size_modules), strict=True)
    ):
        uv, xy = finder.corner_pairs
        places.append(uv + centre)
        points.append(xy)
        weights.append(np.full(len(uv), _LOST_WEIGHT if index == triple.lost else 1.0))
    return np.concatenate(places), np.concatenate(points), np.concatenate(weights)


def _centres(size_modules: int) -> tuple[NDArray[np.float64], ...]:
    near, far = FINDER_CENTRE_MODULES, size_modules - FINDER_CENTRE_MODULES
    return np.array((near, near)), np.array((far, near)), np.array((near, far))


def _plane(uv: NDArray[np.float64], xy: NDArray[np.float64], size_modules: int) -> GridMap:
    found: NDArray[np.float64] | None = cv2.findHomography(uv, xy, 0)[0]  # type: ignore[assignment]
    at = node_coordinates(size_modules)
    u, v = np.meshgrid(at, at)
    if found is None:
        # Corners in one line: no plane, the affine frame of the fit is all there is.
        design = np.column_stack((uv, np.ones(len(uv))))
        frame, *_ = np.linalg.lstsq(design, xy, rcond=None)
        nodes = np.stack((u, v, np.ones_like(u)), axis=-1) @ frame
        return GridMap(size_modules, nodes.astype(np.float32))
    points = np.stack((u.ravel(), v.ravel()), axis=-1)[:, None]
    nodes = cv2.perspectiveTransform(points, found)
    return GridMap(size_modules, nodes.reshape(*u.shape, 2).astype(np.float32))


def _curves(
    triple: FinderTriple, size_modules: int
) -> list[tuple[NDArray[np.float64], NDArray[np.float64], float]]:
    """Points on the rows and columns between the finders, two per module, and their weight."""
    has_row = triple.lost not in (Place.TOP_LEFT, Place.TOP_RIGHT)
    has_column = triple.lost not in (Place.TOP_LEFT, Place.BOTTOM_LEFT)
    row_weight = _CURVE_WEIGHT if has_row else _LOST_WEIGHT
    column_weight = _CURVE_WEIGHT if has_column else _LOST_WEIGHT
    gap = size_modules - 2 * _FINDER_SIDE
    share = np.arange(1, int(2 * gap)) / (2 * gap)
    along = _FINDER_SIDE + share * gap
    curves = []
    for at in _JOINED_AT:
        off = at - FINDER_CENTRE_MODULES
        row = hermite_between(
            triple.top_left, (FINDER_CENTRE_MODULES, off), triple.top_right, 0, gap, share
        )
        curves.append((np.column_stack((along, np.full(along.size, at))), row, row_weight))
        column = hermite_between(
            triple.top_left, (off, FINDER_CENTRE_MODULES), triple.bottom_left, 1, gap, share
        )
        curves.append((np.column_stack((np.full(along.size, at), along)), column, column_weight))
    return curves


def hermite_between(
    first: Finder,
    leaving_at: tuple[float, float],
    second: Finder,
    axis: int,
    gap_modules: float,
    share: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Points (n, 2), px, of the cubic from one finder's edge to the facing edge of the next.

    Args:
        first: where it begins.
        leaving_at: the place there, modules from its centre.
        second: where it ends, mirrored at the finder's centre along the curve.
        axis: 0 = to the right, 1 = down.
        gap_modules: modules between the two edges, the length of the tangents.
        share: (n,), 0 = at the first, 1 = at the second.
    """
    arriving_at = (-leaving_at[0], leaving_at[1]) if axis == 0 else (leaving_at[0], -leaving_at[1])
    start, end = first.place(*leaving_at), second.place(*arriving_at)
    leaving, arriving = first.frame[axis] * gap_modules, second.frame[axis] * gap_modules
    s = share
    s2 = s * s
    s3 = s2 * s
    basis = np.stack((2 * s3 - 3 * s2 + 1, s3 - 2 * s2 + s, 3 * s2 - 2 * s3, s3 - s2), axis=1)
    points: NDArray[np.float64] = basis @ np.stack((start, leaving, end, arriving))
    return points
