"""Decoders x cases: who read what, with an interval that says how sure that is."""

import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generative_codes.certify.camera import CameraCase, take_photos
from generative_codes.certify.panel import Decoder, DecoderName, is_own, is_payload
from generative_codes.certify.reflectance import CertifyError
from generative_codes.render import to_raster
from generative_codes.symbol import Symbol

# Two-sided 95 %.
_Z = 1.959963984540054
_PLAIN_PIXELS_PER_MODULE = 16
_MAX_PLAIN_SIDE_PX = 2400
MOST_KEPT = 64
"""Symbols whose rates as plain squares are kept; some kilobytes each."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a share, 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class DecoderRate:
    """What one decoder read of the grid.

    Attributes:
        decoder: Which.
        was_read: One entry per case, in the grid's order: exactly the payload was returned.
    """

    decoder: DecoderName
    was_read: tuple[bool, ...]

    @property
    def read(self) -> int:
        """Cases read."""
        return sum(self.was_read)

    @property
    def rate(self) -> float:
        """Share of the cases read."""
        return self.read / len(self.was_read)

    @property
    def interval(self) -> Interval:
        """95 % interval of the rate (Wilson 1927)."""
        return wilson_interval(self.read, len(self.was_read))


_kept: OrderedDict[object, tuple[DecoderRate, ...]] = OrderedDict()
_kept_lock = threading.Lock()


def wilson_interval(successes: int, trials: int) -> Interval:
    """The 95 % score interval of a binomial share (Wilson 1927, eq. 1).

    Raises:
        CertifyError: If there are no trials, or more successes than trials.
    """
    if not 0 <= successes <= trials or trials == 0:
        raise CertifyError(f"{successes} successes in {trials} trials is no sample.")
    share = successes / trials
    squared = _Z * _Z
    centre = share + squared / (2 * trials)
    spread = _Z * math.sqrt(share * (1 - share) / trials + squared / (4 * trials * trials))
    scale = 1 + squared / trials
    return Interval(max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))


def measure_rates(
    picture: npt.NDArray[np.uint8],
    pixels_per_module: float,
    payload: str | bytes,
    grid: Sequence[CameraCase],
    panel: Sequence[Decoder],
    seed: int = 1,
) -> tuple[DecoderRate, ...]:
    """Photograph the picture once per case (simulated) and let every decoder try.

    Args:
        picture: uint8, square: symbol and quiet zone.
        pixels_per_module: Its resolution.
        payload: What must come back, byte for byte.
        grid: Cases.
        panel: Decoders.
        seed: Of the noise; a case's noise doesn't depend on the cases before it.

    Raises:
        CertifyError: If the picture is unfit or grid or panel are empty.
    """
    if not grid or not panel:
        raise CertifyError("A rate needs at least one case and one decoder.")
    results: list[list[bool]] = [[] for _ in panel]
    for photo in take_photos(picture, pixels_per_module, grid, seed):
        for decoder, read in zip(panel, results, strict=True):
            read.append(any(is_payload(found, payload) for found in decoder.read(photo)))
    return tuple(
        DecoderRate(decoder.name, tuple(read)) for decoder, read in zip(panel, results, strict=True)
    )


def plain_rates(
    symbol: Symbol, grid: Sequence[CameraCase], panel: Sequence[Decoder], seed: int = 1
) -> tuple[DecoderRate, ...]:
    """Rates of the same symbol as plain black squares: the yardstick of a design.

    The last ones are kept, so that a design whose colours or shapes change is not compared anew.
    Only the panel's own decoders are kept: what another one reads, its name does not say.
    """
    own = all(is_own(decoder) for decoder in panel)
    key = (
        np.packbits(symbol.modules).tobytes(),
        symbol.payload,
        tuple(grid),
        tuple(decoder.name for decoder in panel),
        seed,
    )
    with _kept_lock:
        if own and key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    side = symbol.size_modules + 8
    scale = max(4, min(_PLAIN_PIXELS_PER_MODULE, _MAX_PLAIN_SIDE_PX // side))
    rates = measure_rates(to_raster(symbol, scale), scale, symbol.payload, grid, panel, seed)
    if own:
        with _kept_lock:
            _kept[key] = rates
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return rates
