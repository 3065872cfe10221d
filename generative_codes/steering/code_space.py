"""The Reed-Solomon blocks of a symbol as codes over GF(2): rows of data bits, and elimination.

A block's codewords form a linear code over GF(2^8), hence over GF(2). Blocks share neither bits
nor modules, so each is solved alone. Nothing is probed: the rows follow from the layout's bit map
and from the error correction of one codeword of value 1 at each place (ISO/IEC 18004:2015, 7.5.2).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from generative_codes.symbol import layout_of
from vision.iso18004.reed_solomon import FIELD_POLYNOMIAL
from vision.iso18004.versions import MAX_VERSION, ErrorLevel

Words = npt.NDArray[np.uint64]
_WORD_BITS = 64


@dataclass(frozen=True, slots=True, eq=False)
class BlockSpace:
    """One Reed-Solomon block.

    Attributes:
        message_bits: intp (n,), the block's bits in the message order of the layout: its data bits,
            then its error correction bits.
        data_bits: How many of them are data.
        module_of_bit: intp (n,), flat index of the module that shows the bit.
    """

    version: int
    level: ErrorLevel
    message_bits: npt.NDArray[np.intp]
    data_bits: int
    module_of_bit: npt.NDArray[np.intp]

    def rows(self, first: int, last: int) -> npt.NDArray[np.uint8]:
        """What the data bits `first` to `last` - 1 set when they are 1: uint8 0/1 (last-first, n).

        Row i has its own bit and the error correction bits that follow from it.
        """
        units = _correction_of_units(self.version, self.level)
        own = units[units.shape[0] - self.data_bits :][first:last]
        rows = np.zeros((last - first, self.message_bits.size), dtype=np.uint8)
        rows[np.arange(last - first), np.arange(first, last)] = 1
        rows[:, self.data_bits :] = np.unpackbits(own, axis=1)
        return rows


@lru_cache(maxsize=4 * MAX_VERSION)
def block_spaces(version: int, level: ErrorLevel) -> tuple[BlockSpace, ...]:
    """All blocks of one version and level, in message order."""
    layout = layout_of(version, level)
    structure = layout.structure
    flat_bits = layout.bit_of_module.reshape(-1)
    module_of_bit = np.empty(8 * structure.total_codewords, dtype=np.intp)
    carriers = np.flatnonzero(flat_bits >= 0)
    module_of_bit[flat_bits[carriers]] = carriers
    spaces = []
    data_start = 0
    correction_bits = 8 * structure.ec_codewords_per_block
    for block in range(structure.blocks):
        data_bits = 8 * (structure.short_data_codewords + (block >= structure.short_blocks))
        correction_start = layout.data_bits + block * correction_bits
        bits = np.concatenate(
            (
                np.arange(data_start, data_start + data_bits),
                np.arange(correction_start, correction_start + correction_bits),
            )
        )
        spaces.append(BlockSpace(version, level, bits, data_bits, module_of_bit[bits]))
        data_start += data_bits
    return tuple(spaces)


@lru_cache(maxsize=4 * MAX_VERSION)
def _correction_of_units(version: int, level: ErrorLevel) -> npt.NDArray[np.uint8]:
    """Error correction codewords of each single data bit of a longest block: (bits, codewords).

    A shorter block is led by zero codewords, which leave the remainder as it is, so its rows are
    the last ones.
    """
    layout = layout_of(version, level)
    structure = layout.structure
    longest, corrections = structure.long_data_codewords, structure.ec_codewords_per_block
    units = np.empty((longest, 8, corrections), dtype=np.uint8)
    data = np.zeros(structure.data_codewords, dtype=np.uint8)
    for place in range(longest):
        at = structure.data_codewords - longest + place  # the last block is a longest one
        data[at] = 1
        units[place, 7] = layout.encoder.encode(data)[-corrections:]
        data[at] = 0
    for bit in range(6, -1, -1):  # a codeword of twice the value: times x in GF(2^8)
        half = units[:, bit + 1]
        overflow = (half >> 7) * np.uint8(FIELD_POLYNOMIAL & 0xFF)
        units[:, bit] = (half << 1) ^ overflow
    return units.reshape(8 * longest, corrections)


def pack(bits: npt.NDArray[np.uint8] | npt.NDArray[np.bool_]) -> Words:
    """Pack the last axis into 64-bit words, first bit lowest, zeros at the end."""
    width = -(-bits.shape[-1] // _WORD_BITS) * (_WORD_BITS // 8)
    packed = np.zeros((*bits.shape[:-1], width), dtype=np.uint8)
    bytes_used = -(-bits.shape[-1] // 8)
    packed[..., :bytes_used] = np.packbits(bits, axis=-1, bitorder="little")
    return packed.view("<u8").astype(np.uint64, copy=False)


def unpack(words: Words, count: int) -> npt.NDArray[np.uint8]:
    """Inverse of `pack`: uint8 0/1 (..., count)."""
    stored = np.ascontiguousarray(words, dtype="<u8").view(np.uint8)
    return np.unpackbits(stored, axis=-1, count=count, bitorder="little")


@dataclass(frozen=True, slots=True, eq=False)
class Elimination:
    """Rows brought to reduced form.

    Attributes:
        rows: uint64 (r, words); row i has bit `pivots[i]` and no other pivot's.
        pivots: intp (r,), block-local bits that can be set independently, most wanted first.
    """

    rows: Words
    pivots: npt.NDArray[np.intp]

    def combine(self, is_chosen: npt.NDArray[np.bool_]) -> Words:
        """Sum of the chosen rows, uint64 (words,)."""
        total: Words = np.bitwise_xor.reduce(self.rows[is_chosen], axis=0)
        return total


def eliminate(rows: npt.NDArray[np.uint8], order: npt.NDArray[np.intp]) -> Elimination:
    """Gauss-Jordan elimination over GF(2), columns taken in `order`.

    Taking them in falling order of importance makes the greedy choice the lexicographically best
    one: a bit that gets no pivot is a sum of more important ones and could not be set anyway.
    """
    work = pack(rows)
    rank = 0
    pivots: list[int] = []
    for bit in order:
        if rank == work.shape[0]:
            break
        has_bit = (work[:, bit // _WORD_BITS] >> np.uint64(bit % _WORD_BITS)) & np.uint64(1) != 0
        found = int(has_bit[rank:].argmax()) + rank
        if not has_bit[found]:
            continue
        if found != rank:
            work[[rank, found]] = work[[found, rank]]
            has_bit[found] = has_bit[rank]
        has_bit[rank] = False
        work[has_bit] ^= work[rank]
        pivots.append(int(bit))
        rank += 1
    return Elimination(rows=work[:rank].copy(), pivots=np.array(pivots, dtype=np.intp))
