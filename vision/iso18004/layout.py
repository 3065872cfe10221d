"""All that is fixed for one version and level, prepared once and shared by every symbol."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from vision.iso18004.masking import (
    MASKS,
    ScoringField,
    mask_patterns,
    penalties,
    scoring_field,
)
from vision.iso18004.placement import (
    Role,
    codeword_placement,
    format_information,
    format_positions,
    function_patterns,
)
from vision.iso18004.reed_solomon import BlockEncoder
from vision.iso18004.versions import (
    MAX_VERSION,
    BlockStructure,
    ErrorLevel,
    block_structure,
    size_modules,
)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The frame of a symbol: roles, bit map, masks. Every array is read-only.

    With x the message bits (data, then error correction) and B_m = `base_of_mask[m]`, the symbol
    under mask m is B_m xor the module-wise x[bit_of_module]: affine over GF(2).

    Attributes:
        version: 1 to 40.
        level: Error correction level.
        structure: Reed-Solomon blocks.
        roles: uint8 (N, N) of `Role`.
        bit_of_module: int32 (N, N), message-order bit; -1 outside data and error correction.
        block_of_module: int16 (N, N), Reed-Solomon block; -1 outside.
        base_of_mask: bool (8, N, N), the symbol of the all-zero message under each mask.
        encoder: Error correction of all blocks.
    """

    version: int
    level: ErrorLevel
    structure: BlockStructure
    roles: npt.NDArray[np.uint8]
    bit_of_module: npt.NDArray[np.int32]
    block_of_module: npt.NDArray[np.int16]
    base_of_mask: npt.NDArray[np.bool_]
    encoder: BlockEncoder
    _field: ScoringField
    _bit_of_byte: npt.NDArray[np.intp]
    _base_planes: npt.NDArray[np.uint8]

    @property
    def size_modules(self) -> int:
        """Side of the symbol without quiet zone."""
        return size_modules(self.version)

    @property
    def data_bits(self) -> int:
        """Data bits of the symbol; error correction bits are numbered from here on."""
        return 8 * self.structure.data_codewords

    def message_bits(self, data_codewords: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Data bits and their error correction bits, uint8 0/1 (8 * total_codewords,)."""
        correction = self.encoder.encode(data_codewords)
        return np.unpackbits(np.concatenate((data_codewords, correction)))

    def place(
        self, data_codewords: npt.NDArray[np.uint8], mask: int | None = None
    ) -> tuple[npt.NDArray[np.bool_], int]:
        """Put data codewords and their error correction into the matrix (7.6 to 7.9).

        Args:
            data_codewords: uint8 (data_codewords,), any values, padding included.
            mask: 0 to 7, or None for the one with the lowest penalty (the first on a tie).

        Returns:
            Modules, bool (N, N), True = dark; and the mask that was used.
        """
        bits = self.message_bits(data_codewords)
        colours = np.zeros(bits.size + 1, dtype=np.uint8)
        np.negative(bits, out=colours[:-1])  # 0 or 255: the same bit under all eight masks
        if mask is None:
            planes = colours.take(self._bit_of_byte)
            planes ^= self._base_planes
            mask = int(penalties(planes, self._field).argmin())
            modules = (self._field.rows(planes) & np.uint8(1 << mask)) != 0
        else:
            modules = colours.astype(np.bool_)[self.bit_of_module] ^ self.base_of_mask[mask]
        return modules, mask


@lru_cache(maxsize=4 * MAX_VERSION)
def layout_of(version: int, level: ErrorLevel) -> Layout:
    """The layout of one version (1 to 40, checked by the caller) and level."""
    side = size_modules(version)
    structure = block_structure(version, level)
    placement = codeword_placement(version, level)
    is_encoding_region = placement.roles <= Role.REMAINDER
    base = mask_patterns(side) & is_encoding_region
    base |= function_patterns(version).dark
    rows, columns = np.moveaxis(format_positions(side), -1, 0)
    for mask in range(MASKS):
        bits = format_information(level, mask) >> np.arange(15) & 1
        base[mask, rows, columns] = bits != 0

    field = scoring_field(side)
    # One more module than there is, light under all masks, stands in the gaps of the field.
    absent_bit = 8 * structure.total_codewords
    bit_or_absent = np.append(placement.bit_of_module.reshape(-1), -1)
    bit_or_absent[bit_or_absent < 0] = absent_bit
    planes = np.packbits(base.reshape(MASKS, -1), axis=0, bitorder="little")[0]
    layout = Layout(
        version=version,
        level=level,
        structure=structure,
        roles=placement.roles,
        bit_of_module=placement.bit_of_module,
        block_of_module=placement.block_of_module,
        base_of_mask=base,
        encoder=BlockEncoder.of(structure),
        _field=field,
        _bit_of_byte=bit_or_absent[field.module_of_byte].astype(np.intp),
        _base_planes=np.append(planes, np.uint8(0))[field.module_of_byte],
    )
    for array in (
        layout.roles,
        layout.bit_of_module,
        layout.block_of_module,
        layout.base_of_mask,
        layout._bit_of_byte,
        layout._base_planes,
        field.module_of_byte,
        field.line_breaks,
    ):
        array.setflags(write=False)
    return layout
