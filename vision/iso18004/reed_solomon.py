"""Error correction codewords over GF(256) (ISO/IEC 18004:2015, 7.5.2 and Annex A)."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from vision.iso18004.versions import BlockStructure

# 7.5.2: the field is GF(2^8) with the prime polynomial x^8 + x^4 + x^3 + x^2 + 1.
FIELD_POLYNOMIAL = 0b1_0001_1101
# "Logarithm" of zero: so large that every sum with it reads a zero in the antilogarithms.
_LOG_OF_ZERO = 512


@dataclass(frozen=True, slots=True, eq=False)
class _Field:
    """Logarithms (256,) and antilogarithms (1025,) of GF(256) to the base 2."""

    log: npt.NDArray[np.intp]
    antilog: npt.NDArray[np.uint8]


@lru_cache(maxsize=1)
def _field() -> _Field:
    antilog = np.zeros(2 * _LOG_OF_ZERO + 1, dtype=np.uint8)
    log = np.full(256, _LOG_OF_ZERO, dtype=np.intp)
    element = 1
    for exponent in range(255):
        antilog[exponent] = antilog[exponent + 255] = element
        log[element] = exponent
        element <<= 1
        if element & 0x100:
            element ^= FIELD_POLYNOMIAL
    return _Field(log=log, antilog=antilog)


def multiply(a: int, b: int) -> int:
    """Product of two elements of GF(256)."""
    field = _field()
    return int(field.antilog[field.log[a] + field.log[b]])


@lru_cache(maxsize=64)
def generator_polynomial(degree: int) -> tuple[int, ...]:
    """Coefficients of (x - 2^0)(x - 2^1)...(x - 2^(degree-1)), highest power first (Annex A)."""
    coefficients = [1]
    root = 1
    for _ in range(degree):
        shifted = [*coefficients, 0]
        for index, coefficient in enumerate(coefficients):
            shifted[index + 1] ^= multiply(coefficient, root)
        coefficients = shifted
        root = multiply(root, 2)
    return tuple(coefficients)


def _remainders(rows: int, degree: int) -> npt.NDArray[np.uint8]:
    """Remainders of x^(degree + rows - 1 - i) modulo the generator, shape (rows, degree)."""
    generator = generator_polynomial(degree)[1:]
    remainders = np.zeros((rows, degree), dtype=np.uint8)
    current = list(generator)
    for row in range(rows - 1, -1, -1):
        remainders[row] = current
        lead = current[0]
        current = [
            following ^ multiply(lead, coefficient)
            for following, coefficient in zip([*current[1:], 0], generator, strict=True)
        ]
    return remainders


@dataclass(frozen=True, slots=True, eq=False)
class BlockEncoder:
    """Error correction of all blocks of one (version, level) in one vectorised pass.

    Division by the generator is linear, so a block's error correction codewords are the sum of
    its data codewords times fixed remainders. Short blocks are led by a zero codeword, which
    leaves the remainder unchanged.
    """

    structure: BlockStructure
    slot_of_data: npt.NDArray[np.intp]
    log_of_remainders: npt.NDArray[np.intp]

    @classmethod
    def of(cls, structure: BlockStructure) -> "BlockEncoder":
        """Prepare the tables of one block structure."""
        longest = structure.long_data_codewords
        slots = np.arange(structure.blocks * longest).reshape(structure.blocks, longest)
        is_used = np.ones_like(slots, dtype=bool)
        if longest != structure.short_data_codewords:
            is_used[: structure.short_blocks, 0] = False
        remainders = _remainders(longest, structure.ec_codewords_per_block)
        return cls(
            structure=structure,
            slot_of_data=slots[is_used].astype(np.intp),
            log_of_remainders=_field().log[remainders],
        )

    def encode(self, data: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Error correction codewords of `data`, block after block.

        Args:
            data: uint8 (data_codewords,), in message order.

        Returns:
            uint8 (blocks * ec_codewords_per_block,).
        """
        field = _field()
        structure = self.structure
        slots = np.full(structure.blocks * structure.long_data_codewords, _LOG_OF_ZERO, np.intp)
        slots[self.slot_of_data] = field.log[data]
        logs = slots.reshape(structure.blocks, -1, 1) + self.log_of_remainders
        terms = field.antilog.take(logs)
        sums: npt.NDArray[np.uint8] = np.bitwise_xor.reduce(terms, axis=1)
        return sums.reshape(-1)
