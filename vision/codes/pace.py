"""How long the decoder will take on a picture: foretold, as one look of it can't be interrupted."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from vision.codes.decoder import decode_view
from vision.codes.symbology import Symbology
from vision.codes.views import WORKING_SIDE_PX, Part, native_view, working_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.code_reading import CodeReading
    from vision.codes.decoder import View
    from vision.frame import Frame

    Bounds = tuple[int, int, int, int]
    Family = frozenset[Symbology]

QR_FAMILY: Family = frozenset({Symbology.QR_CODE, Symbology.MICRO_QR_CODE, Symbology.RMQR_CODE})
LINEAR_FAMILY: Family = frozenset(kind for kind in Symbology if kind.is_linear)
_DATA_MATRIX: Family = frozenset({Symbology.DATA_MATRIX})
_AZTEC: Family = frozenset({Symbology.AZTEC})
_STACKED: Family = frozenset({Symbology.PDF417, Symbology.MICRO_PDF417})
_OTHERS: Family = frozenset(Symbology) - (
    QR_FAMILY | LINEAR_FAMILY | _DATA_MATRIX | _AZTEC | _STACKED
)
FAMILIES: tuple[Family, ...] = (
    QR_FAMILY,
    LINEAR_FAMILY,
    _DATA_MATRIX,
    _AZTEC,
    _STACKED,
    _OTHERS,
)
"""Kinds that the decoder looks for together; one look for each, so that no look is long."""

# The worst that was found, ms per million pixels: finders of a pixel per module in noise, noise,
# checkers of a pixel, starts of PDF417 rows. Linear codes: per million pixels of looked-at rows.
_WORST_MS: dict[Family, float] = {
    QR_FAMILY: 370.0,
    LINEAR_FAMILY: 300.0,
    _DATA_MATRIX: 110.0,
    _AZTEC: 120.0,
    _STACKED: 410.0,
    _OTHERS: 10.0,
}
# Without anything to be found: large pictures are turned four times for PDF417, slowly.
_LEAST_MS: dict[Family, float] = {_STACKED: 9.0}
_LEAST_FROM_PIXELS = 2_000_000
# Rows and columns that are looked at for linear codes.
_LINES = 256
# The picture at other places may well take so many times longer.
CAUTION = 1.5
# QR Codes: every three finders may be a symbol. What takes longer per pixel than an empty picture
# grows with the picture to this power, beyond its size (1 to 12 megapixels of finders: 5 times).
_EMPTY_MS, _CROWD_POWER, _CROWD_PIXELS = 2.5, 0.65, 1_000_000
# Small pieces that are timed before a look that might take long; linear codes: strips.
_SPOTS_PER_SIDE, _SPOT_PX = 4, 160
# Fewer of a picture below so many pixels, which is soon looked at.
_FEW_PER_SIDE, _FEW_BELOW_PIXELS = 2, 2_500_000
_STRIPS, _STRIP_PX = 3, 16
# Steps through the spots that visit far places early: no divisor in common with their count.
_STRIDE = 5


def families_of(wanted: frozenset[Symbology]) -> Iterator[Family]:
    """The wanted kinds, in the order in which they are looked for."""
    return (kinds for family in FAMILIES if (kinds := family & wanted))


@dataclass(slots=True)
class Pace:
    """How long the decoder takes on a picture of one scale.

    Attributes:
        slowest_ms: Per million pixels (of lines, for linear codes), the slowest look so far.
        clock: Seconds.
    """

    slowest_ms: dict[Family, float] = field(default_factory=dict)
    clock: Callable[[], float] = time.perf_counter

    def foretold_ms(self, shape_hw: tuple[float, float], kinds: frozenset[Symbology]) -> float:
        """What a look for one family may take, as far as is known."""
        family = _family_of(kinds)
        seen_ms = self.slowest_ms.get(family)
        if seen_ms is None:
            return _WORST_MS[family] * _megapixels(family, shape_hw)
        pixels = shape_hw[0] * shape_hw[1]
        if pixels > _LEAST_FROM_PIXELS:
            seen_ms = max(seen_ms, _LEAST_MS.get(family, 0.0))
        if family is QR_FAMILY and pixels > _CROWD_PIXELS:
            crowd_ms = max(0.0, seen_ms - _EMPTY_MS)
            seen_ms += crowd_ms * ((pixels / _CROWD_PIXELS) ** _CROWD_POWER - 1)
        return CAUTION * seen_ms * _megapixels(family, shape_hw)

    def is_known(self, kinds: frozenset[Symbology]) -> bool:
        """Whether a look for the family was timed."""
        return _family_of(kinds) in self.slowest_ms

    def affordable(
        self,
        gray: NDArray[np.uint8],
        scale: float,
        wanted: frozenset[Symbology],
        budget: Budget,
        share: float,
    ) -> frozenset[Symbology]:
        """The wanted kinds whose looks together take a share (0..1) of what is left of the budget.

        `gray`: uint8 (H, W); spots of it are timed where a look may take long and none was seen.
        `scale`: of the picture that will be shown, against `gray`.
        """
        shape_hw = (scale * gray.shape[0], scale * gray.shape[1])
        fitting: set[Symbology] = set()
        planned_ms = 0.0
        for kinds in families_of(wanted):
            if budget.is_spent:
                break
            most_ms = share * budget.left_ms - planned_ms
            if self.foretold_ms(shape_hw, kinds) > most_ms and not self.is_known(kinds):
                self._probe(gray, shape_hw, kinds, most_ms)
            foretold_ms = self.foretold_ms(shape_hw, kinds)
            if planned_ms + foretold_ms <= share * budget.left_ms:
                fitting |= kinds
                planned_ms += foretold_ms
        return frozenset(fitting)

    def timed(self, view: View, wanted: frozenset[Symbology]) -> list[CodeReading]:
        """Decode a view, one family after the other, and remember how long each took."""
        readings: list[CodeReading] = []
        for kinds in families_of(wanted):
            started_s = self.clock()
            readings += decode_view(view, kinds)
            self._remember(kinds, view.gray.shape, self.clock() - started_s)
        return readings

    def _probe(
        self,
        gray: NDArray[np.uint8],
        shape_hw: tuple[float, float],
        kinds: frozenset[Symbology],
        most_ms: float,
    ) -> None:
        """Time small pieces; ends early where a look is too slow whatever the others say."""
        family = _family_of(kinds)
        pieces = _strips(gray) if family is LINEAR_FAMILY else _spots(gray)
        whole = sum(_megapixels(family, piece.shape) for piece in pieces)
        took_ms = seen = 0.0
        for piece in pieces:
            started_s = self.clock()
            decode_view(native_view(np.ascontiguousarray(piece)), kinds)
            took_ms += 1000 * (self.clock() - started_s)
            seen += _megapixels(family, piece.shape)
            # As if the others took no time at all.
            self.slowest_ms[family] = took_ms / whole
            if self.foretold_ms(shape_hw, kinds) > most_ms:
                break
        self.slowest_ms[family] = took_ms / seen

    def _remember(
        self, kinds: frozenset[Symbology], shape_hw: tuple[int, ...], took_s: float
    ) -> None:
        family = _family_of(kinds)
        took_ms = 1000 * took_s / max(_megapixels(family, (shape_hw[0], shape_hw[1])), 1e-3)
        self.slowest_ms[family] = max(self.slowest_ms.get(family, 0.0), took_ms)


@dataclass(frozen=True, slots=True, eq=False)
class PacedPicture:
    """A picture, and parts of it at their working size with the decoder's pace on them, made once.

    Attributes:
        frame: The picture.
        pace: Of the decoder on the picture as it is. A smaller one has other detail: its own pace.
    """

    frame: Frame
    pace: Pace
    _parts: dict[tuple[Bounds, float], tuple[Part, Pace]] = field(default_factory=dict)

    @property
    def whole(self) -> Bounds:
        """All of it: left, top, right, bottom."""
        return 0, 0, self.frame.width_px, self.frame.height_px

    def part(self, bounds: Bounds, side_px: float = WORKING_SIDE_PX) -> tuple[Part, Pace]:
        """The pixels left..right-1, top..bottom-1, at most `side_px` long."""
        if (bounds, side_px) not in self._parts:
            part = working_part(self.frame, bounds, side_px)
            pace = self.pace if part.is_native else Pace(clock=self.pace.clock)
            self._parts[bounds, side_px] = part, pace
        return self._parts[bounds, side_px]


def _family_of(kinds: Iterable[Symbology]) -> Family:
    one = next(iter(kinds))
    return next(family for family in FAMILIES if one in family)


def _megapixels(family: Family, shape_hw: tuple[float, ...]) -> float:
    height, width = shape_hw[0], shape_hw[1]
    if family is LINEAR_FAMILY:
        return (min(_LINES, height) * width + min(_LINES, width) * height) / 1e6
    return height * width / 1e6


def _spots(gray: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    height, width = gray.shape
    per_side = _FEW_PER_SIDE if gray.size < _FEW_BELOW_PIXELS else _SPOTS_PER_SIDE
    spots = []
    for index in range(per_side**2):
        row, column = divmod(index * _STRIDE % per_side**2, per_side)
        top = (2 * row + 1) * height // (2 * per_side)
        left = (2 * column + 1) * width // (2 * per_side)
        spots.append(gray[top : top + _SPOT_PX, left : left + _SPOT_PX])
    return spots


def _strips(gray: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Lines across and down the picture."""
    height, width = gray.shape
    strips = []
    for index in range(_STRIPS):
        top = (2 * index + 1) * height // (2 * _STRIPS)
        left = (2 * index + 1) * width // (2 * _STRIPS)
        strips += [gray[top : top + _STRIP_PX], gray[:, left : left + _STRIP_PX]]
    return strips
