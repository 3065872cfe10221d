"""Timing tracks followed module by module: how a symbol with one finder goes on beyond it.

From the finder's edge, row 0 of a Micro QR Code alternates to the symbol's end (ISO/IEC 18004:2015,
6.3.5). Each module is looked for one step further on than the one before; steps may lengthen,
shorten and turn a little, and the best of many paths is kept (a beam search).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.grid_map import MARGIN_MODULES, GridMap, node_coordinates
from vision.codes.lattice.spline import SplineGrid, fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.codes.finding.finder import Finder
    from vision.codes.lattice.spline import Smoothness

    Floats = NDArray[np.float64]

FIRST_MODULE, MOST_MODULES = 7, 17
"""The light module beside the finder, and the end of the largest symbol."""
FINDER_CENTRE_MODULES = 3.5

_KNOTS = 6
# How far a step may differ from the one before, in shares and degrees, and what that costs.
_STRETCHES, _TURNS_DEG = (-0.16, -0.08, 0.0, 0.08, 0.16), (-12.0, -6.0, 0.0, 6.0, 12.0)
_STRETCH_COST, _TURN_COST = 4.0, 0.0016
_BEAM = 48
# What the middle of a module, the place beyond its outer edge and that edge itself count.
_MIDDLE, _BEYOND, _EDGE = 1.0, 0.5, 0.35
# Modules after the end that must be light, and what each of them counts.
_QUIET_MODULES, _QUIET = 2, 0.8
# Weight of a module on a track against a corner of the finder.
_TRACK_WEIGHT = 0.7
_LEAST_SPAN = 8.0
# How far a track may reach, and the box that its surroundings are smoothed by.
_REACH_MODULES, _SMOOTHED_MODULES = 22.0, 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A timing track with the two modules after its end.

    Attributes:
        size_modules: Side of the symbol that ends there.
        score: How well it alternates and ends, about 1 when perfect, 0 in noise.
        points_xy: float64 (n, 2), px, middles of the modules 7 to N - 1.
    """

    size_modules: int
    score: float
    points_xy: Floats


def followed(
    gray: NDArray[np.uint8], finder: Finder, axis: int, sizes: tuple[int, ...]
) -> list[Track]:
    """Follow row 0 (axis 0) or column 0 (axis 1) of a symbol whose finder is at its top left.

    Args:
        gray: uint8 (H, W).
        finder: With its right and down as the symbol's own.
        axis: Which track.
        sizes: Sides that the symbol may have, modules.

    Returns:
        One track for each size.
    """
    frame = finder.frame
    paper = _Paper.around(gray, finder)
    step = frame[axis].copy()
    outwards = -frame[1 - axis]
    first = np.array((FIRST_MODULE + 0.5 - FINDER_CENTRE_MODULES,) * 2)
    first[1 - axis] = 0.5 - FINDER_CENTRE_MODULES
    start = finder.place(*first.tolist()) - step
    stretch, turn = (x.ravel() for x in np.meshgrid(_STRETCHES, np.radians(_TURNS_DEG)))
    cosines, sines = (1 + stretch) * np.cos(turn), (1 + stretch) * np.sin(turn)
    cost = _STRETCH_COST * stretch**2 + _TURN_COST * np.degrees(turn) ** 2
    at, steps, scores = start[None], step[None], np.zeros(1)
    ratio = float(np.hypot(*outwards) / max(np.hypot(*step), 1e-9))
    side = np.sign(step[0] * outwards[1] - step[1] * outwards[0])
    lean = _turned_by(step, outwards, ratio, float(side))
    paths = np.zeros((1, 0, 2))
    tracks: dict[int, Track] = {}
    for module in range(FIRST_MODULE, MOST_MODULES):
        x = steps[:, :1] * cosines - steps[:, 1:] * sines
        y = steps[:, :1] * sines + steps[:, 1:] * cosines
        tried = np.stack((x, y), axis=-1)
        places = at[:, None] + 0.5 * (steps[:, None] + tried)
        out = tried @ lean
        middle, beyond, edge = (paper.signed(places + share * out) for share in (0.0, 1.0, 0.5))
        is_dark = module % 2 == 0
        gain = _MIDDLE * (-middle if is_dark else middle) + _BEYOND * beyond
        if is_dark:
            gain = gain - _EDGE * np.abs(edge)
        total = (scores[:, None] + gain - cost).ravel()
        kept = np.argsort(-total, kind="stable")[:_BEAM]
        parent, choice = np.divmod(kept, stretch.size)
        at, steps, scores = places[parent, choice], tried[parent, choice], total[kept]
        paths = np.concatenate((paths[parent], at[:, None]), axis=1)
        size = module + 1
        if size in sizes:
            quiet = np.zeros(len(at))
            for index in range(1, _QUIET_MODULES + 1):
                quiet += _QUIET * paper.signed(at + index * steps)
            ends = scores + quiet
            best = int(ends.argmax())
            count = size - FIRST_MODULE
            most = count * (_MIDDLE + _BEYOND) + _QUIET_MODULES * _QUIET
            tracks[size] = Track(size, float(ends[best]) / most, paths[best])
    return [tracks[size] for size in sizes]


def start_from_tracks(
    finder: Finder, across: Track, down: Track, smoothness: Smoothness
) -> GridMap:
    """A first map through the corners of the finder and the modules of both tracks."""
    size = across.size_modules
    uv, xy = finder.corner_pairs
    along = np.arange(FIRST_MODULE, size) + 0.5
    beside = np.full(along.size, 0.5)
    places = np.concatenate(
        (
            uv + FINDER_CENTRE_MODULES,
            np.column_stack((along, beside)),
            np.column_stack((beside, along)),
        )
    )
    points = np.concatenate((xy, across.points_xy, down.points_xy))
    weights = np.concatenate((np.ones(len(uv)), np.full(2 * along.size, _TRACK_WEIGHT)))
    grid = SplineGrid(_KNOTS, -MARGIN_MODULES, size + MARGIN_MODULES)
    centre = points.mean(axis=0)
    design = grid.design(places[:, 0], places[:, 1])
    coefficients = fitted(design, points - centre, weights, _KNOTS, smoothness)
    basis = grid.basis(node_coordinates(size))
    planes = [
        basis @ coefficients[:, axis].reshape(_KNOTS, _KNOTS) @ basis.T + centre[axis]
        for axis in (0, 1)
    ]
    return GridMap(size, np.stack(planes, axis=-1).astype(np.float32))


def _turned_by(step: Floats, outwards: Floats, ratio: float, side: float) -> Floats:
    """Matrix (2, 2), applied from the right, that makes a step the way to the outer edge.

    The angle and the ratio of the finder's own axes are kept along the whole track.
    """
    cosine = float(step @ outwards) / max(float(np.hypot(*step) * np.hypot(*outwards)), 1e-9)
    sine = side * float(np.sqrt(max(0.0, 1 - cosine**2)))
    return ratio * np.array(((cosine, sine), (-sine, cosine)))


@dataclass(frozen=True, slots=True, eq=False)
class _Paper:
    """The part of a picture around a finder, a little smoothed, and its two levels.

    `origin_xy`: where its first pixel lies in the picture.
    """

    gray: NDArray[np.uint8]
    origin_xy: Floats
    dark: float
    light: float

    @classmethod
    def around(cls, gray: NDArray[np.uint8], finder: Finder) -> _Paper:
        """Levels are those of the finder's middle and of its light ring."""
        reach = (_REACH_MODULES * finder.module_px) + 2
        low = np.clip(np.floor(finder.centre_xy - reach), 0, None).astype(int)
        high = np.ceil(finder.centre_xy + reach).astype(int) + 1
        part = gray[low[1] : high[1], low[0] : high[0]]
        # A module is looked at as a whole: a few dark pixels are none.
        side = max(1, round(_SMOOTHED_MODULES * finder.module_px))
        part = np.asarray(cv2.blur(part, (side, side)), np.uint8)
        u, v = np.meshgrid(np.arange(7) - 3.0, np.arange(7) - 3.0)
        ring = np.maximum(np.abs(u), np.abs(v))
        places = np.stack((u, v, np.ones_like(u)), axis=-1) @ finder.frame
        seen = _looked_up(part, places - low)
        dark, light = (float(np.median(seen[chosen])) for chosen in (ring <= 1, ring == 2))
        return cls(part, low.astype(np.float64), dark, light)

    def signed(self, places: Floats) -> Floats:
        """The picture at places (..., 2), px, -1 = as dark as the finder, 1 = as light."""
        half = max(self.light - self.dark, _LEAST_SPAN) / 2
        flat = places.reshape(1, -1, 2) - self.origin_xy
        seen = _looked_up(self.gray, flat).reshape(places.shape[:-1])
        return np.clip((seen - (self.dark + self.light) / 2) / half, -1.0, 1.0)


def _looked_up(gray: NDArray[np.uint8], places: Floats) -> Floats:
    seen = cv2.remap(
        gray,
        np.ascontiguousarray(places[..., 0], np.float32),
        np.ascontiguousarray(places[..., 1], np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(seen, np.float64)
