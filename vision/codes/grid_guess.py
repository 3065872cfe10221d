"""Guesses of the grid reader: three finders, a version and a first map, the likeliest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.start import Start, hermite_between, start_map
from vision.codes.lattice.version import likely_versions
from vision.codes.soft.qr_symbol import pattern_agreement
from vision.codes.soft.sampling import by_extremes, module_means

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.finding.finder import Finder
    from vision.codes.finding.triples import FinderTriple
    from vision.codes.lattice.grid_map import GridMap

# Larger modules are shrunk to about this many px before anything is refined.
_MOST_MODULE_PX, _WORKING_MODULE_PX = 14.0, 10.0
# How far around the finders the picture is kept, in shares of their extent.
_SURROUNDINGS = 0.8
# A guess whose patterns look worse than this is not refined.
LEAST_FINDER, LEAST_TIMING = 0.8, 0.6
# The same where only two finders were seen, on the timing row between them.
_LEAST_TIMING_OF_TWO = 0.75
# The next guess of a triple is worth a try where its score is as near as this.
_CLOSE_SCORE, _MOST_GUESSES = 0.5, 2
# Versions that get a map, out of those that the timing rows are compared with.
_MAPPED_VERSIONS = 3
# Timing pattern: row or column 6, 3 modules from a finder's centre; also a little beside it.
_TIMING_OFFSETS_MODULES = (2.7, 3.0, 3.3)
_LINE_SAMPLES, _LEAST_LINE_SPAN = 600, 8.0
_FINDERS_MODULES = 14


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """A triple with a version and a first map.

    Attributes:
        score: How well the patterns show under the map; larger is likelier.
        version: 1 to 40.
        triple: In px of `gray`.
        finders: The same three in px of the whole picture.
        gray: The picture, shrunk where modules are very large.
        scale: Of `gray` against the picture.
        grid: First map, into `gray`.
    """

    score: float
    version: int
    triple: FinderTriple
    finders: tuple[Finder, ...]
    gray: NDArray[np.uint8]
    scale: float
    grid: GridMap

    @property
    def size_modules(self) -> int:
        """Side of the symbol."""
        return 17 + 4 * self.version


def guesses_of(gray: NDArray[np.uint8], triple: FinderTriple, budget: Budget) -> list[Guess]:
    """At most two guesses of a triple in a picture, uint8 (H, W), the better one first."""
    guesses = sorted(_mapped(gray, triple, budget), key=lambda guess: -guess.score)
    close = [guess for guess in guesses if guess.score > guesses[0].score - _CLOSE_SCORE]
    return close[:_MOST_GUESSES]


def _mapped(gray: NDArray[np.uint8], triple: FinderTriple, budget: Budget) -> Iterator[Guess]:
    scale, finders = 1.0, triple.finders
    if triple.least_module_px > _MOST_MODULE_PX:
        times = max(2, round(triple.least_module_px / _WORKING_MODULE_PX))
        scale = 1 / times
        gray = _shrunk_around(gray, finders, times)
        triple = triple.scaled(scale)
    versions = likely_versions(gray, triple)
    if len(versions) > _MAPPED_VERSIONS:
        fits = dict(zip(versions, timing_fits(gray, triple, versions), strict=True))
        best = sorted(versions, key=lambda version: -fits[version])[:_MAPPED_VERSIONS]
        versions = [version for version in versions if version in best]
    for rank, version in enumerate(versions):
        if budget.is_spent:
            return
        grid = start_map(triple, 17 + 4 * version, Start.BENT)
        signed = by_extremes(module_means(gray, grid), 7)
        agreement = pattern_agreement(signed.symbol, version, triple.lost)
        quiet = _quiet_share(signed.signed)
        least_timing = LEAST_TIMING if triple.lost is None else _LEAST_TIMING_OF_TWO
        if agreement.finder <= LEAST_FINDER or agreement.timing < least_timing:
            continue
        score = agreement.finder + 1.5 * agreement.timing + 0.3 * quiet
        score -= 0.3 * triple.cost + 0.03 * rank
        yield Guess(score, version, triple, finders, gray, scale, grid)


def _shrunk_around(
    gray: NDArray[np.uint8], finders: Sequence[Finder], times: int
) -> NDArray[np.uint8]:
    """The picture so many times smaller, uint8; white but for the surroundings of the finders.

    Shrinking all of a large photo, or by a broken number, would take longer than all that is done
    with it.
    """
    corners = np.concatenate([finder.corners_xy.reshape(-1, 2) for finder in finders])
    reach = _SURROUNDINGS * float(np.ptp(corners, axis=0).max())
    small = np.full([max(1, side // times) for side in gray.shape], 255, np.uint8)
    low = np.clip((corners.min(axis=0) - reach) // times, 0, None).astype(int)
    high = np.clip((corners.max(axis=0) + reach) // times, None, small.shape[::-1]).astype(int)
    (left, top), (right, bottom) = low.tolist(), high.tolist()
    if left < right and top < bottom:
        part = gray[top * times : bottom * times, left * times : right * times]
        small[top:bottom, left:right] = cv2.resize(
            part, (right - left, bottom - top), interpolation=cv2.INTER_AREA
        )
    return small


def timing_fits(gray: NDArray[np.uint8], triple: FinderTriple, versions: list[int]) -> list[float]:
    """How well the timing rows alone fit each version, -1 to 1: no map is needed for that."""
    share = (np.arange(_LINE_SAMPLES) + 0.5) / _LINE_SAMPLES
    lines = [
        [
            _timing_line(gray, triple, axis, distance, offset, share)
            for offset in _TIMING_OFFSETS_MODULES
        ]
        for axis, distance in triple.timing_sides
    ]
    fits = []
    for version in versions:
        count = 17 + 4 * version - _FINDERS_MODULES
        centres = (np.arange(count) + 0.5) / count
        # Modules 7 and N - 8, the separators, are light, the even ones between them dark.
        expected = np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
        fits.append(
            sum(
                max(float((np.interp(centres, share, line) * expected).mean()) for line in row)
                for row in lines
            )
            / len(lines)
        )
    return fits


def _timing_line(
    gray: NDArray[np.uint8],
    triple: FinderTriple,
    axis: int,
    distance_modules: float,
    offset_modules: float,
    share: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Grey along a timing row between the finders' edges, -1 = locally darkest, 1 = lightest."""
    gap = max(distance_modules - 7, 1.0)
    end = triple.top_right if axis == 0 else triple.bottom_left
    leaving = (3.5, offset_modules) if axis == 0 else (offset_modules, 3.5)
    points = hermite_between(triple.top_left, leaving, end, axis, gap, share).astype(np.float32)
    line = cv2.remap(
        gray,
        np.ascontiguousarray(points[None, :, 0]),
        np.ascontiguousarray(points[None, :, 1]),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)
    window = np.ones((1, int(_LINE_SAMPLES * min(1.0, 5 / gap)) | 1), np.uint8)
    highest, lowest = np.asarray(cv2.dilate(line, window)), np.asarray(cv2.erode(line, window))
    half_span = np.maximum(highest - lowest, _LEAST_LINE_SPAN) / 2
    signed: NDArray[np.float32] = ((line - (highest + lowest) / 2) / half_span)[0]
    return signed


def _quiet_share(signed: NDArray[np.float32]) -> float:
    """Share of the modules just outside the symbol that are light."""
    ring = np.concatenate((signed[3, 4:-4], signed[-4, 4:-4], signed[4:-4, 3], signed[4:-4, -4]))
    return float((ring > 0).mean())
