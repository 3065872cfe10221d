"""Finder patterns by the nesting of contours: dark within light within dark, of any style.

Unlike the run 1:1:3:1:1 of ISO/IEC 18004:2015, 6.3.3.2, nesting holds for round, thin, holed,
coloured (in grey) and bent patterns, and where the outer square touches other ink.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.finding.finder import Finder
from vision.codes.finding.outlines import is_affordable
from vision.codes.finding.two_levels import specks, without_specks
from vision.codes.shrinking import shrunk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vision.codes.budget import Budget

# Smallest module that a pattern is looked for at, px; and how much less area a coarse contour has.
_LEAST_MODULE_PX, _LEAST_MODULE_FOUND_PX, _COARSE = 1.6, 0.8, 0.6
# Area of the light square (5 modules) over the dark one in it (3 modules): 2.8 when perfect.
_LEAST_HOLE, _MOST_HOLE = 1.5, 5.5
# The same of their outlines' lengths, which ragged edges change more: 1.67 when perfect.
_LEAST_LONGER, _MOST_LONGER = 0.9, 4.0
# Area of the outer square (7 modules) over the light one: 1.96 when perfect.
_LEAST_OUTER, _MOST_OUTER = 1.25, 3.2
# Share of their own convex hull that the contours fill: squares 1, discs 1, stars less.
_INNER_FILL, _HOLE_FILL, _OUTER_FILL = 0.80, 0.78, 0.80
# Distance of the centres of inner and light square, in sides of the light one.
_MOST_OFF_CENTRE = 0.16
MAX_RESIDUAL_MODULES, MAX_ANISOTROPY = 0.55, 5.0
_NOISE_SPECKS = 0.003
# Two finders nearer than this are one, seen twice.
_SAME_WITHIN_MODULES = 2.0
# A sight with less doubt is not improved by another threshold.
_CLEAR_DOUBT = 0.07
_USUAL_INNER_MODULES = 3.0
# More nested contours than this are noise: the largest are looked at.
MAX_NESTED = 3_000
MAX_FINDERS = 64
_HALF_PIXEL = 0.5
# Outlines that would take more of the time that is left are not followed.
_MOST_SHARE = 0.35
# Simplifying a hull to four corners: tolerances in shares of its length.
_TOLERANCES = (0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16)
# A side that is shorter, or has fewer points, gives no line; Huber's weights, px.
_LEAST_SIDE_PX, _LEAST_SIDE_POINTS = 2.0, 4
_LINE_ROUNDS, _HUBER_PX = 3, 1.345
_NEXT = np.array((1, 2, 3, 0))
# Row t: the corners in order when the figure is begun t corners later.
_TURNS = (np.arange(4)[None, :] - np.arange(4)[:, None]) % 4


@dataclass(frozen=True, slots=True)
class FinderPass:
    """One way of making a picture dark and light.

    Attributes:
        long_side_px: larger pictures are shrunk to it.
        windows: sides of the local mean's window, in shares of the long side.
        offset: grey levels by which dark must lie below the local mean.
        enlarge_below_px: pictures with a shorter long side are doubled.
        unsharp_sigma_px: sigma of the blur that is subtracted; 0 for none.
        clahe_clip: local equalisation; 0 for none.
        most_specks: share of pixels that are alone in their row above which the two levels are
            noise, and single pixels are taken out; from enlarged pictures in any case.
    """

    long_side_px: int
    windows: tuple[float, ...]
    offset: int = 4
    enlarge_below_px: int = 0
    unsharp_sigma_px: float = 0.0
    clahe_clip: float = 0.0
    most_specks: float = 1.0


PASSES: tuple[tuple[FinderPass, ...], ...] = (
    (FinderPass(1000, (0.03, 0.08, 0.2), most_specks=_NOISE_SPECKS),),
    (
        FinderPass(2400, (0.02, 0.05, 0.12), most_specks=_NOISE_SPECKS),
        FinderPass(2400, (0.02, 0.05, 0.12), enlarge_below_px=1000),
    ),
    (
        FinderPass(1800, (0.02, 0.05, 0.12), 0, 1000, unsharp_sigma_px=1.5),
        FinderPass(1800, (0.02, 0.05, 0.12), 0, 1000, unsharp_sigma_px=3.0),
        FinderPass(1800, (0.012, 0.03, 0.08), 10, 1000),
        FinderPass(1800, (0.012, 0.03), 0, 1000),
        FinderPass(1800, (0.03, 0.08), 6, 1000, clahe_clip=4.0),
    ),
)
"""Levels of effort: the next is tried only where the ones before led to no code."""


def find_finders(
    gray: NDArray[np.uint8],
    passes: Sequence[FinderPass],
    budget: Budget,
    known: Sequence[Finder] = (),
) -> list[Finder]:
    """Finder patterns of a picture, the most certain first, at most `MAX_FINDERS`.

    Args:
        gray: uint8 (H, W).
        passes: ways to look.
        budget: no window is begun when it is spent.
        known: finders of earlier passes; they stay, better sights replace them.
    """
    found = list(known)
    for finder_pass in passes:
        if budget.left_ms <= 0:
            break
        picture, scale = _prepared(gray, finder_pass)
        if picture is None:
            continue
        long_side = max(picture.shape)
        sights: list[Finder] = []
        slowest_ms = 0.0
        for window in finder_pass.windows:
            started_ms = budget.left_ms
            if started_ms <= slowest_ms:
                # A window can't be interrupted: its outlines are followed in one go.
                break
            side = max(11, int(long_side * window)) | 1
            dark = cv2.adaptiveThreshold(
                picture,
                255,
                cv2.ADAPTIVE_THRESH_MEAN_C,
                cv2.THRESH_BINARY_INV,
                side,
                finder_pass.offset,
            )
            if specks(dark) > (finder_pass.most_specks if scale <= 1 else _NOISE_SPECKS):
                dark = without_specks(np.asarray(dark, dtype=np.uint8))
            if not is_affordable(dark, _MOST_SHARE * budget.left_ms):
                continue
            sights += nested_finders(np.asarray(dark, dtype=np.uint8), budget, sights)
            slowest_ms = max(slowest_ms, started_ms - budget.left_ms)
        found += sights if scale == 1.0 else [finder.scaled(1 / scale) for finder in sights]
    return merged(found)


def merged(finders: Sequence[Finder]) -> list[Finder]:
    """Each pattern once, in its best sight; the most certain first."""
    kept: list[Finder] = []
    places: list[tuple[float, float, float]] = []
    for finder in sorted(finders, key=lambda f: f.doubt):
        if len(kept) == MAX_FINDERS:
            break
        x, y = finder.centre_xy.tolist()
        module_px = finder.module_px
        if all(
            math.hypot(x - other_x, y - other_y)
            > _SAME_WITHIN_MODULES * max(module_px, other_module_px)
            for other_x, other_y, other_module_px in places
        ):
            kept.append(finder)
            places.append((x, y, module_px))
    return kept


def nested_finders(
    dark: NDArray[np.uint8], budget: Budget, known: Sequence[Finder] = ()
) -> list[Finder]:
    """Finders of a picture of two levels, uint8 (H, W), dark = 255.

    Patterns that are `known` so well that another sight adds nothing are left out.
    """
    contours, tree = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    found: list[Finder] = []
    if not contours:
        return found
    parents = np.asarray(tree, dtype=np.intp)[0, :, 3]
    lengths = np.fromiter(map(len, contours), dtype=np.intp, count=len(contours))
    shortest = 4 * 3 * _LEAST_MODULE_PX * _COARSE
    nested = np.flatnonzero((parents >= 0) & (lengths >= shortest))
    # Odd depths are light: an inner square has two ancestors at least.
    nested = nested[parents[parents[nested]] >= 0]
    # Outlines of squares and discs are as long as their sides: 5 modules to 3.
    longer = lengths[parents[nested]] / lengths[nested]
    nested = nested[(longer > _LEAST_LONGER) & (longer < _MOST_LONGER)]
    if nested.size > MAX_NESTED:
        nested = nested[np.argsort(-lengths[nested], kind="stable")[:MAX_NESTED]]
    clear = [
        (*finder.centre_xy.tolist(), finder.module_px)
        for finder in known
        if finder.doubt < _CLEAR_DOUBT
    ]
    for index in nested.tolist():
        if budget.is_spent:
            break
        if clear and _is_known(contours[index], clear):
            continue
        hole = int(parents[index])
        finder = _finder_of(contours[index], contours[hole], contours[int(parents[hole])])
        if finder is not None:
            found.append(finder)
    return found


def _is_known(contour: cv2.typing.MatLike, clear: Sequence[tuple[float, float, float]]) -> bool:
    x, y, width, height = cv2.boundingRect(contour)
    centre_x, centre_y = x + (width - 1) / 2, y + (height - 1) / 2
    side = max(width, height)
    return any(
        math.hypot(centre_x - known_x, centre_y - known_y) < module_px
        and side < 2 * _USUAL_INNER_MODULES * module_px
        for known_x, known_y, module_px in clear
    )


def _finder_of(
    inner: cv2.typing.MatLike, hole: cv2.typing.MatLike, outer: cv2.typing.MatLike
) -> Finder | None:
    inner_area, hole_area = cv2.contourArea(inner), cv2.contourArea(hole)
    if inner_area < _COARSE * (3 * _LEAST_MODULE_PX) ** 2:
        return None
    if not _LEAST_HOLE * inner_area < hole_area < _MOST_HOLE * inner_area:
        return None
    inner_hull, hole_hull = cv2.convexHull(inner), cv2.convexHull(hole)
    if inner_area < _INNER_FILL * cv2.contourArea(inner_hull):
        return None
    if hole_area < _HOLE_FILL * cv2.contourArea(hole_hull):
        return None
    inner_points, hole_points = _points(inner), _points(hole)
    inner_x, inner_y = (inner_points.sum(axis=0) / len(inner_points)).tolist()
    hole_x, hole_y = (hole_points.sum(axis=0) / len(hole_points)).tolist()
    apart = math.hypot(inner_x - hole_x, inner_y - hole_y)
    if apart > _MOST_OFF_CENTRE * math.sqrt(hole_area):
        return None
    # Contours run on the dark pixels' centres: dark squares reach half a pixel further, holes
    # half a pixel less far.
    squares = [
        (1.5, corners_of(inner_points, inner_hull, _HALF_PIXEL)),
        (2.5, corners_of(hole_points, hole_hull, -_HALF_PIXEL)),
    ]
    outer_area = cv2.contourArea(outer)
    if _LEAST_OUTER * hole_area < outer_area < _MOST_OUTER * hole_area:
        outer_hull = cv2.convexHull(outer)
        if outer_area > _OUTER_FILL * cv2.contourArea(outer_hull):
            squares.append((3.5, corners_of(_points(outer), outer_hull, _HALF_PIXEL)))
    finder = _assembled(squares)
    if finder is None or finder.module_px < _LEAST_MODULE_FOUND_PX:
        return None
    if finder.residual_modules > MAX_RESIDUAL_MODULES or finder.anisotropy > MAX_ANISOTROPY:
        return None
    return finder


def _assembled(squares: Sequence[tuple[float, NDArray[np.float64]]]) -> Finder | None:
    """The squares as one finder, all beginning at the corner that fits the largest one's."""
    half_sides = np.array([half for half, _ in squares])
    corners = np.stack([square for _, square in squares])
    shapes = (corners - corners.mean(axis=1, keepdims=True)) / half_sides[:, None, None]
    # All four turns of every square at once: (R, 4, 4, 2).
    misfit = np.abs(shapes[:, _TURNS] - shapes[-1]).sum(axis=(2, 3))
    turned = corners[np.arange(len(squares))[:, None], _TURNS[misfit.argmin(axis=1)]]
    return Finder.of_squares(half_sides, turned)


def corners_of(
    points_xy: NDArray[np.float64], hull: cv2.typing.MatLike, grow_px: float
) -> NDArray[np.float64]:
    """Corners (4, 2) of the four-sided figure that a contour draws, clockwise on the screen.

    Lines are fitted to the middle of each side and intersected, so that rounded or chipped corners
    come out where the sides would meet; `grow_px` moves every side outwards.
    """
    rough = _rough_corners(hull)
    lines = _side_lines(points_xy, rough)
    if lines is None:
        return rough
    centre_x, centre_y = (rough.sum(axis=0) / 4).tolist()
    sides = []
    for a, b, distance in lines:
        outwards = 1.0 if a * centre_x + b * centre_y <= distance else -1.0
        sides.append((outwards * a, outwards * b, outwards * distance + grow_px))
    crossings = []
    for (a, b, c), (d, e, f) in zip([sides[-1], *sides[:-1]], sides, strict=True):
        determinant = a * e - b * d
        if abs(determinant) < 0.1:
            return rough
        crossings.append(((c * e - b * f) / determinant, (a * f - c * d) / determinant))
    corners = np.array(crossings)
    side = math.sqrt(max(_area(rough), 1.0))
    is_far = float(np.abs(corners - rough).max()) > 0.35 * side + abs(grow_px)
    return rough if is_far else corners


def _side_lines(
    points_xy: NDArray[np.float64], rough: NDArray[np.float64]
) -> list[tuple[float, float, float]] | None:
    """Unit normal (a, b) and distance c, a x + b y = c, of the middle 70 % of each side.

    Total least squares, twice more with Huber's weights; all four sides at once.
    """
    along = rough[_NEXT] - rough
    lengths = np.sqrt((along * along).sum(axis=1))
    if lengths.min() < _LEAST_SIDE_PX:
        return None
    along /= lengths[:, None]
    x, y = points_xy[:, 0], points_xy[:, 1]
    from_x, from_y = x - rough[:, :1], y - rough[:, 1:]  # (4, n)
    place = (from_x * along[:, :1] + from_y * along[:, 1:]) / lengths[:, None]
    off = np.abs(from_x * along[:, 1:] - from_y * along[:, :1])
    chosen = (
        (np.abs(place - 0.5) < 0.35) & (off < np.maximum(1.5, 0.12 * lengths)[:, None])
    ).astype(np.float64)
    if chosen.sum(axis=1).min() < _LEAST_SIDE_POINTS:
        return None
    weights = chosen
    lines: list[tuple[float, float, float]] = []
    powers = np.stack((np.ones_like(x), x, y, x * x, x * y, y * y), axis=1)
    for attempt in range(_LINE_ROUNDS):
        total, sum_x, sum_y, sum_xx, sum_xy, sum_yy = (weights @ powers).T
        mean_x, mean_y = sum_x / total, sum_y / total
        spread_xx, spread_yy = sum_xx / total - mean_x**2, sum_yy / total - mean_y**2
        spread_xy = sum_xy / total - mean_x * mean_y
        # The main axis of the spread; the normal is square to it.
        angle = 0.5 * np.arctan2(2 * spread_xy, spread_xx - spread_yy)
        a, b = -np.sin(angle), np.cos(angle)
        c = a * mean_x + b * mean_y
        lines = list(zip(a.tolist(), b.tolist(), c.tolist(), strict=True))
        if attempt < _LINE_ROUNDS - 1:
            away = np.abs(a[:, None] * x + b[:, None] * y - c[:, None])
            weights = chosen * (_HUBER_PX / np.maximum(away, _HUBER_PX))
    return lines


def _rough_corners(hull: cv2.typing.MatLike) -> NDArray[np.float64]:
    """Four corners by simplifying the hull, or its smallest rectangle; clockwise."""
    perimeter = cv2.arcLength(hull, True)
    corners: NDArray[np.float64] | None = None
    for tolerance in _TOLERANCES:
        simple = cv2.approxPolyDP(hull, tolerance * perimeter, True)
        if len(simple) == 4:
            corners = _points(simple)
        if len(simple) <= 4:
            break
    if corners is None:
        corners = np.asarray(cv2.boxPoints(cv2.minAreaRect(hull)), dtype=np.float64)
    return corners if _area(corners) > 0 else corners[::-1]


def _area(corners: NDArray[np.float64]) -> float:
    """Area of a four-sided figure, above 0 when its corners run clockwise on the screen."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners.tolist()
    return 0.5 * float((cx - ax) * (dy - by) - (cy - ay) * (dx - bx))


def _points(contour: cv2.typing.MatLike) -> NDArray[np.float64]:
    return np.asarray(contour, dtype=np.float64).reshape(-1, 2)


def _prepared(
    gray: NDArray[np.uint8], finder_pass: FinderPass
) -> tuple[NDArray[np.uint8] | None, float]:
    """The picture as the pass sees it, and its scale; None where it would be seen twice alike."""
    long_side = max(gray.shape)
    scale = min(1.0, finder_pass.long_side_px / long_side)
    if finder_pass.enlarge_below_px:
        plain = not finder_pass.unsharp_sigma_px and not finder_pass.clahe_clip
        if long_side < finder_pass.enlarge_below_px:
            scale = 2.0
        elif plain and finder_pass.offset == 4:
            return None, 1.0
    picture = gray
    size_wh = max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale))
    if scale < 1.0:
        picture = shrunk(gray, size_wh)
    elif scale > 1.0:
        enlarged = cv2.resize(gray, size_wh, interpolation=cv2.INTER_CUBIC)
        picture = np.asarray(enlarged, dtype=np.uint8)
    if finder_pass.unsharp_sigma_px:
        blurred = cv2.GaussianBlur(picture, (0, 0), finder_pass.unsharp_sigma_px)
        picture = np.asarray(cv2.addWeighted(picture, 3.0, blurred, -2.0, 0), dtype=np.uint8)
    elif finder_pass.clahe_clip:
        clahe = cv2.createCLAHE(finder_pass.clahe_clip, (8, 8))
        picture = np.asarray(clahe.apply(picture), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), dtype=np.uint8), scale


__all__ = ["PASSES", "FinderPass", "corners_of", "find_finders", "merged", "nested_finders"]
