"""How large a symbol is, guessed from its finders and the timing rows between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.start import hermite_between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.codes.finding.triples import FinderTriple

_LEAST_VERSION, _MOST_VERSION = 1, 40
# Timing pattern: row or column 6, that is 3 modules from a finder's centre; looked at also a
# little beside it, as frames are not exact.
_TIMING_OFFSETS_MODULES = (2.7, 3.0, 3.3)
# Votes: a distance between finders, its neighbours, a counted timing row.
_DISTANCE_VOTE, _NEIGHBOUR_VOTE, _COUNT_VOTE = 0.6, 0.2, 1.0
# Samples per module along a timing row.
_SAMPLES = 6
# Share of the local contrast that a change must cross twice (hysteresis).
_HYSTERESIS = 0.12


def likely_versions(gray: NDArray[np.uint8], triple: FinderTriple, limit: int = 6) -> list[int]:
    """Versions worth a try, the likeliest first."""
    across, down = triple.across_modules, triple.down_modules
    votes: dict[int, float] = {}

    def vote(version: int, weight: float) -> None:
        votes[version] = votes.get(version, 0.0) + weight

    for distance in (across, down, (across + down) / 2, min(across, down)):
        version = round((distance + 7 - 17) / 4)
        vote(version, _DISTANCE_VOTE)
        vote(version - 1, _NEIGHBOUR_VOTE)
        vote(version + 1, _NEIGHBOUR_VOTE)
    for axis, distance in triple.timing_sides:
        for offset in _TIMING_OFFSETS_MODULES:
            exact = (_timing_changes(gray, triple, axis, distance, offset) + 15 - 17) / 4
            if abs(exact - round(exact)) < 0.3:
                vote(round(exact), _COUNT_VOTE)
    ranked = sorted(votes.items(), key=lambda entry: -entry[1])
    return [v for v, _ in ranked if _LEAST_VERSION <= v <= _MOST_VERSION][:limit]


def _timing_changes(
    gray: NDArray[np.uint8], triple: FinderTriple, axis: int, distance: float, offset: float
) -> int:
    """Changes between dark and light along the timing row or column, finder edge to edge."""
    gap = max(distance - 7, 1.0)
    share = np.linspace(0, 1, int(max(64, gap * _SAMPLES)))
    end = triple.top_right if axis == 0 else triple.bottom_left
    leaving = (3.5, offset) if axis == 0 else (offset, 3.5)
    points = hermite_between(triple.top_left, leaving, end, axis, gap, share)
    line = cv2.remap(
        gray,
        points[None, :, 0].astype(np.float32),
        points[None, :, 1].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )[0].astype(np.float32)
    smooth = np.convolve(line, np.full(3, 1 / 3), "same")
    window = np.ones((1, max(9, smooth.size // 6) | 1), np.uint8)
    level = smooth[None].astype(np.float32)
    highest, lowest = cv2.dilate(level, window)[0], cv2.erode(level, window)[0]
    middle, reach = (highest + lowest) / 2, _HYSTERESIS * (highest - lowest)
    state = np.where(smooth > middle + reach, 1, np.where(smooth < middle - reach, -1, 0))
    clear = state[state != 0]
    return int(np.count_nonzero(np.diff(clear)))
