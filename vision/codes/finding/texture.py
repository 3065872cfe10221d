"""Places that look like a matrix code, without any finder: dense edges in two crossing directions.

Codes that are near black, tiny, noisy or seen at a steep angle show no finder to a threshold, and
yet more edges for their brightness than what lies around them. How much stronger the edges of one
direction are tells how a place is foreshortened (shape from texture: Lindeberg and Garding,
"Shape-adapted smoothing in estimation of 3-D shape cues from affine deformations", 1997).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.shrinking import shrunk
from vision.geometry import Homography

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.geometry import Quad

    Gray = NDArray[np.uint8]
    Pixels = NDArray[np.float32]

# Long sides that the picture is looked at in, px: a code of 30 px to all of it is seen in one.
SIDES_PX = (1280, 640, 320)
# Edges are counted in cells of so many px, and those in windows of so many cells.
_CELL_PX, _WINDOW_CELLS, _BRIGHTNESS_CELLS, _STRIP_CELLS = 4, 3, 9, 32
# What Sobel's operator makes of a step of one grey level, and a step that is none, by the same.
_SOBEL, _LEAST_STEP = 8.0, 8.0
# Grey levels that are added to the brightness: below it a sensor's steps look like contrast.
_DARKEST = 6.0
# A place counts where its crossing edges are so many times those of the picture's quieter half, or
# this share of the strongest: a faint code stands apart at the lowest floor, one in the middle of
# print at the highest.
_TIMES_QUIET, _SHARES_OF_STRONGEST = 2.5, (0.0, 0.12, 0.3)
# Beside codes that were read, the same share of their own crossing edges.
_SHARE_OF_KNOWN = 0.5
# Smallest place, cells; how much of its own hull it fills; most islands of one floor.
_LEAST_SIDE_CELLS, _LEAST_FILL, _MOST_LONGER = 4, 0.55, 6.0
_MOST_ISLANDS, _MOST_JUDGED = 8, 8
# Two islands are one when they share this part of both together.
_SAME_OVERLAP = 0.6
# Foreshortening that is believed, and the picture in which a place is judged, px.
_MOST_STRETCH, _JUDGED_PX = 5.0, 112
# Rim of a crop, in shares of the place's own side.
MARGIN = 0.22
# In the judged picture: windows in which edges are counted for all of a place and for its densest
# part, px, and the share of the strongest crossing edges that still belongs to it.
_JUDGED_WINDOW_PX, _DENSE_PX = 9, 15
_SHARE_OF_PLACE, _SHARE_OF_DENSEST = 0.25, 0.45
# Two judged places that share more than this are one. Noise may hide how square a code is: the
# score keeps this much without.
_SAME_PLACE, _LEAST_TRUST = 0.7, 0.2


@dataclass(frozen=True, slots=True, eq=False)
class TexturePlace:
    """A part of the picture that may hold a code.

    Attributes:
        frame_from_unit: From the square (0, 0) to (1, 1), the code and a rim, to the picture.
        score: More is likelier; comparable within a picture only.
    """

    frame_from_unit: Homography
    score: float

    @property
    def corners_xy(self) -> NDArray[np.float64]:
        """Corners of the square in the picture, (4, 2)."""
        return self.frame_from_unit.apply([(0, 0), (1, 0), (1, 1), (0, 1)])

    @property
    def bounds_xyxy(self) -> tuple[float, float, float, float]:
        """Box round it in the picture."""
        corners = self.corners_xy
        left, top = corners.min(axis=0).tolist()
        right, bottom = corners.max(axis=0).tolist()
        return left, top, right, bottom

    @property
    def side_px(self) -> float:
        """Its longer side in the picture."""
        corners = self.corners_xy
        return float(np.hypot(*(corners[[1, 3]] - corners[0]).T).max())

    def shown(self, gray: Gray, side_px: int) -> tuple[Gray, Homography]:
        """The place made square, uint8 (side, side), and where its pixels lie in the picture."""
        step = 1 / side_px
        middles = Homography(np.array([[step, 0, step / 2], [0, step, step / 2], [0, 0, 1.0]]))
        frame_from_shown = self.frame_from_unit @ middles
        picture = cv2.warpPerspective(
            gray,
            frame_from_shown.matrix,
            (side_px, side_px),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(picture, np.uint8), frame_from_shown


def texture_places(
    gray: Gray,
    most: int,
    budget: Budget,
    known: Sequence[Quad] = (),
    sides_px: Sequence[int] = SIDES_PX,
) -> list[TexturePlace]:
    """Places with the texture of a matrix code, the likeliest first, at most `most`.

    Args:
        gray: uint8 (H, W).
        most: Most places.
        budget: No size and no place is begun when it is spent.
        known: Outlines of codes that were read already: only places beside them that show as many
            edges are looked at.
        sides_px: Long sides that it is looked at in.
    """
    islands: list[_Island] = []
    long_side, picture = max(gray.shape), gray
    for side_px in sides_px:
        if budget.is_spent:
            break
        scale = min(1.0, side_px / long_side)
        if scale < 1.0:
            size_wh = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
            # From the size before, which has a quarter of the pixels.
            picture = shrunk(picture, size_wh)
        elif side_px > 2 * long_side:
            continue
        islands += _islands(picture, gray.shape[1] / picture.shape[1], known)
    islands.sort(key=lambda island: -island.score)
    places: list[TexturePlace] = []
    taken: list[_Island] = []
    for island in islands:
        if len(taken) == min(most + 2, _MOST_JUDGED) or budget.is_spent:
            break
        if any(_overlap(island.bounds_xyxy, other.bounds_xyxy) > _SAME_OVERLAP for other in taken):
            continue
        taken.append(island)
        places += _judged(gray, island)
    places.sort(key=lambda place: -place.score)
    kept: list[TexturePlace] = []
    for place in places:
        if len(kept) == most:
            break
        if all(_overlap(place.bounds_xyxy, other.bounds_xyxy) <= _SAME_PLACE for other in kept):
            kept.append(place)
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class _Island:
    """A connected part of one size of the picture.

    Attributes:
        hull_xy: Its convex hull in px of the picture, (n, 2).
        tensor: Mean structure tensor in it, (2, 2).
        score: Crossing edges and size.
    """

    hull_xy: NDArray[np.float64]
    tensor: NDArray[np.float64]
    score: float

    @property
    def bounds_xyxy(self) -> tuple[float, float, float, float]:
        left, top = self.hull_xy.min(axis=0).tolist()
        right, bottom = self.hull_xy.max(axis=0).tolist()
        return left, top, right, bottom


def structure(gray: Gray) -> tuple[Pixels, Pixels]:
    """Edges of a picture in cells of 4 px, relative to its local brightness.

    Returns:
        float32 (3, h, w): the structure tensor's xx, xy and yy (Bigun and Granlund, 1987); and
        float32 (h, w): its smaller eigenvalue, 0 where all edges run one way, as in wood and bars.
    """
    rows, columns = (max(1, size // _CELL_PX) for size in gray.shape)
    smooth = np.asarray(cv2.GaussianBlur(gray, (3, 3), 0), np.uint8)
    tensor = np.empty((3, rows, columns), np.float32)
    brightness = np.empty((rows, columns), np.float32)
    # In strips that stay in the processor's cache: three times as fast.
    for first in range(0, rows, _STRIP_CELLS):
        last = min(rows, first + _STRIP_CELLS)
        halo = min(first * _CELL_PX, 1)
        strip = smooth[first * _CELL_PX - halo : (last if last < rows else rows + 1) * _CELL_PX + 1]
        kept = slice(halo, halo + max(1, (last - first) * _CELL_PX))
        size_wh = (columns, last - first)
        across, down = (
            cv2.Sobel(strip, cv2.CV_32F, *order, ksize=3)[kept] for order in ((1, 0), (0, 1))
        )
        # One strong outline must not outweigh many edges: strength counts, not its square.
        strength = cv2.magnitude(across, down) + np.float32(_LEAST_STEP)
        for index, (one, other) in enumerate(((across, across), (across, down), (down, down))):
            tensor[index, first:last] = cv2.resize(
                one * other / strength, size_wh, interpolation=cv2.INTER_AREA
            )
        brightness[first:last] = cv2.resize(strip[kept], size_wh, interpolation=cv2.INTER_AREA)
    brightness = cv2.blur(brightness, (_BRIGHTNESS_CELLS, _BRIGHTNESS_CELLS)) + _DARKEST
    for part in tensor:
        part[:] = cv2.blur(part, (_WINDOW_CELLS, _WINDOW_CELLS)) / (_SOBEL * brightness)
    half, apart = (tensor[0] + tensor[2]) / 2, (tensor[0] - tensor[2]) / 2
    crossing = np.maximum(half - np.sqrt(apart * apart + tensor[1] * tensor[1]), 0)
    return np.asarray(tensor, np.float32), np.asarray(crossing, np.float32)


def _islands(picture: Gray, px_per_px: float, known: Sequence[Quad] = ()) -> list[_Island]:
    tensor, crossing = structure(picture)
    least = _TIMES_QUIET * float(np.median(crossing))
    if known:
        codes = np.zeros(crossing.shape, np.uint8)
        for quad in known:
            cells = np.round((quad.corners_px + 0.5) / (_CELL_PX * px_per_px)).astype(np.int32)
            cv2.fillConvexPoly(codes, cells, 1)
        if codes.any():
            least = max(least, _SHARE_OF_KNOWN * float(crossing[codes > 0].mean()))
        crossing[cv2.dilate(codes, np.ones((5, 5), np.uint8)) > 0] = 0
    strongest = float(crossing.max())
    found: list[_Island] = []
    for floor in sorted({max(least, share * strongest) for share in _SHARES_OF_STRONGEST}):
        if strongest <= floor:
            continue
        mask = (crossing > np.float32(floor)).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
        order = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[:_MOST_ISLANDS] + 1
        for index in order.tolist():
            left, top, width, height, area = (int(value) for value in stats[index])
            shorter, longer = min(width, height), max(width, height)
            if shorter < _LEAST_SIDE_CELLS or longer > _MOST_LONGER * shorter:
                continue
            box = slice(top, top + height), slice(left, left + width)
            inside = labels[box] == index
            rows, columns = np.nonzero(inside)
            cells = np.column_stack((columns + left, rows + top))
            corners = (cells[:, None] + ((0, 0), (1, 0), (1, 1), (0, 1))).reshape(-1, 2)
            hull = cv2.convexHull(corners.astype(np.int32))[:, 0].astype(np.float64)
            if area < _LEAST_FILL * cv2.contourArea(hull.astype(np.float32)):
                continue
            xx, xy, yy = (float(part[box][inside].mean()) for part in tensor)
            score = float(crossing[box][inside].mean()) * math.sqrt(area)
            hull_xy = hull * (_CELL_PX * px_per_px) - 0.5
            found.append(_Island(hull_xy, np.array([[xx, xy], [xy, yy]]), score))
    return found


def _judged(gray: Gray, island: _Island) -> list[TexturePlace]:
    """An island made square, and the densest part of that made square: a code amid print."""
    square = TexturePlace(_square(island.hull_xy, _frame_from_round(island.tensor)), island.score)
    wide = _seen_again(gray, square, _SHARE_OF_PLACE, is_densest=False)
    if wide is None:
        return []
    tight = _seen_again(gray, wide, _SHARE_OF_DENSEST, is_densest=True)
    return [wide] if tight is None else [wide, tight]


def _seen_again(
    gray: Gray, square: TexturePlace, share: float, *, is_densest: bool
) -> TexturePlace | None:
    """Shape, turn and bounds of the texture in a place; scored by how square it looks.

    A code's edges run in two perpendicular directions only, letters' and noise's in all.
    """
    picture, frame_from_shown = square.shown(gray, _JUDGED_PX)
    smooth = cv2.GaussianBlur(picture, (0, 0), 1.0)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *order, ksize=3) for order in ((1, 0), (0, 1)))
    window = (_DENSE_PX, _DENSE_PX) if is_densest else (_JUDGED_WINDOW_PX, _JUDGED_WINDOW_PX)
    # One strong outline must not outweigh many edges: they count by strength, not by its square.
    strength = np.sqrt(across * across + down * down) + np.float32(1)
    xx, xy, yy = (
        cv2.blur(product / strength, window)
        for product in (across * across, across * down, down * down)
    )
    crossing = np.maximum((xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy * xy), 0)
    # Of a few: every pixel's window holds its neighbours'.
    strongest = float(np.percentile(crossing[::4, ::4], 95))
    inside = crossing > share * strongest
    if strongest <= 0 or not inside.any():
        return None
    if is_densest:
        _, labels = cv2.connectedComponents(inside.astype(np.uint8), connectivity=4)
        inside = labels == labels.flat[int(crossing.argmax())]
    mean = np.array([[xx[inside].mean(), xy[inside].mean()], [0.0, yy[inside].mean()]])
    mean[1, 0] = mean[0, 1]
    again = _frame_from_round(mean)
    # The direction of edges modulo a right angle, in the rounded picture.
    gradient = again.T @ np.stack((across[inside], down[inside]))
    length = np.maximum(np.hypot(gradient[0], gradient[1]), 1e-6)
    double = (gradient[0] + 1j * gradient[1]) ** 2 / length
    turning = complex((double * double / length).sum())
    angle = float(np.angle(turning)) / 4
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    affine = frame_from_shown.matrix / frame_from_shown.matrix[2, 2]
    rows, columns = np.nonzero(inside)
    points = frame_from_shown.apply(np.column_stack((columns, rows)).astype(np.float64))
    hull = cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)
    concentration = abs(turning) / float(length.sum())
    linear = affine[:2, :2] @ again @ turn
    return TexturePlace(_square(hull, linear), square.score * (_LEAST_TRUST + concentration))


def _frame_from_round(tensor: NDArray[np.float64]) -> NDArray[np.float64]:
    """The linear map (2, 2) of area 1 under which edges of all directions are equally many.

    Where a code is squeezed to a share s, 1/s times as many edges lie on a length; strength
    (not its square) summed over them counts them however blurred they are.
    """
    values, axes = np.linalg.eigh(tensor)
    values = np.maximum(values, max(float(values.max()), 1e-12) / _MOST_STRETCH)
    linear = axes @ np.diag(1 / values) @ axes.T
    return np.asarray(linear / math.sqrt(abs(float(np.linalg.det(linear)))), np.float64)


def _square(hull_xy: NDArray[np.float64], linear: NDArray[np.float64]) -> Homography:
    """From the unit square to the parallelogram round a hull whose sides are the map's columns."""
    inner = hull_xy @ np.linalg.inv(linear).T
    low, high = inner.min(axis=0), inner.max(axis=0)
    side = float((high - low).max()) * (1 + 2 * MARGIN)
    first = linear @ ((low + high) / 2 - side / 2)
    matrix = np.eye(3)
    matrix[:2, :2] = linear * side
    matrix[:2, 2] = first
    return Homography(matrix)


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Area that two boxes share, over the area of both together."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0.0) * max(height, 0.0)
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return shared / max(areas - shared, 1e-9)
