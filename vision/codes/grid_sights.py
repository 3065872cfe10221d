"""What the grid reader sees at one look: finders, triples of them, and guesses of symbols."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.finding.contours import FinderPass, find_finders
from vision.codes.finding.pairs import inferred_triples
from vision.codes.finding.triples import find_triples
from vision.codes.grid_guess import Guess, guesses_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.finding.finder import Finder
    from vision.codes.finding.triples import FinderTriple
    from vision.geometry import Quad

_TRIPLES_PER_LEVEL = 4
# Pairs of finders, with a place for the third, that are tried.
_PAIRS_PER_LEVEL = 12
# A finder belongs to a code that was read when it lies inside it or this near, modules.
_USED_WITHIN_MODULES = 3.0
# Score (2.8 when perfect) above which no triple with one of the same finders is another symbol.
_SURE_SCORE = 2.4
# Three finders that were seen again this near, modules, are the same triple.
_SAME_WITHIN_MODULES = 1.5
# A single finder that was seen again, its own size allowed to be less sure, is the same.
_SAME_SEED_MODULES = 2.0


@dataclass(slots=True, eq=False)
class Sight:
    """What was seen so far in a picture; every further look adds to it.

    Attributes:
        gray: uint8 (H, W), perhaps inverted.
        finders: Every finder seen so far.
        tried: Triples that were guessed already.
        seeds: Finders that were handed out as single ones.
    """

    gray: NDArray[np.uint8]
    finders: list[Finder] = field(default_factory=list)
    tried: list[FinderTriple] = field(default_factory=list)
    seeds: list[Finder] = field(default_factory=list)

    def look(
        self, passes: Sequence[FinderPass], budget: Budget, known: Sequence[Quad]
    ) -> list[list[Guess]]:
        """Look for finders; guesses of new triples, a group for each, the likeliest first."""
        self.finders = find_finders(self.gray, passes, budget, self.finders)
        free = self._free(known)
        groups: list[list[Guess]] = []
        while len(free) >= 3 and not budget.is_spent:
            new = self._guessed(find_triples(free, _TRIPLES_PER_LEVEL), budget)
            if not new:
                break
            groups += new
            # The other codes of a pack: triples of the finders that no good guess holds.
            taken = {_place(finder) for group in new for finder in group[0].finders}
            free = [finder for finder in free if _place(finder) not in taken]
        return _ranked(groups)

    def pairs(self, budget: Budget, known: Sequence[Quad]) -> list[list[Guess]]:
        """Guesses of the finders seen so far where a third one may be lost."""
        triples = inferred_triples(self._free(known), _PAIRS_PER_LEVEL)
        return _ranked(self._guessed(triples, budget))

    def singles(self, known: Sequence[Quad], most: int) -> list[Finder]:
        """The clearest finders, at most so many, that were not handed out before."""
        fresh = [
            finder
            for finder in self._free(known)
            if not any(_is_same(finder, seed) for seed in self.seeds)
        ][:most]
        self.seeds += fresh
        return fresh

    def _free(self, known: Sequence[Quad]) -> list[Finder]:
        return [finder for finder in self.finders if not is_used(finder, known)]

    def _guessed(self, triples: Iterable[FinderTriple], budget: Budget) -> list[list[Guess]]:
        groups: list[list[Guess]] = []
        for triple in triples:
            if budget.is_spent:
                break
            if any(_are_same(triple, other) for other in self.tried):
                continue
            self.tried.append(triple)
            guesses = guesses_of(self.gray, triple, budget)
            if guesses:
                groups.append(guesses)
                if triple.lost is None and guesses[0].score > _SURE_SCORE:
                    break
        return groups


def is_used(finder: Finder, quads: Sequence[Quad]) -> bool:
    """Whether a finder belongs to one of the codes that were read."""
    x, y = finder.centre_xy.tolist()
    reach = _USED_WITHIN_MODULES * finder.module_px
    return any(
        cv2.pointPolygonTest(quad.corners_px.astype(np.float32), (x, y), True) > -reach
        for quad in quads
    )


def _is_same(one: Finder, other: Finder) -> bool:
    apart = float(np.hypot(*(one.centre_xy - other.centre_xy)))
    return apart < _SAME_SEED_MODULES * other.module_px


def _place(finder: Finder) -> tuple[float, ...]:
    """What a finder keeps when it is turned."""
    return tuple(finder.centre_xy.tolist())


def _ranked(groups: list[list[Guess]]) -> list[list[Guess]]:
    return sorted(groups, key=lambda group: -group[0].score)


def _are_same(one: FinderTriple, other: FinderTriple) -> bool:
    if one.lost is not other.lost:
        return False
    apart = [
        np.abs(first.centre_xy - second.centre_xy).max() / second.module_px
        for place, (first, second) in enumerate(zip(one.finders, other.finders, strict=True))
        if place != one.lost
    ]
    return bool(max(apart) < _SAME_WITHIN_MODULES)
