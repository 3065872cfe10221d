"""Reading a live camera or a clip: modules of a code that no frame shows well vote across frames.

Once a symbol's lattice is known in several frames, every module has been seen several times: under
other noise, with the glare elsewhere, blurred along another way. The levels are averaged, each
weighted by how well it was seen, and the average is decoded.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from vision.codes.code_reading import (
    CORRECTED_CONFIDENCE,
    ERASURES_CONFIDENCE,
    CodeReading,
    GridStep,
    Rung,
)
from vision.codes.grid_sightings import carried, sighted_grids
from vision.codes.ladder import DEFAULT_LIMIT, read_codes
from vision.codes.soft.modules_decoder import decode_modules
from vision.codes.soft.qr_symbol import decode_soft, pattern_agreement, with_ideal_patterns
from vision.codes.symbology import Symbology

if TYPE_CHECKING:
    import zxingcpp
    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.grid_sightings import SightedGrid
    from vision.frame import Frame

    Pixels = NDArray[np.float32]

MOST_SYMBOLS = 4
"""Symbols whose votes are kept; the longest unseen one is forgotten first."""
MOST_SIGHTED = 2
"""Symbols of one frame that are looked at this closely."""
MOST_VOTES = 48.0
"""Weight of a module's votes; beyond it the older ones fade, so that the memory stays bounded."""
FORGET_AFTER_FRAMES = 20
"""A symbol that was not seen for so long has left the picture; one like it is a new one."""
FOLLOW_FRAMES = 5
"""So long it is looked for by its motion where its finders are hidden."""

FRAME_BUDGET_MS = 250.0
# Share of a frame's time for its lattice; the cascade of the plain reader has what is left.
_LATTICE_SHARE = 0.55
# Less than this is not worth another rung.
_LEAST_CASCADE_MS = 15.0
# The same symbol: centres nearer than this part of its side, sizes within this ratio, and votes
# that agree on the modules both saw (-1 opposite, 0 unrelated, 1 alike).
# Two codes of one brand share most of their bytes, but never their checks, a fifth of the symbol or
# more: such a pair agrees by less than 0.8 (measured: 0.75), two sightings of one code by 0.9.
_MOST_MOVE_SIDES, _MOST_SIZE_RATIO, _LEAST_AGREEMENT = 0.75, 1.8, 0.85
# A module that was seen so well, in one frame or in several together, is certain.
_CERTAIN_WEIGHT = 1.0
_LEAST_FRAMES = 2


@dataclass(frozen=True, slots=True, eq=False)
class SymbolVotes:
    """What the frames said of one symbol so far.

    Attributes:
        latest: Its last sighting.
        gray: uint8 (H, W), the frame of that sighting, to follow it from.
        total: float32 (N, N), signed levels times their weights, summed.
        weight: float32 (N, N), weights summed, at most MOST_VOTES.
        frames: Frames that voted.
        last_frame: Number of the frame that saw it last.
    """

    latest: SightedGrid
    gray: NDArray[np.uint8]
    total: Pixels
    weight: Pixels
    frames: int
    last_frame: int

    @property
    def mean(self) -> Pixels:
        """Average level of every module, float32 (N, N), below 0 = dark."""
        return np.asarray(self.total / np.maximum(self.weight, 1e-6), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class ClipState:
    """What a clip is remembered by.

    Attributes:
        frame_count: Frames looked at.
        symbols: Unread symbols, at most MOST_SYMBOLS, the latest seen first.
    """

    frame_count: int = 0
    symbols: tuple[SymbolVotes, ...] = ()


@dataclass(frozen=True, slots=True)
class ClipReader:
    """How a clip is read; it keeps nothing itself, `step` hands the state on.

    Attributes:
        symbologies: The kinds to look for; all where None.
        limit: Codes of one frame after which no others are looked for.
    """

    symbologies: frozenset[Symbology] | None = field(default=None)
    limit: int = DEFAULT_LIMIT

    def step(
        self, state: ClipState, frame: Frame, budget: Budget
    ) -> tuple[ClipState, tuple[CodeReading, ...]]:
        """Look at the next frame: the state after it and the codes that are now known in it.

        The frame alone is tried first, quickly; then the lattice of its QR Codes, whose modules
        vote with those of the frames before; then the plain reader with what time is left.

        Args:
            state: What the step before returned; ClipState() for the first frame.
            frame: The next picture of the same camera.
            budget: Time for all of it, asked inside every loop.
        """
        number = state.frame_count + 1
        symbols = tuple(
            votes for votes in state.symbols if number - votes.last_frame <= FORGET_AFTER_FRAMES
        )
        readings = read_codes(
            frame, self.symbologies, self.limit, (Rung.NATIVE,), max(budget.left_ms, 1.0)
        )
        if not readings and (self.symbologies is None or Symbology.QR_CODE in self.symbologies):
            before = ClipState(state.frame_count, symbols)
            symbols, readings = self._vote(before, frame.gray, budget)
        if not readings and budget.left_ms > _LEAST_CASCADE_MS:
            readings = read_codes(frame, self.symbologies, self.limit, budget_ms=budget.left_ms)
        return ClipState(number, _without(symbols, readings)), readings

    def _vote(
        self, state: ClipState, gray: NDArray[np.uint8], budget: Budget
    ) -> tuple[tuple[SymbolVotes, ...], tuple[CodeReading, ...]]:
        """The symbols with this frame's votes, and what can be read of them now."""
        number, symbols = state.frame_count + 1, state.symbols
        share = budget.part(_LATTICE_SHARE)
        sighted = list(sighted_grids(gray, share, min(self.limit, MOST_SIGHTED)))
        lost = [
            votes
            for votes in symbols
            if number - votes.last_frame <= FOLLOW_FRAMES
            and not any(_is_near(votes.latest, other) for other in sighted)
        ]
        for votes in lost[:MOST_SIGHTED]:
            moved = carried(votes.gray, gray, votes.latest, share)
            if moved is not None and agreement_of(votes, moved) >= _LEAST_AGREEMENT:
                sighted.append(moved)
        readings: list[CodeReading] = []
        for each in sighted:
            votes, others = _joined(symbols, each, gray, number)
            symbols = (votes, *others)[:MOST_SYMBOLS]
            reading = _decoded(votes, budget)
            if reading is not None:
                readings.append(reading)
        return symbols, tuple(readings)


def agreement_of(votes: SymbolVotes, sighted: SightedGrid) -> float:
    """How far a sighting says what the votes say: -1 opposite, 0 unrelated, 1 alike."""
    if votes.latest.version != sighted.version:
        return -1.0
    both = np.minimum(votes.weight, sighted.reliability)
    alike = np.sign(votes.total) * np.sign(sighted.signed)
    return float((both * alike).sum() / max(float(both.sum()), 1e-6))


def _joined(
    symbols: tuple[SymbolVotes, ...],
    sighted: SightedGrid,
    gray: NDArray[np.uint8],
    number: int,
) -> tuple[SymbolVotes, tuple[SymbolVotes, ...]]:
    """The votes with those of a sighting, and the symbols that it is none of.

    A sighting that contradicts the votes at its place begins anew beside them: whichever of the
    two was wrong is not seen again and forgotten.
    """
    near = [votes for votes in symbols if _is_near(votes.latest, sighted)]
    best = max(near, key=lambda votes: agreement_of(votes, sighted), default=None)
    if best is None or agreement_of(best, sighted) < _LEAST_AGREEMENT:
        weight = sighted.reliability
        fresh = np.clip(sighted.signed, -1, 1) * weight
        return SymbolVotes(sighted, gray, fresh, weight, 1, number), symbols
    total = best.total + np.clip(sighted.signed, -1, 1) * sighted.reliability
    weight = best.weight + sighted.reliability
    fade = np.minimum(1, MOST_VOTES / np.maximum(weight, 1e-6)).astype(np.float32)
    joined = replace(
        best,
        latest=sighted,
        gray=gray,
        total=total * fade,
        weight=weight * fade,
        frames=best.frames + 1,
        last_frame=number,
    )
    return joined, tuple(votes for votes in symbols if votes is not best)


def _is_near(one: SightedGrid, other: SightedGrid) -> bool:
    """Whether two sightings may be of one symbol in a moving hand."""
    first, second = one.quad.area_px2**0.5, other.quad.area_px2**0.5
    apart = one.quad.corners_px.mean(axis=0) - other.quad.corners_px.mean(axis=0)
    is_alike = max(first, second) < _MOST_SIZE_RATIO * min(first, second)
    is_close = float(np.hypot(*apart)) < _MOST_MOVE_SIDES * max(first, second)
    return bool(is_alike and is_close)


def _decoded(votes: SymbolVotes, budget: Budget) -> CodeReading | None:
    """Read the average of the frames; a single frame's average is that frame."""
    mean, version = votes.mean, votes.latest.version
    barcode = decode_modules(with_ideal_patterns(mean, version))
    if barcode is not None:
        return _reading(votes, barcode, CORRECTED_CONFIDENCE)
    if votes.frames < _LEAST_FRAMES or budget.is_spent:
        return None
    sure = np.abs(mean) * np.minimum(votes.weight / _CERTAIN_WEIGHT, 1)
    soft = decode_soft(mean, sure.astype(np.float32), version, budget)
    barcode = None if soft is None else decode_modules(soft.modules)
    return None if barcode is None else _reading(votes, barcode, ERASURES_CONFIDENCE)


def _reading(votes: SymbolVotes, barcode: zxingcpp.Barcode, proof: float) -> CodeReading:
    seen = pattern_agreement(votes.mean, votes.latest.version)
    side = votes.latest.grid.size_modules
    return CodeReading(
        text=barcode.text,
        raw=barcode.bytes,
        symbology=Symbology.QR_CODE,
        quad=votes.latest.quad,
        rungs=(Rung.GRID,),
        modules=(side, side),
        error_correction=barcode.ec_level,
        identifier=barcode.symbology_identifier,
        confidence=proof * (seen.finder + seen.timing + seen.alignment) / 3,
        grid_step=GridStep.VOTES,
        grid=votes.latest.grid,
    )


def _without(
    symbols: tuple[SymbolVotes, ...], readings: tuple[CodeReading, ...]
) -> tuple[SymbolVotes, ...]:
    """The symbols that were not read; a read one has no more need of votes."""
    return tuple(
        votes
        for votes in symbols
        if not any(reading.quad.overlaps(votes.latest.quad) for reading in readings)
    )
