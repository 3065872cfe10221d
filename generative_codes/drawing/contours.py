"""Closed outlines of lines and cubic curves, in modules, y downwards."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Point = tuple[float, float]
Segment = tuple[float, ...]

# Control point distance at which a cubic follows a quarter circle within 0.03 % of its radius.
_QUARTER = 0.5522847498307936


@dataclass(frozen=True, slots=True)
class Contour:
    """One closed loop.

    Attributes:
        start: First point.
        segments: Lines (dx, dy) and cubics (dx1, dy1, dx2, dy2, dx, dy), every pair measured from
            the loop's start; so copies of one shape share their segments.
    """

    start: Point
    segments: tuple[Segment, ...]

    def at(self, x: float, y: float) -> "Contour":
        """The same loop, moved by (x, y)."""
        return Contour((self.start[0] + x, self.start[1] + y), self.segments)

    def scaled(self, factor: float) -> "Contour":
        """The same loop, scaled about the origin."""
        segments = tuple(tuple(factor * v for v in segment) for segment in self.segments)
        return Contour((self.start[0] * factor, self.start[1] * factor), segments)

    def flatten(self, pixels_per_module: float) -> npt.NDArray[np.float64]:
        """Corners of a polygon (K, 2) within about a fiftieth of a pixel of the loop."""
        points: list[Point] = [(0.0, 0.0)]
        for segment in self.segments:
            if len(segment) == 2:
                points.append((segment[0], segment[1]))
            else:
                points += _sample(points[-1], segment, pixels_per_module)
        return np.asarray(np.array(points, dtype=np.float64) + np.array(self.start))


def _sample(start: Point, segment: Segment, pixels_per_module: float) -> list[Point]:
    x1, y1, x2, y2, x, y = segment
    # The distance of a cubic from n chords falls with 1/n^2 of its second difference.
    bend = math.hypot(start[0] - x1 - x2 + x, start[1] - y1 - y2 + y) + math.hypot(
        start[0] - 2 * x1 + x2, start[1] - 2 * y1 + y2
    )
    pieces = min(64, max(2, math.ceil(math.sqrt(bend * pixels_per_module * 20))))
    points = []
    for step in range(1, pieces + 1):
        t = step / pieces
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append(
            (a * start[0] + b * x1 + c * x2 + d * x, a * start[1] + b * y1 + c * y2 + d * y)
        )
    return points


def polygon(points: list[Point]) -> Contour:
    """A loop of straight lines."""
    x, y = points[0]
    return Contour((x, y), tuple((a - x, b - y) for a, b in points[1:]))


def star(radius: float, waist_share: float, rays: int = 5) -> Contour:
    """A star about the origin, one ray upwards, moved down so that its box is centred."""
    points = []
    for step in range(2 * rays):
        reach = radius if step % 2 == 0 else radius * waist_share
        angle = math.pi * step / rays
        points.append((reach * math.sin(angle), -reach * math.cos(angle)))
    ys = [y for _, y in points]
    shift = (max(ys) + min(ys)) / 2
    return polygon([(x, y - shift) for x, y in points])


def rounded_box(
    left: float, top: float, width: float, height: float, radii: tuple[float, float, float, float]
) -> Contour:
    """A box with its own radius per corner: top left, top right, bottom right, bottom left."""
    right, bottom = left + width, top + height
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return fillet(list(zip(corners, radii, strict=True)))


def disc(x: float, y: float, radius: float) -> Contour:
    """A circle."""
    return rounded_box(x - radius, y - radius, 2 * radius, 2 * radius, (radius,) * 4)


def fillet(corners: list[tuple[Point, float]]) -> Contour:
    """A loop of axis-parallel edges whose corners are rounded, each with its own radius."""
    pieces: list[tuple[Point, tuple[Point, Point] | None]] = []
    for index, ((x, y), radius) in enumerate(corners):
        before, after = corners[index - 1][0], corners[(index + 1) % len(corners)][0]
        if radius <= 0:
            pieces.append(((x, y), None))
            continue
        in_x, in_y = _towards((x, y), before)
        out_x, out_y = _towards((x, y), after)
        pull = radius * (1 - _QUARTER)
        pieces.append(((x + in_x * radius, y + in_y * radius), None))
        first = (x + in_x * pull, y + in_y * pull)
        second = (x + out_x * pull, y + out_y * pull)
        pieces.append(((x + out_x * radius, y + out_y * radius), (first, second)))
    (x0, y0), _ = pieces[0]
    segments: list[Segment] = []
    last = (x0, y0)
    for point, controls in pieces[1:]:
        end = (point[0] - x0, point[1] - y0)
        if controls is not None:
            (ax, ay), (bx, by) = controls
            segments.append((ax - x0, ay - y0, bx - x0, by - y0, *end))
        elif math.dist(point, last) > 1e-9:
            segments.append(end)
        last = point
    return Contour((x0, y0), tuple(segments))


def _towards(here: Point, there: Point) -> Point:
    dx, dy = there[0] - here[0], there[1] - here[1]
    length = abs(dx) + abs(dy)
    return dx / length, dy / length


# Heading east, south, west, north; the dark cell is always at the right hand.
_HEADINGS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def merged_cells(
    dark: npt.NDArray[np.bool_], outer_radius: float, inner_radius: float
) -> list[Contour]:
    """Dark cells joined with their edge neighbours, corners rounded.

    Cells that touch at a corner only stay apart, so rounding opens a clean gap between them.

    Args:
        dark: bool (H, W).
        outer_radius: Of corners that stand out, at most 0.5 modules.
        inner_radius: Of corners between two arms, at most 0.5 modules.
    """
    padded = np.pad(dark, 1)
    heart = padded[1:-1, 1:-1]
    leaving: dict[tuple[int, int], list[int]] = {}
    neighbours = (padded[:-2, 1:-1], padded[1:-1, 2:], padded[2:, 1:-1], padded[1:-1, :-2])
    starts = ((0, 0), (1, 0), (1, 1), (0, 1))
    for heading, (neighbour, (dx, dy)) in enumerate(zip(neighbours, starts, strict=True)):
        for row, column in np.argwhere(heart & ~neighbour).tolist():
            leaving.setdefault((column + dx, row + dy), []).append(heading)
    contours = []
    for start in sorted(leaving):
        while leaving[start]:
            contours.append(_follow(leaving, start, outer_radius, inner_radius))
    return contours


def _follow(
    leaving: dict[tuple[int, int], list[int]],
    start: tuple[int, int],
    outer_radius: float,
    inner_radius: float,
) -> Contour:
    """Walk one loop and take its edges away; at a crossing stay with the same cell."""
    here, heading = start, leaving[start][0]
    first, is_begun = heading, False
    corners: list[tuple[Point, float]] = []
    while True:
        ways = leaving[here]
        if is_begun:
            turn = next(turn for turn in (1, 0, 3) if (heading + turn) % 4 in ways)
            if turn:
                radius = outer_radius if turn == 1 else inner_radius
                corners.append(((float(here[0]), float(here[1])), radius))
            heading = (heading + turn) % 4
            if here == start and heading == first:
                ways.remove(first)
                return fillet(corners)
            ways.remove(heading)
        is_begun = True
        dx, dy = _HEADINGS[heading]
        here = (here[0] + dx, here[1] + dy)
