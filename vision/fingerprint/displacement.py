"""EdgeFingerprint: the sub-pixel places of a print's module edges, as one vector to compare."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from vision.fingerprint.crossings import find_crossings
from vision.fingerprint.prediction import SHAPES, unpredicted
from vision.fingerprint.straight_view import PATCH_MARGIN_MODULES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.fingerprint.printed_matrix import PrintedMatrix
    from vision.fingerprint.registration import RegisteredPrint

HASH_BITS = 2048
# Weights of mean, tilt and bow. The mean alone parts prints best on a whole symbol; tilt and bow
# help where only a finder is seen. Chosen on the tuning words of the copies set.
_SHAPE_WEIGHTS = (1.0, 0.3, 0.3)
# An edge with less than this share of its samples is left out.
_LEAST_SEEN = 0.6
# An edge with half the usual sharpness or less counts half, never less than a tenth.
_LEAST_RELIABILITY = 0.1
_HASH_SEED, _HASH_ROUNDS = 20_480, 2


@dataclass(frozen=True, slots=True, eq=False)
class EdgeFingerprint:
    """What is unpredictable about the edges of one print, seen in one photo.

    Attributes:
        matrix: the symbol.
        plain: float32 (n, 3), weighted mean, tilt and bow of every edge of the matrix, 0 where it
            was not seen. Holds the printer's line banding too, which prints of one sheet share.
        line_free: the same without what a whole lattice line has in common.
        reliability: float32 (n,), 0 = not seen, 1 = as sharp as most.
        deviation_modules: robust deviation of the line-free samples.
        sharpness: median slope of the edges, share of the step per module; 1 is very soft.
    """

    matrix: PrintedMatrix
    plain: NDArray[np.float32]
    line_free: NDArray[np.float32]
    reliability: NDArray[np.float32]
    deviation_modules: float
    sharpness: float

    @property
    def edges_seen(self) -> int:
        """How many edges speak."""
        return int(np.count_nonzero(self.reliability))

    def within(self, area: NDArray[np.bool_]) -> EdgeFingerprint:
        """The fingerprint of only those edges whose two modules lie in `area`, bool (N, N)."""
        low, high = self.matrix.edges.sides
        kept = area[low] & area[high]
        return replace(
            self,
            plain=np.where(kept[:, None], self.plain, np.float32(0)),
            line_free=np.where(kept[:, None], self.line_free, np.float32(0)),
            reliability=np.where(kept, self.reliability, np.float32(0)),
        )

    def hashed(self) -> NDArray[np.uint8]:
        """2,048 bits as uint8 (256,): signs of fixed random projections of the line-free part."""
        projected = _projected(self.line_free.reshape(-1))
        return np.packbits(projected[:HASH_BITS] > 0)


def edge_fingerprint(registered: RegisteredPrint) -> EdgeFingerprint:
    """Measure the edges of a registered print and take out what is predictable."""
    crossings = find_crossings(
        registered.patch, registered.pixels_per_module, PATCH_MARGIN_MODULES, registered.matrix
    )
    left = unpredicted(registered.matrix, crossings)
    share = np.isfinite(crossings.shift).mean(axis=1)
    is_seen = share >= _LEAST_SEEN
    slopes = crossings.slope[is_seen]
    usual = float(np.median(slopes)) if slopes.size else 1.0
    sharp = np.clip(crossings.slope / max(usual, 1e-6), _LEAST_RELIABILITY, 1.0)
    reliability = np.where(is_seen, sharp * share, 0).astype(np.float32)
    weights = np.asarray(_SHAPE_WEIGHTS[:SHAPES], np.float32) * reliability[:, None]
    plain, line_free = (
        np.where(is_seen[:, None], np.nan_to_num(part.shapes) * weights, np.float32(0))
        for part in left
    )
    return EdgeFingerprint(
        matrix=registered.matrix,
        plain=plain.astype(np.float32),
        line_free=line_free.astype(np.float32),
        reliability=reliability,
        deviation_modules=left[1].deviation_modules,
        sharpness=usual,
    )


@lru_cache(maxsize=4)
def _scrambling(length: int) -> NDArray[np.float32]:
    """Random signs (rounds, length), the same everywhere and always."""
    generator = np.random.Generator(np.random.Philox(_HASH_SEED))
    signs = generator.integers(0, 2, (_HASH_ROUNDS, length)).astype(np.float32)
    return 2 * signs - 1


def _projected(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Random projections of a vector: signs and Walsh-Hadamard transforms in turns.

    Ailon and Chazelle, "The fast Johnson-Lindenstrauss transform", 2009: as good as a dense random
    matrix, without one.
    """
    length = max(HASH_BITS, 1 << (values.size - 1).bit_length())
    spread = np.zeros(length, np.float32)
    spread[: values.size] = values
    for signs in _scrambling(length):
        spread = spread * signs
        step = 1
        while step < length:
            pairs = spread.reshape(-1, 2, step)
            spread = np.stack((pairs[:, 0] + pairs[:, 1], pairs[:, 0] - pairs[:, 1]), axis=1)
            spread = spread.reshape(-1)
            step *= 2
    return spread
