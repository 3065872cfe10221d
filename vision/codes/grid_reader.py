"""QR Codes on bent, creased, half-lit labels: read through the lattice of their own modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.finding.contours import PASSES, FinderPass, find_finders
from vision.codes.finding.pairs import inferred_triples
from vision.codes.finding.triples import find_triples
from vision.codes.grid_decode import GridReading, read_grown, read_sharpened, read_start
from vision.codes.grid_guess import Guess, guesses_of
from vision.codes.lattice.growth import GrowthStyle
from vision.codes.lattice.start import Start

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.finding.finder import Finder
    from vision.geometry import Quad

QUICK_LOOK = FinderPass(960, (0.08,))
"""Enough to see, in a millisecond or two, that more codes may lie beside one that was read."""

_TRIPLES_PER_LEVEL = 4
# Pairs of finders, with a place for the third, that are tried on each level.
_PAIRS_PER_LEVEL = 12
# Triples of which a map is grown, and how many of them by the slower styles.
_REFINED_FIRST, _REFINED_LATER = 3, 2
# A finder belongs to a code that was read when it lies inside it or this near, modules.
_USED_WITHIN_MODULES = 3.0
_WHITE = 255
# A version 1 symbol of one pixel per module.
_LEAST_SIDE_PX = 21

USUAL_GROWTHS: tuple[tuple[Start, GrowthStyle], ...] = (
    (Start.BENT, GrowthStyle()),
    (Start.STIFF, GrowthStyle()),
)
FINER_GROWTHS: tuple[tuple[Start, GrowthStyle], ...] = (
    (Start.BENT, GrowthStyle(26, 9, 14, 0.05, 0.006, 0.65, 1, look_every=6)),
    (Start.STIFF, GrowthStyle(24, 8, 12, 0.08, 0.01, 0.6, 1, look_every=6)),
    (Start.BENT, GrowthStyle(14, 6, 9, least_coherence=0.3, reach_modules=3, blur_px=1.6)),
    (Start.FLATTEST, GrowthStyle(20, least_coherence=0.6, reach_modules=1, look_every=5)),
    (Start.PLANE, GrowthStyle()),
)
"""Ways to grow a map, in order of what they won on bent labels; the finer ones follow creases."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sight:
    """What one level of effort sees in the picture.

    Attributes:
        gray: uint8 (H, W), perhaps inverted.
        finders: Every finder seen so far.
        groups: Guesses, one group for each triple, the likeliest first.
    """

    gray: NDArray[np.uint8]
    finders: list[Finder]
    groups: list[list[Guess]]


def read_grids(
    gray: NDArray[np.uint8],
    budget: Budget,
    limit: int = 4,
    known: Sequence[Quad] = (),
) -> list[GridReading]:
    """QR Codes that are found by their finders and read through their lattice.

    Every stage of `grid_stages` until one has read something.

    Args:
        gray: uint8 (H, W).
        budget: Time for all of it; asked inside every loop.
        limit: Codes after which it stops.
        known: Outlines of codes that were read already; finders in them are not used again.
    """
    return next((found for found in grid_stages(gray, budget, limit, known) if found), [])


def grid_stages(
    gray: NDArray[np.uint8],
    budget: Budget,
    limit: int = 4,
    known: Sequence[Quad] = (),
    levels: Sequence[Sequence[FinderPass]] = PASSES,
) -> Iterator[list[GridReading]]:
    """The same in stages, each costlier than the one before, so that others can be tried between.

    1. The first maps of the finders that a first look finds. 2. Maps grown onto the module edges.
    3. Both of the inverted picture. 4. Both after a closer look for finders. 5. Finer maps of all
    that was seen. 6. The closest look. Yields what each stage read; ends when the budget is spent
    (every stage may have been cut short by it).
    """
    if min(gray.shape) < _LEAST_SIDE_PX:
        return
    first, *closer = levels
    started_ms = budget.left_ms
    sight = _seen(gray, first, (), budget, known)
    pixels = sum(_window_pixels(gray, look) * len(look.windows) for look in first)
    pace = (started_ms - budget.left_ms) / pixels
    yield _read_starts(sight, known, limit, budget)
    grown = _read_growths(sight, USUAL_GROWTHS, known, limit, budget)
    yield grown or _read_blurred(sight, known, limit, budget)
    inverted = _seen(np.asarray(_WHITE - gray, np.uint8), first, (), budget, known)
    yield _read_all(inverted, known, limit, budget)
    paired = _paired(sight, budget, known)
    yield _read_all(paired, known, limit, budget)
    sights = [sight, inverted, paired]
    for index, passes in enumerate(closer):
        # A window can't be interrupted: those that would take too long are left out.
        short = [look for look in passes if pace * _window_pixels(gray, look) < budget.left_ms]
        if not short:
            return
        sight = _seen(gray, short, sight.finders, budget, known, sights)
        yield _read_all(sight, known, limit, budget)
        sights.append(sight)
        paired = _paired(sight, budget, known)
        yield _read_all(paired, known, limit, budget) or _read_blurred(sight, known, limit, budget)
        sights.append(paired)
        if index == 0:
            for earlier in sights:
                yield _read_growths(earlier, FINER_GROWTHS, known, limit, budget)
    yield _read_growths(sight, FINER_GROWTHS, known, limit, budget)


def _window_pixels(gray: NDArray[np.uint8], finder_pass: FinderPass) -> float:
    """Pixels that one window of a look at the picture goes over."""
    long_side = max(gray.shape)
    is_doubled = long_side < finder_pass.enlarge_below_px
    scale = 2.0 if is_doubled else min(1.0, finder_pass.long_side_px / long_side)
    return gray.size * scale**2


def look_for_more(
    gray: NDArray[np.uint8], budget: Budget, limit: int, known: Sequence[Quad]
) -> list[GridReading]:
    """Codes beside those that were read, where a quick look shows three finders of another one.

    Args as in `read_grids`.
    """
    if min(gray.shape) < _LEAST_SIDE_PX:
        return []
    finders = find_finders(_with_blanks(gray, known), (QUICK_LOOK,), budget)
    if not find_triples(finders, 1):
        return []
    found: list[GridReading] = []
    for stage, more in enumerate(grid_stages(gray, budget, limit, known, PASSES[:1])):
        found += more
        if stage == 1 or len(found) >= limit:
            break
    return found[:limit]


def _with_blanks(gray: NDArray[np.uint8], quads: Sequence[Quad]) -> NDArray[np.uint8]:
    """The picture, coarser, with white where codes were read already."""
    # Every so many pixels, not means: a resize would take longer than the look itself.
    step = -(-max(gray.shape) // QUICK_LOOK.long_side_px)
    coarse = gray[::step, ::step].copy()
    for quad in quads:
        cv2.fillConvexPoly(coarse, np.round(quad.corners_px / step).astype(np.int32), _WHITE)
    return coarse


def _seen(
    gray: NDArray[np.uint8],
    passes: Sequence[FinderPass],
    finders: Sequence[Finder],
    budget: Budget,
    known: Sequence[Quad],
    before: Sequence[_Sight] = (),
) -> _Sight:
    """Finders, triples and guesses of one look; triples that were guessed before are left out."""
    found = find_finders(gray, passes, budget, finders)
    free = [finder for finder in found if not _is_used(finder, known)]
    tried = {
        _key(group[0].finders) for sight in before for group in sight.groups if sight.gray is gray
    }
    groups: list[list[Guess]] = []
    while len(free) >= 3 and not budget.is_spent:
        new: list[list[Guess]] = []
        for triple in find_triples(free, _TRIPLES_PER_LEVEL):
            if _key(triple.finders) in tried or budget.is_spent:
                continue
            tried.add(_key(triple.finders))
            guesses = guesses_of(gray, triple, budget)
            if guesses:
                new.append(guesses)
        if not new:
            break
        groups += new
        # The other codes of a pack: triples of the finders that no good guess holds.
        taken = {id(finder) for group in new for finder in group[0].finders}
        free = [finder for finder in free if id(finder) not in taken]
    groups.sort(key=lambda group: -group[0].score)
    return _Sight(gray, found, groups)


def _paired(sight: _Sight, budget: Budget, known: Sequence[Quad]) -> _Sight:
    """Guesses of the same finders where a third one may be lost."""
    free = [finder for finder in sight.finders if not _is_used(finder, known)]
    groups: list[list[Guess]] = []
    for triple in inferred_triples(free, _PAIRS_PER_LEVEL):
        if budget.is_spent:
            break
        guesses = guesses_of(sight.gray, triple, budget)
        if guesses:
            groups.append(guesses)
    groups.sort(key=lambda group: -group[0].score)
    return _Sight(sight.gray, sight.finders, groups)


def _key(finders: Sequence[Finder]) -> tuple[int, ...]:
    """The places of three finders, rounded so that another sight of them is the same."""
    unit = 2 * finders[0].module_px
    places = np.concatenate([finder.centre_xy for finder in finders]) / unit
    return tuple(np.round(places).astype(int).tolist())


def _is_used(finder: Finder, quads: Sequence[Quad]) -> bool:
    x, y = finder.centre_xy.tolist()
    reach = _USED_WITHIN_MODULES * finder.module_px
    return any(
        cv2.pointPolygonTest(quad.corners_px.astype(np.float32), (x, y), True) > -reach
        for quad in quads
    )


def _is_open(guess: Guess, known: Sequence[Quad], found: Sequence[GridReading]) -> bool:
    used = [*known, *(reading.quad for reading in found)]
    return not any(_is_used(finder, used) for finder in guess.finders)


def _read_all(
    sight: _Sight, known: Sequence[Quad], limit: int, budget: Budget
) -> list[GridReading]:
    found = _read_starts(sight, known, limit, budget)
    return found or _read_growths(sight, USUAL_GROWTHS, known, limit, budget)


def _read_starts(
    sight: _Sight, known: Sequence[Quad], limit: int, budget: Budget
) -> list[GridReading]:
    found: list[GridReading] = []
    for group in sight.groups:
        for guess in group:
            if len(found) >= limit or budget.is_spent:
                return found
            if not _is_open(guess, known, found):
                break
            reading = read_start(guess, budget)
            if reading is not None:
                found.append(reading)
                break
    return found


def _read_blurred(
    sight: _Sight, known: Sequence[Quad], limit: int, budget: Budget
) -> list[GridReading]:
    found: list[GridReading] = []
    for group in sight.groups[:_REFINED_FIRST]:
        for guess in group:
            if len(found) >= limit or budget.is_spent:
                return found
            if not _is_open(guess, known, found):
                break
            reading = read_sharpened(guess, budget)
            if reading is not None:
                found.append(reading)
                break
    return found


def _read_growths(
    sight: _Sight,
    growths: Sequence[tuple[Start, GrowthStyle]],
    known: Sequence[Quad],
    limit: int,
    budget: Budget,
) -> list[GridReading]:
    """Grow maps by one style after the other; ends after the first style that read something."""
    found: list[GridReading] = []
    is_usual = growths is USUAL_GROWTHS
    for start, style in growths:
        for group in sight.groups[: _REFINED_FIRST if is_usual else _REFINED_LATER]:
            for guess in group if is_usual else group[:1]:
                if len(found) >= limit or budget.is_spent:
                    return found
                if not _is_open(guess, known, found):
                    break
                reading = read_grown(guess, start, style, budget)
                if reading is not None:
                    found.append(reading)
                    break
        if found:
            break
    return found
