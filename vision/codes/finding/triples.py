"""Which three finders are the corners of one symbol, best guesses first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from vision.codes.finding.finder import UNIT_CORNERS, Finder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Finders that are combined; all pairs are judged, so the work grows with the square of it.
_MOST_COMBINED = 24
# An axis of a finder must point to its neighbour within 60 degrees: bent labels turn it far.
LEAST_FINDER_COSINE = 0.5
# Axes to the right and downwards that are more alike than this belong to no square.
_MOST_ALIKE = 0.93
# Centres of finders are 14 (version 1) to 170 (version 40) modules apart, bends shorten that.
LEAST_FINDER_MODULES, MOST_FINDER_MODULES = 9.0, 190.0
_MOST_SIZE_RATIO = 4.5
# Weights of the cost; a size ratio may come from perspective, so it counts less.
_SIZE_WEIGHT, _DOUBT_WEIGHT = 0.4, 0.5
_HALF_SIDES = np.array((1.5, 2.5, 3.5))


class Place(IntEnum):
    """Which of a symbol's three finders."""

    TOP_LEFT = 0
    TOP_RIGHT = 1
    BOTTOM_LEFT = 2


@dataclass(frozen=True, slots=True, eq=False)
class FinderTriple:
    """Three finders in the symbol's own order, turned to its right and down.

    Attributes:
        top_left: Finder.
        top_right: Finder.
        bottom_left: Finder.
        across_modules: Distance of the upper two centres, in modules as they look.
        down_modules: Distance of the left two.
        cost: 0 for a perfect square, grows with everything that speaks against one symbol.
        lost: The finder that was not seen but guessed from the other two, None where all were.
    """

    top_left: Finder
    top_right: Finder
    bottom_left: Finder
    across_modules: float
    down_modules: float
    cost: float
    lost: Place | None = None

    @property
    def finders(self) -> tuple[Finder, Finder, Finder]:
        """Top left, top right, bottom left."""
        return self.top_left, self.top_right, self.bottom_left

    @property
    def seen(self) -> tuple[Place, ...]:
        """The finders that were not guessed."""
        return tuple(place for place in Place if place is not self.lost)

    @property
    def least_module_px(self) -> float:
        """Module of the smallest of the three, px."""
        return min(finder.module_px for finder in self.finders)

    @property
    def timing_sides(self) -> tuple[tuple[int, float], ...]:
        """Timing row (axis 0) and column (1) with their length, modules; if seen at both ends."""
        sides = ((0, self.across_modules), (1, self.down_modules))
        match self.lost:
            case Place.TOP_RIGHT:
                return sides[1:]
            case Place.BOTTOM_LEFT:
                return sides[:1]
        return sides

    def scaled(self, scale: float) -> FinderTriple:
        """The same triple in the picture resized by `scale`."""
        return FinderTriple(
            self.top_left.scaled(scale),
            self.top_right.scaled(scale),
            self.bottom_left.scaled(scale),
            self.across_modules,
            self.down_modules,
            self.cost,
            self.lost,
        )

    def of_size(self, size_modules: int) -> FinderTriple:
        """The same triple, a lost finder guessed anew for a symbol of N x N modules.

        The guess is affine: straight on from the finder beside it, or the fourth corner.
        """
        if self.lost is None:
            return self
        apart = size_modules - 7.0
        trio = list(self.finders)
        if self.lost is Place.TOP_LEFT:
            upper, lower = self.top_right, self.bottom_left
            corner = (upper.place(-apart, 0.0) + lower.place(0.0, -apart)) / 2
            frame = np.stack((upper.frame[0], lower.frame[1], corner))
        else:
            frame = self.top_left.frame.copy()
            is_right = self.lost is Place.TOP_RIGHT
            frame[2] = self.top_left.place(*((apart, 0.0) if is_right else (0.0, apart)))
        corners = _HALF_SIDES[:, None, None] * (UNIT_CORNERS @ frame[:2]) + frame[2]
        trio[self.lost] = Finder(_HALF_SIDES, corners, frame, 0.0)
        return FinderTriple(
            trio[0],
            trio[1],
            trio[2],
            self.across_modules,
            self.down_modules,
            self.cost,
            self.lost,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Every ordered pair of finders.

    Attributes:
        cosines: float64 (n, n), worse of the two cosines between axis and direction.
        modules: float64 (n, n), distance in modules of the axes that point along it.
        axes: float64 (n, n, 2), axis of the first finder towards the second, px.
    """

    cosines: NDArray[np.float64]
    modules: NDArray[np.float64]
    axes: NDArray[np.float64]


def find_triples(finders: Sequence[Finder], limit: int) -> list[FinderTriple]:
    """The cheapest triples of the most certain finders, at most `limit`."""
    chosen = list(finders[:_MOST_COMBINED])
    if len(chosen) < 3:
        return []
    pairs = _pairs(chosen)
    sizes = np.array([finder.module_px for finder in chosen])
    doubts = np.array([finder.doubt for finder in chosen])
    centres = np.array([finder.centre_xy for finder in chosen])
    is_side = (
        (pairs.cosines >= LEAST_FINDER_COSINE)
        & (pairs.modules > LEAST_FINDER_MODULES)
        & (pairs.modules < MOST_FINDER_MODULES)
    )
    found: list[tuple[float, int, int, int]] = []
    for corner in range(len(chosen)):
        ends = np.flatnonzero(is_side[corner])
        if ends.size < 2:
            continue
        right, down = (axis.reshape(-1) for axis in np.meshgrid(ends, ends, indexing="ij"))
        offsets = centres - centres[corner]
        turn = offsets[right, 0] * offsets[down, 1] - offsets[right, 1] * offsets[down, 0]
        axes = pairs.axes[corner] / (np.linalg.norm(pairs.axes[corner], axis=1)[:, None] + 1e-9)
        alike = np.abs((axes[right] * axes[down]).sum(axis=1))
        trio = np.stack((np.full_like(right, corner), right, down))
        ratio = sizes[trio].max(axis=0) / sizes[trio].min(axis=0)
        good = (turn > 0) & (alike < _MOST_ALIKE) & (ratio < _MOST_SIZE_RATIO)
        right, down, trio = right[good], down[good], trio[:, good]
        cost = (
            np.abs(np.log(pairs.modules[corner, right] / pairs.modules[corner, down]))
            + _SIZE_WEIGHT * np.abs(np.log(sizes[right] / sizes[corner]))
            + _SIZE_WEIGHT * np.abs(np.log(sizes[down] / sizes[corner]))
            + 2 * (2 - pairs.cosines[corner, right] - pairs.cosines[corner, down])
            + _DOUBT_WEIGHT * doubts[trio].sum(axis=0)
        )
        found += zip(cost.tolist(), *trio.tolist(), strict=True)
    found.sort()
    return [_triple(chosen, pairs, *entry) for entry in found[:limit]]


def _pairs(finders: Sequence[Finder]) -> _Pairs:
    centres = np.array([finder.centre_xy for finder in finders])
    axes = np.stack([np.concatenate((f.frame[:2], -f.frame[:2])) for f in finders])  # (n, 4, 2)
    lengths = np.linalg.norm(axes, axis=2)
    offsets = centres[None] - centres[:, None]
    distances = np.linalg.norm(offsets, axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosines = np.einsum("iad,ijd->ija", axes, offsets) / (
            lengths[:, None, :] * distances[:, :, None] + 1e-9
        )
    best = cosines.argmax(axis=2)
    rows = np.arange(len(finders))[:, None]
    cosine = np.take_along_axis(cosines, best[..., None], axis=2)[..., 0]
    length = lengths[rows, best]
    both = np.minimum(cosine, cosine.T)
    np.fill_diagonal(both, -1.0)
    modules = distances / (0.5 * (length + length.T))
    return _Pairs(both, modules, axes[rows, best])


def _triple(
    finders: Sequence[Finder], pairs: _Pairs, cost: float, corner: int, right: int, down: int
) -> FinderTriple:
    turned = []
    for index in (corner, right, down):
        # The corner's own axes, or the axes of the others back along the same side.
        along = pairs.axes[corner, right] if index != right else -pairs.axes[right, corner]
        below = pairs.axes[corner, down] if index != down else -pairs.axes[down, corner]
        turned.append(finders[index].turned(along, below))
    top_left, top_right, bottom_left = turned
    return FinderTriple(
        top_left,
        top_right,
        bottom_left,
        across_modules=float(pairs.modules[corner, right]),
        down_modules=float(pairs.modules[corner, down]),
        cost=cost,
    )
