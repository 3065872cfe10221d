"""QR Codes on bent, creased, half-lit labels: read through the lattice of their own modules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.finding.contours import PASSES, FinderPass, find_finders
from vision.codes.finding.triples import find_triples
from vision.codes.grid_decode import GridReading, read_grown, read_sharpened, read_start
from vision.codes.grid_sights import Sight, is_used
from vision.codes.lattice.growth import GrowthStyle
from vision.codes.lattice.start import Start
from vision.codes.sheet_reader import MOST_SEEDS, read_sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.grid_guess import Guess
    from vision.geometry import Quad

    Groups = list[list[Guess]]

QUICK_LOOK = FinderPass(960, (0.08,))
"""Enough to see, in a millisecond or two, that more codes may lie beside one that was read."""

# Triples of which a map is grown, and how many of them by the slower styles.
_REFINED_FIRST, _REFINED_LATER = 3, 2
# Pairs can't be ranked by their third finder: more of them are grown.
_REFINED_PAIRS = 4
# A closer look may take so many times longer per pixel: it sees the noise that the first one
# averages.
_CAUTION = 3.0
_WHITE = 255
# A version 1 symbol of one pixel per module.
_LEAST_SIDE_PX = 21

USUAL_GROWTHS: tuple[tuple[Start, GrowthStyle], ...] = (
    (Start.BENT, GrowthStyle()),
    (Start.STIFF, GrowthStyle(32, 8, 12, 0.08, 0.01, 0.6, 1, look_every=6)),
)
FINER_GROWTHS: tuple[tuple[Start, GrowthStyle], ...] = (
    (Start.STIFF, GrowthStyle()),
    (Start.BENT, GrowthStyle(14, 6, 9, least_coherence=0.3, reach_modules=3, blur_px=1.6)),
    (Start.BENT, GrowthStyle(26, 9, 14, 0.05, 0.006, 0.65, 1, look_every=6)),
    (Start.FLATTEST, GrowthStyle(20, least_coherence=0.6, reach_modules=1, look_every=5)),
    (Start.PLANE, GrowthStyle()),
)
"""Ways to grow a map, in the order of what each reads, per ms, that those before it do not: of
111 bent and creased labels (simulated, vision.printcam and a second renderer) 101 by the first,
109 by the first two, 111 by three. The second follows creases.
"""


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
    turn: Callable[[], Budget] | None = None,
) -> Iterator[list[GridReading]]:
    """The same in stages, each costlier than the one before, so that others can be tried between.

    1. The first maps of the finders that a first look finds. 2. Maps grown onto the module edges;
    where no three finders belong together, sheets grown from single ones (see sheet_reader.py).
    3. Both after a closer look for finders, then sheets. 4. Both of the inverted picture. 5. Both
    where two finders were seen and the third is guessed. 6. Finer maps of all that was seen.
    7. The closest look. Yields what each stage read; ends when the budget is spent.

    Args:
        gray: uint8 (H, W).
        budget: Time for all of it; asked inside every loop.
        limit: Codes after which it stops.
        known: Outlines of codes that were read already.
        levels: Looks, the quickest first.
        turn: Time for what is asked for next. A stage that it cuts short yields what it has read
            so far, and goes on with the next piece of its work when asked again. Whole stages
            where None.
    """
    if min(gray.shape) < _LEAST_SIDE_PX:
        return
    reader = _Reader(gray, budget, limit, known, levels)
    until = turn() if turn else budget
    for is_end in reader.work():
        if is_end or until.is_spent:
            yield reader.taken()
            until = turn() if turn else budget
        if budget.is_spent:
            break


@dataclass(slots=True, eq=False)
class _Reader:
    """One picture's work; `found` holds what was read since it was last taken."""

    gray: NDArray[np.uint8]
    budget: Budget
    limit: int
    known: Sequence[Quad]
    levels: Sequence[Sequence[FinderPass]]
    found: list[GridReading] = field(default_factory=list)

    def taken(self) -> list[GridReading]:
        """What was read since this was last asked."""
        found, self.found = self.found, []
        return found

    def work(self) -> Iterator[bool]:
        """Work, piece by piece; yields after each whether a stage ends with it."""
        first, *closer = self.levels
        sight, inverted = Sight(self.gray), Sight(np.asarray(_WHITE - self.gray, np.uint8))
        started_ms = self.budget.left_ms
        groups = sight.look(first, self.budget, self.known)
        pixels = sum(_window_pixels(self.gray, look) * len(look.windows) for look in first)
        pace = (started_ms - self.budget.left_ms) / pixels
        yield from self._starts(groups)
        yield True
        yield from self._growths(groups, USUAL_GROWTHS, _REFINED_FIRST)
        yield from self._sharpened(groups)
        if not groups:
            yield from self._sheets(sight)
        yield True
        seen = [groups]
        for index, passes in enumerate(closer):
            # A window can't be interrupted: those that would take too long are left out.
            short = [
                look
                for look in passes
                if _CAUTION * pace * _window_pixels(self.gray, look) < self.budget.left_ms
            ]
            if short:
                groups = sight.look(short, self.budget, self.known)
                yield False
                yield from self._starts(groups)
                yield from self._growths(groups, USUAL_GROWTHS, _REFINED_FIRST)
                yield from self._sharpened(groups)
                yield True
                seen.append(groups)
            yield from self._sheets(sight)
            yield True
            if index == 0:
                groups = inverted.look(first, self.budget, self.known)
                yield False
                yield from self._starts(groups)
                yield from self._growths(groups, USUAL_GROWTHS, _REFINED_FIRST)
                yield True
                seen.append(groups)
            pairs = sight.pairs(self.budget, self.known)
            yield False
            yield from self._starts(pairs)
            yield from self._growths(pairs, USUAL_GROWTHS, _REFINED_PAIRS)
            yield True
            for groups in seen:
                yield from self._growths(groups, FINER_GROWTHS, _REFINED_LATER)
                yield True
            seen = [pairs]
        for groups in seen:
            yield from self._growths(groups, FINER_GROWTHS, _REFINED_LATER)
        yield True

    def _starts(self, groups: Groups) -> Iterator[bool]:
        yield from self._each(groups, 2, lambda guess: read_start(guess, self.budget))

    def _sharpened(self, groups: Groups) -> Iterator[bool]:
        if not self.found:
            first = groups[:_REFINED_FIRST]
            yield from self._each(first, 2, lambda guess: read_sharpened(guess, self.budget))

    def _sheets(self, sight: Sight) -> Iterator[bool]:
        """Read from single finders that no sheet was grown from yet."""
        for finder in sight.singles(self.known, MOST_SEEDS):
            if self.found or self.budget.is_spent:
                break
            self.found += read_sheets(self.gray, [finder], self.limit, self.budget)
            yield False

    def _growths(
        self, groups: Groups, growths: Sequence[tuple[Start, GrowthStyle]], most: int
    ) -> Iterator[bool]:
        """Grow maps by one style after the other, until one has read something."""
        guesses = 2 if growths is USUAL_GROWTHS else 1
        for start, style in growths:
            if self.found:
                break

            def grown(
                guess: Guess, start: Start = start, style: GrowthStyle = style
            ) -> GridReading | None:
                return read_grown(guess, start, style, self.budget)

            yield from self._each(groups[:most], guesses, grown)

    def _each(
        self, groups: Groups, most: int, read: Callable[[Guess], GridReading | None]
    ) -> Iterator[bool]:
        """Let the guesses of each group be read until one is, a piece of work each."""
        for group in groups:
            for guess in group[:most]:
                if len(self.found) >= self.limit or self.budget.is_spent:
                    return
                used = [*self.known, *(reading.quad for reading in self.found)]
                if any(is_used(finder, used) for finder in guess.finders):
                    break
                reading = read(guess)
                if reading is not None:
                    self.found.append(reading)
                yield False
                if reading is not None:
                    break


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
