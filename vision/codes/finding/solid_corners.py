"""Solid corners: two dark lines that meet, the L of a Data Matrix symbol, bent or not.

The L is the outer edge of a dark region: two long runs of its outline without a corner, which meet
at a convex one. A run may bend, as a line on a bottle does; the clock tracks at the other sides
turn at every module and so are no runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.finding.outlines import is_affordable
from vision.codes.shrinking import shrunk
from vision.geometry import scale_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.codes.budget import Budget

    Floats = NDArray[np.float64]

# Longer pictures are shrunk: the L of a symbol that can be read is long enough at this size.
_LONG_SIDE_PX = 1200
# Windows of the local mean, in shares of the long side, and by how much dark lies below it.
_WINDOWS, _OFFSET = (0.03, 0.08, 0.2), 4
# Shortest side: 8 modules of 1.6 px.
_LEAST_SIDE_PX = 12.0
_MOST_OUTLINES = 100
# Tolerance of the outline's polygon, px, and in shares of the region's diagonal.
_TOLERANCE_PX, _TOLERANCE_SHARE = 1.3, 0.012
# A turn below this goes on along a bent side, degrees.
_MOST_BEND_DEG = 32.0
# The corner itself may be rounded: a run this short, in shares of its neighbours, is part of it.
_MOST_CHAMFER = 0.16
_LEAST_TURN_DEG, _MOST_TURN_DEG = 40.0, 140.0
_MOST_ASPECT = 7.0
# Corners seen twice, at two thresholds: within this share of the shorter side.
_SAME_SHARE = 0.06
_HALF_PIXEL = 0.5
_MAX_CORNERS = 96
# Outlines that would take more of the time that is left are not followed.
_MOST_SHARE = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class BentSide:
    """A side of a symbol: a cubic from the corner (0) to the end (1), straight beyond both.

    Attributes:
        powers: float64 (4, 2), px, of 1, t, t^2 and t^3.
    """

    powers: Floats

    def at(self, places: Floats) -> Floats:
        """Points (..., 2), px, of places (...)."""
        inside = np.clip(places, 0.0, 1.0)[..., None]
        a, b, c, d = self.powers
        points = a + inside * (b + inside * (c + inside * d))
        slope = b + inside * (2 * c + inside * 3 * d)
        beyond: Floats = points + slope * (places[..., None] - inside)
        return beyond

    def up_to(self, end: float) -> BentSide:
        """The side of which `end` is the end; beyond the old end it goes on straight."""
        if end <= 1.0:
            scale = end ** np.arange(4)
            return BentSide(self.powers * scale[:, None])
        places = np.linspace(0, end, 24)
        return fitted_side(self.at(places), places / end)

    @property
    def length_px(self) -> float:
        """Length of the curve, px."""
        steps = np.diff(self.at(np.linspace(0, 1, 9)), axis=0)
        return float(np.hypot(steps[:, 0], steps[:, 1]).sum())


@dataclass(frozen=True, slots=True, eq=False)
class SolidCorner:
    """An L: its corner is where both sides begin.

    Attributes:
        bottom: From the corner along the symbol's lower side.
        left: From the corner along its left side, counter-clockwise of `bottom` on the screen.
    """

    bottom: BentSide
    left: BentSide

    @property
    def corner_xy(self) -> Floats:
        """Where the sides meet, px."""
        return np.asarray(self.bottom.powers[0], np.float64)

    @property
    def size_px(self) -> float:
        """Root of the product of the sides' lengths, px."""
        return math.sqrt(self.bottom.length_px * self.left.length_px)

    def scaled(self, scale: float) -> SolidCorner:
        """The same corner in the picture resized by `scale`."""
        sides = []
        for side in (self.bottom, self.left):
            powers = side.powers * scale
            powers[0] = scale_points(side.powers[0], scale)
            sides.append(BentSide(powers))
        return SolidCorner(sides[0], sides[1])


def fitted_side(points_xy: Floats, places: Floats) -> BentSide:
    """Least-squares cubic through points (n, 2) at places (n,), its ends on the end points."""
    first, last = points_xy[0], points_xy[-1]
    straight = first + (last - first) * places[:, None]
    bow = places * (1 - places)
    design = np.column_stack((bow, bow * places))
    (one, two), *_ = np.linalg.lstsq(design, points_xy - straight, rcond=None)
    along = last - first
    return BentSide(np.stack((first, along + one, two - one, -two)))


def find_solid_corners(gray: NDArray[np.uint8], budget: Budget) -> list[SolidCorner]:
    """Solid corners of dark regions in a picture, uint8 (H, W), the largest first, at most 96."""
    long_side = max(gray.shape)
    scale = min(1.0, _LONG_SIDE_PX / long_side)
    picture = gray
    if scale < 1.0:
        size_wh = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
        picture = shrunk(gray, size_wh)
    picture = np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)
    found: list[SolidCorner] = []
    for window in _WINDOWS:
        if budget.is_spent:
            break
        side = max(11, int(max(picture.shape) * window)) | 1
        dark = cv2.adaptiveThreshold(
            picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, side, _OFFSET
        )
        if not is_affordable(dark, _MOST_SHARE * budget.left_ms):
            continue
        found += corners_of_regions(np.asarray(dark, np.uint8), budget)
    unique = _unique(found)
    return unique if scale == 1.0 else [corner.scaled(1 / scale) for corner in unique]


def corners_of_regions(dark: NDArray[np.uint8], budget: Budget) -> list[SolidCorner]:
    """Solid corners of the regions of a picture of two levels, uint8 (H, W), dark = 255."""
    outlines, tree = cv2.findContours(dark, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return []
    is_outer = np.asarray(tree)[0, :, 3] < 0
    lengths = np.fromiter(map(len, outlines), np.intp, len(outlines))
    long_enough = np.flatnonzero(is_outer & (lengths >= 4 * _LEAST_SIDE_PX))
    largest = long_enough[np.argsort(-lengths[long_enough], kind="stable")[:_MOST_OUTLINES]]
    found: list[SolidCorner] = []
    for index in largest.tolist():
        if budget.is_spent:
            break
        found += _corners_of(np.asarray(outlines[index]).reshape(-1, 2), budget)
    return found


def _corners_of(outline: NDArray[np.int32], budget: Budget) -> list[SolidCorner]:
    """Solid corners of one outline (n, 2); of noise it may have hundreds."""
    spread = outline.max(axis=0) - outline.min(axis=0)
    if spread.max() < _LEAST_SIDE_PX:
        return []
    if cv2.contourArea(outline, oriented=True) < 0:
        outline = outline[::-1]
    tolerance = max(_TOLERANCE_PX, _TOLERANCE_SHARE * float(np.hypot(*spread)))
    polygon = np.asarray(cv2.approxPolyDP(outline, tolerance, True), np.int32).reshape(-1, 2)
    if len(polygon) < 3:
        return []
    runs = _runs(polygon)
    found: list[SolidCorner] = []
    for index, first in enumerate(runs):
        if budget.is_spent:
            break
        if first.length < _LEAST_SIDE_PX:
            continue
        for skipped in (0, 1):
            second = runs[(index + 1 + skipped) % len(runs)]
            shorter, longer = sorted((first.length, second.length))
            if second is first or shorter < _LEAST_SIDE_PX or longer > _MOST_ASPECT * shorter:
                continue
            if skipped and runs[(index + 1) % len(runs)].length > _MOST_CHAMFER * shorter:
                continue
            turn = _turn_deg(first.leaving_xy, second.arriving_xy)
            if _LEAST_TURN_DEG < turn < _MOST_TURN_DEG:
                corner = _corner(_stretch(outline, first), _stretch(outline, second))
                if corner is not None:
                    found.append(corner)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """A part of an outline without a corner.

    `start_xy`, `stop_xy`: its ends; `arriving_xy`, `leaving_xy`: its first and last chord;
    `length`, px.
    """

    start_xy: tuple[int, int]
    stop_xy: tuple[int, int]
    arriving_xy: tuple[float, float]
    leaving_xy: tuple[float, float]
    length: float


def _runs(polygon: NDArray[np.int32]) -> list[_Run]:
    """The polygon of an outline, parted at its sharp turns."""
    steps = (np.roll(polygon, -1, axis=0) - polygon).astype(np.float64)
    before = np.roll(steps, 1, axis=0)
    cross = before[:, 0] * steps[:, 1] - before[:, 1] * steps[:, 0]
    dot = (before * steps).sum(axis=1)
    sharp = np.flatnonzero(np.abs(np.degrees(np.arctan2(cross, dot))) > _MOST_BEND_DEG).tolist()
    if len(sharp) < 2:
        return []
    count = len(polygon)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    total = np.concatenate(([0.0], np.cumsum(np.concatenate((lengths, lengths))))).tolist()
    corners, chords = polygon.tolist(), steps.tolist()
    return [
        _Run(
            tuple(corners[start]),
            tuple(corners[stop % count]),
            tuple(chords[start]),
            tuple(chords[(stop - 1) % count]),
            total[stop] - total[start],
        )
        for start, stop in zip(sharp, [*sharp[1:], sharp[0] + count], strict=True)
    ]


def _turn_deg(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Angle from one direction to the other, degrees, above 0 to the right on the screen."""
    cross = one[0] * other[1] - one[1] * other[0]
    return math.degrees(math.atan2(cross, one[0] * other[0] + one[1] * other[1]))


def _corner(first: NDArray[np.int32], second: NDArray[np.int32]) -> SolidCorner | None:
    """Two stretches as sides; on the way round the region (clockwise) the lower one comes first."""
    sides = []
    for stretch in (first, second):
        if len(stretch) < 5:
            return None
        points = stretch.astype(np.float64)
        along = points[-1] - points[0]
        normal = np.array((along[1], -along[0])) / max(float(np.hypot(*along)), 1e-9)
        # Outlines run on the dark pixels' centres: the edge lies half a pixel further out.
        sides.append(points + _HALF_PIXEL * normal)
    bottom, left = sides[0][::-1], sides[1]
    meeting = _crossing(bottom, left)
    if meeting is None:
        return None
    curves = []
    for points in (bottom, left):
        # The rounded tip is left out, the corner takes its place.
        away = np.hypot(*(points - meeting).T)
        kept = points[away > min(2.5, 0.2 * away.max())]
        points = np.concatenate((meeting[None], kept))
        steps = np.hypot(*np.diff(points, axis=0).T)
        places = np.concatenate(([0.0], np.cumsum(steps)))
        if len(points) < 5 or places[-1] < _LEAST_SIDE_PX:
            return None
        curves.append(fitted_side(points, places / places[-1]))
    return SolidCorner(curves[0], curves[1])


def _stretch(outline: NDArray[np.int32], run: _Run) -> NDArray[np.int32]:
    """The points of an outline (n, 2) from the start of a run to its end."""
    start, stop = (
        int(np.flatnonzero((outline[:, 0] == x) & (outline[:, 1] == y))[0])
        for x, y in (run.start_xy, run.stop_xy)
    )
    if stop <= start:
        stop += len(outline)
    return outline[np.arange(start, stop + 1) % len(outline)]


def _crossing(bottom: Floats, left: Floats) -> Floats | None:
    """Where the two sides' first thirds would meet, px; None where they run alike."""
    lines = []
    for points in (bottom, left):
        part = points[1 : max(4, len(points) // 3)]
        vx, vy, x, y = np.asarray(
            cv2.fitLine(part.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01)
        ).ravel()
        lines.append((-vy, vx, -vy * x + vx * y))
    (a, b, c), (d, e, f) = lines
    determinant = a * e - b * d
    if abs(determinant) < 0.25:
        return None
    meeting = np.array(((c * e - b * f) / determinant, (a * f - c * d) / determinant), np.float64)
    apart = max(float(np.hypot(*(meeting - points[0]))) for points in (bottom, left))
    return meeting if apart < 0.2 * max(len(bottom), len(left)) + 4 else None


def _unique(corners: list[SolidCorner]) -> list[SolidCorner]:
    kept: list[Floats] = []
    found: list[SolidCorner] = []
    sized = [(corner.size_px, corner) for corner in corners]
    for size_px, corner in sorted(sized, key=lambda entry: -entry[0]):
        if len(found) == _MAX_CORNERS:
            break
        ends = [corner.corner_xy, corner.bottom.powers.sum(axis=0), corner.left.powers.sum(axis=0)]
        places = np.concatenate(ends)
        reach = _SAME_SHARE * size_px + 1.0
        if not kept or float(np.abs(np.asarray(kept) - places).max(axis=1).min()) > reach:
            kept.append(places)
            found.append(corner)
    return found
