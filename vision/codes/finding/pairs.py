"""The third finder from two: where one is lost to glare, a fold, a limb or other ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vision.codes.finding.triples import (
    LEAST_FINDER_COSINE,
    LEAST_FINDER_MODULES,
    MOST_FINDER_MODULES,
    FinderTriple,
    Place,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vision.codes.finding.finder import Finder

# Finders that are combined, and pairs that are turned into triples, cheapest first.
_MOST_COMBINED = 8
_MOST_SIZE_RATIO = 2.5
# A guessed finder costs more than the worst of three that were seen.
_GUESSED_COST = 1.0
# Between a finder's axis and the diagonal to the opposite finder: 45 degrees, give or take 25.
_LEAST_DIAGONAL, _MOST_DIAGONAL = 0.34, 0.94


def inferred_triples(finders: Sequence[Finder], limit: int) -> list[FinderTriple]:
    """Triples of two finders and a guess where the third would be, at most `limit`, cheapest first.

    Two neighbours may be any of four sides of a symbol; two opposite ones lie around either of two
    corners. The guess is affine; `FinderTriple.lost` tells which of the three it is.
    """
    chosen = list(finders[:_MOST_COMBINED])
    found: list[FinderTriple] = []
    for index, one in enumerate(chosen):
        for other in chosen[index + 1 :]:
            ratio = one.module_px / other.module_px
            if not 1 / _MOST_SIZE_RATIO < ratio < _MOST_SIZE_RATIO:
                continue
            found += _of_neighbours(one, other)
            found += _of_opposites(one, other)
    found.sort(key=lambda triple: triple.cost)
    return found[:limit]


def _of_neighbours(one: Finder, other: Finder) -> Iterator[FinderTriple]:
    offset = other.centre_xy - one.centre_xy
    along, cosine = one.axis_towards(offset)
    back, back_cosine = other.axis_towards(-offset)
    worse = min(cosine, back_cosine)
    modules = 2 * float(np.hypot(*offset) / (np.hypot(*along) + np.hypot(*back)))
    if worse < LEAST_FINDER_COSINE or not LEAST_FINDER_MODULES < modules < MOST_FINDER_MODULES:
        return
    cost = _GUESSED_COST + 2 * (2 - cosine - back_cosine) + 0.5 * (one.doubt + other.doubt)
    for first, second, step in ((one, other, offset), (other, one, -offset)):
        # Clockwise on the screen from the way between them.
        aside = np.array((-step[1], step[0]))
        upper = first.turned(step, aside), second.turned(step, aside)
        left = first.turned(-aside, step), second.turned(-aside, step)
        yield _completed((*upper, None), modules, cost)
        yield _completed((left[0], None, left[1]), modules, cost)


def _of_opposites(one: Finder, other: Finder) -> Iterator[FinderTriple]:
    diagonal = other.centre_xy - one.centre_xy
    length = float(np.hypot(*diagonal))
    _, cosine = one.axis_towards(diagonal)
    if not _LEAST_DIAGONAL < cosine < _MOST_DIAGONAL:
        return
    cost = _GUESSED_COST + 0.5 * (one.doubt + other.doubt)
    for upper_right, lower_left, way in ((one, other, diagonal), (other, one, -diagonal)):
        # Seen from the upper right one, its "down" is 45 degrees to the left of the way across,
        # its "left" 45 degrees to the right of it.
        turned = np.array((-way[1], way[0]))
        down, left = way - turned, way + turned
        right_one = upper_right.turned(-left, down)
        left_one = lower_left.turned(-left, down)
        # The corner is where the one's row and the other's column cross.
        lines = np.stack((right_one.frame[0], -left_one.frame[1]), axis=1)
        if abs(np.linalg.det(lines)) < 1e-6:
            continue
        across, below = np.linalg.solve(lines, upper_right.centre_xy - lower_left.centre_xy)
        modules = float(across + below) / 2
        if across <= 0 or below <= 0 or length <= 0:
            continue
        if not LEAST_FINDER_MODULES < modules < MOST_FINDER_MODULES:
            continue
        unlike = abs(float(np.log(across / below)))
        yield _completed((None, right_one, left_one), modules, cost + unlike)


def _completed(
    seen: tuple[Finder | None, Finder | None, Finder | None], modules: float, cost: float
) -> FinderTriple:
    place = Place(seen.index(None))
    first = next(finder for finder in seen if finder is not None)
    trio = tuple(first if finder is None else finder for finder in seen)
    triple = FinderTriple(trio[0], trio[1], trio[2], modules, modules, cost, place)
    return triple.of_size(round(modules) + 7)
