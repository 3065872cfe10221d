"""What steering hands out: single symbols, batches, and how their mask is chosen."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from generative_codes.steering.template import PayloadTemplate
from generative_codes.symbol import Symbol


class MaskChoice(StrEnum):
    """Which mask a steered symbol gets when none is asked for."""

    PER_DESIGN = "per_design"
    """The best one of the example: zone fidelity, then overall fidelity and ISO penalty."""
    PER_CODE = "per_code"
    """For each code the one with the fewest wrong modules in the zone, then overall."""
    CLOSEST = "closest"
    """For each code the one whose wrong modules weigh least, by their importance."""


@dataclass(frozen=True, slots=True, eq=False)
class SteeredSymbol:
    """A symbol that shows the target.

    Attributes:
        symbol: The symbol; readers return its payload.
        fidelity: Share of the modules with importance above 0 that match.
        zone_fidelity: Share of all modules in the zone that match, function patterns included.
        spent_codewords: Knowingly wrong codewords, per Reed-Solomon block.
    """

    symbol: Symbol
    fidelity: float
    zone_fidelity: float
    spent_codewords: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SteeredBatch:
    """Many steered symbols of one design.

    Attributes:
        template: Prefix and suffix of their payloads.
        serials: uint8 (B, serial_characters), ASCII codes.
        modules: bool (B, N, N).
        masks: uint8 (B,).
        zone_mismatches: int64 (B,), wrong modules in the zone.
        spent_codewords: int64 (B, blocks).
        valid_modules: bool (B, N, N), `modules` before codewords were spent; the same array where
            none are.
    """

    template: PayloadTemplate
    serials: npt.NDArray[np.uint8]
    modules: npt.NDArray[np.bool_]
    masks: npt.NDArray[np.uint8]
    zone_mismatches: npt.NDArray[np.int64]
    spent_codewords: npt.NDArray[np.int64]
    valid_modules: npt.NDArray[np.bool_]
