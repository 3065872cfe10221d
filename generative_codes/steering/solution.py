"""Steering: one elimination per design, then serials in bulk.

Under a mask m every valid symbol is M = B_m xor (bits of the message). The free bits are tied to
the pivots, the most important modules that can be set independently, and the pivots always show
the target. So the steered symbol depends on the serial alone, and affinely:

    M_m(serial) = C_m xor sum_j T_j[codeword j of the serial xor the example's]

with C_m the steered example and T_j a table of 256 symbols per codeword that a serial can change,
its columns reduced by the elimination so that no pivot moves. A steered symbol costs as many table
look-ups as it has serial codewords, however many bits are steered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from generative_codes.artwork import Target
from generative_codes.steering.blocks import SolvedBlock
from generative_codes.steering.budget import ErrorBudget
from generative_codes.steering.code_space import Words, block_spaces, pack, unpack
from generative_codes.steering.free_characters import group_text
from generative_codes.steering.serials import SerialEncoder
from generative_codes.steering.steered import MaskChoice, SteeredBatch, SteeredSymbol
from generative_codes.steering.template import PayloadTemplate, SteeringError
from generative_codes.symbol import ErrorLevel, Symbol, place_codewords
from vision.iso18004.masking import MASKS, penalty

# Serials steered in one go: their symbols stay in the second-level cache (0.6 MB at version 8).
_CHUNK = 1024
# Zone mismatches are compared in steps of this share of the zone: below it the eye sees none.
_ZONE_STEP = 0.01
# Overall mismatch (weighted share) worth as much as this many ISO penalty points per module.
_PENALTY_PER_MODULE = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Steering:
    """A design solved for one version and level; arrays are uint64 words of flat modules.

    Attributes:
        template: What varies.
        target: What the modules should show.
        example: The unsteered example payload; its version and level are the design's.
        mask: The design's mask, see `MaskChoice.PER_DESIGN`.
        pivots: How many modules are set exactly as wanted, under every mask and serial.
    """

    template: PayloadTemplate
    target: Target
    example: Symbol
    mask: int
    pivots: int
    _blocks: tuple[SolvedBlock, ...]
    _encoder: SerialEncoder
    _constants: Words
    _tables: Words
    _dark: Words
    _zone: Words
    _wanted: Words

    @classmethod
    def solve(
        cls,
        template: PayloadTemplate,
        version: int,
        level: ErrorLevel,
        target: Target,
        *,
        moves_padding: bool = True,
        mask: int | None = None,
    ) -> "Steering":
        """Eliminate once: about 8 ms at version 8, half a second at version 40.

        Args:
            template: What varies.
            version: 1 to 40.
            level: Error correction level.
            target: What the modules should show.
            moves_padding: False leaves the padding as the standard has it (7.4.10); the target
                then only chooses the mask.
            mask: The design's mask, 0 to 7; None takes the best one.

        Raises:
            PayloadTooLongError: If the template does not fit.
            SteeringError: If the target was made for another version.
        """
        example = template.symbol(template.example, level, version)
        if target.size_modules != example.size_modules:
            raise SteeringError(
                f"The target is {target.size_modules} modules wide, but a symbol of version "
                f"{version} is {example.size_modules}; lay the artwork on that grid."
            )
        spaces = block_spaces(version, example.level)
        encoder = SerialEncoder.of(template, version, example.data_codewords)
        first, choices = example.first_free_bit, _choices(encoder)
        if not moves_padding:
            first, choices = example.free_bits.stop, []
        blocks = tuple(SolvedBlock.solve(s, first, target, choices) for s in spaces)
        steering = cls(
            template=template,
            target=target,
            example=example,
            mask=0,
            pivots=sum(block.reduced.pivots.size for block in blocks),
            _blocks=blocks,
            _encoder=encoder,
            _constants=_steered_examples(example, blocks, target),
            _tables=_serial_tables(example, blocks, encoder),
            _dark=pack(target.dark.reshape(-1)),
            _zone=pack(target.zone.reshape(-1)),
            _wanted=pack(target.importance.reshape(-1) > 0),
        )
        own = steering._design_mask() if mask is None else steering._choice(mask)
        return replace(steering, mask=int(own))

    @property
    def level(self) -> ErrorLevel:
        """Error correction level."""
        return self.example.level

    @property
    def version(self) -> int:
        """1 to 40."""
        return self.example.version

    def steer(
        self,
        serial: str = "",
        mask: int | MaskChoice = MaskChoice.PER_DESIGN,
        *,
        refine: bool = False,
        budget: int = 0,
    ) -> SteeredSymbol:
        """The steered symbol of one serial.

        Args:
            serial: As the template says.
            mask: 0 to 7, or how to choose it.
            refine: Also search over the free bits for what elimination leaves open; milliseconds
                instead of microseconds, some percent more fidelity.
            budget: Codewords per block that may be knowingly wrong.

        Raises:
            SteeringError: On a serial, mask or budget that does not exist.
        """
        self.template.payload(serial)
        batch = self.steer_many([serial], mask, refine=refine, budget=budget)
        return self.symbol(batch, 0)

    def symbol(self, batch: SteeredBatch, index: int) -> SteeredSymbol:
        """One symbol of a batch of this design, with its codewords and payload.

        Raises:
            IndexError: If the batch is shorter.
        """
        mask = int(batch.masks[index])
        codewords = self._data_codewords(batch.valid_modules[index], mask)
        payload = self.payload(batch, index)
        plain = self.template.symbol(payload, self.level, self.version, mask)
        symbol = place_codewords(plain, codewords, mask)
        shown = batch.modules[index].copy()
        shown.setflags(write=False)
        is_right = shown == self.target.dark
        return SteeredSymbol(
            symbol=replace(symbol, modules=shown),
            fidelity=_share(is_right, self.target.importance > 0),
            zone_fidelity=_share(is_right, self.target.zone),
            spent_codewords=tuple(int(count) for count in batch.spent_codewords[index]),
        )

    def steer_many(
        self,
        serials: Sequence[str] | npt.NDArray[np.uint8],
        mask: int | MaskChoice = MaskChoice.PER_DESIGN,
        *,
        refine: bool = False,
        budget: int = 0,
    ) -> SteeredBatch:
        """The steered symbols of many serials; each is the one that `steer` makes.

        Args:
            serials: Texts, or uint8 (B, serial_characters) of ASCII codes. The result takes B * N^2
                bytes: cut long runs into batches.
            mask: As in `steer`.
            refine: As in `steer`.
            budget: As in `steer`.

        Raises:
            SteeringError: On a serial, mask or budget that does not exist.
        """
        if isinstance(serials, np.ndarray):
            codes = self.template.checked(serials)
        else:
            codes = self.template.serial_bytes(list(serials))
        choice = self._choice(mask)
        layout = self.example.layout
        spending = ErrorBudget(layout, self.target, budget)
        side = self.example.size_modules
        count = codes.shape[0]
        modules = np.empty((count, side, side), dtype=np.bool_)
        masks = np.empty(count, dtype=np.uint8)
        mismatches = np.empty(count, dtype=np.int64)
        for start in range(0, count, _CHUNK):
            part = slice(start, start + _CHUNK)
            words, masks[part] = self._steer_words(codes[part], choice)
            if refine:
                words = self._refined(words, masks[part])
            mismatches[part] = _popcount((words ^ self._dark) & self._zone)
            flat = modules[part].reshape(-1, side * side)
            flat[:] = unpack(words, side * side)
        spent = np.zeros((count, layout.structure.blocks), dtype=np.int64)
        shown = modules
        if budget:
            shown, spent = spending.spend(modules)
            mismatches = ((shown != self.target.dark) & self.target.zone).sum(axis=(1, 2))
        return SteeredBatch(self.template, codes, shown, masks, mismatches, spent, modules)

    def payload(self, batch: SteeredBatch, index: int) -> str:
        """What readers return for one symbol of a batch, its free characters included.

        Raises:
            IndexError: If the batch is shorter.
        """
        serial = bytes(batch.serials[index]).decode("ascii")
        if not self.template.free_characters:
            return self.template.payload(serial)
        codewords = self._data_codewords(batch.valid_modules[index], int(batch.masks[index]))
        return self.template.payload(serial, self._free_text(codewords))

    def _choice(self, mask: int | MaskChoice) -> int | MaskChoice:
        """The mask of every code, or how each gets its own."""
        if mask is MaskChoice.PER_DESIGN:
            return self.mask
        if isinstance(mask, MaskChoice):
            return mask
        if isinstance(mask, (bool, str)) or mask not in range(MASKS):
            raise SteeringError(f"A mask is an integer from 0 to 7, not {mask!r}.")
        return mask

    def _steer_words(
        self, codes: npt.NDArray[np.uint8], choice: int | MaskChoice
    ) -> tuple[Words, npt.NDArray[np.uint8]]:
        changes = self._encoder.changes(codes)
        words = np.zeros((codes.shape[0], self._constants.shape[1]), dtype=np.uint64)
        for place in range(changes.shape[1]):
            words ^= self._tables[place].take(changes[:, place], axis=0)
        if not isinstance(choice, MaskChoice):
            words ^= self._constants[choice]
            return words, np.full(codes.shape[0], choice, dtype=np.uint8)
        if choice is MaskChoice.CLOSEST:
            masks = self._closest(words)
        else:
            wrong = np.empty((MASKS, codes.shape[0]), dtype=np.int64)
            for candidate in range(MASKS):
                error = words ^ (self._constants[candidate] ^ self._dark)
                in_zone = _popcount(error & self._zone)
                wrong[candidate] = in_zone * 2**20 + _popcount(error & self._wanted)
            masks = wrong.argmin(axis=0).astype(np.uint8)
        words ^= self._constants[masks]
        return words, masks

    def _closest(self, words: Words) -> npt.NDArray[np.uint8]:
        """Masks of the least weighted mismatch; a mask's is linear in what the serial changes."""
        weights = self.target.importance.reshape(-1)
        size = weights.size
        is_wrong = unpack(self._constants ^ self._dark, size).astype(np.float32)
        start = is_wrong @ weights
        per_change = (1 - 2 * is_wrong) * weights
        wrong = unpack(words, size).astype(np.float32) @ per_change.T + start
        return np.asarray(wrong.argmin(axis=1), dtype=np.uint8)

    def _refined(self, words: Words, masks: npt.NDArray[np.uint8]) -> Words:
        layout = self.example.layout
        side = self.example.size_modules
        modules = unpack(words, side * side)
        dark = self.target.dark.reshape(-1)
        for row, mask in zip(modules, masks, strict=True):
            base = layout.base_of_mask[mask].reshape(-1)
            for block in self._blocks:
                at = block.space.module_of_bit
                wanted = (dark[at] ^ base[at]).view(np.uint8)
                row[at] = block.refine(row[at] ^ base[at], wanted) ^ base[at]
        return pack(modules)

    def _data_codewords(self, modules: npt.NDArray[np.bool_], mask: int) -> npt.NDArray[np.uint8]:
        layout = self.example.layout
        unmasked = (modules ^ layout.base_of_mask[mask]).reshape(-1)
        bits = np.zeros(layout.data_bits, dtype=np.uint8)
        for block in self._blocks:
            at = slice(0, block.space.data_bits)
            bits[block.space.message_bits[at]] = unmasked[block.space.module_of_bit[at]]
        return np.packbits(bits)

    def _free_text(self, codewords: npt.NDArray[np.uint8]) -> str:
        """The free characters that stand in the data codewords."""
        text = list(self.template.example_free)
        if not text:
            return ""
        start = len(self.template.prefix) + self.template.serial_characters
        bits = np.unpackbits(codewords)
        for group in self._encoder.free_groups:
            code = int("".join(map(str, bits[group.first_bit : group.first_bit + group.bits])), 2)
            at = group.first_character - start
            text[at : at + group.characters] = group_text(code, group.mode, group.characters)
        return "".join(text)

    def _design_mask(self) -> int:
        side = self.example.size_modules
        candidates = unpack(self._constants, side * side).reshape(MASKS, side, side) != 0
        zone_step = max(_ZONE_STEP * np.count_nonzero(self.target.zone), 1.0)
        weights = self.target.importance
        scores = []
        for mask in range(MASKS):
            is_wrong = candidates[mask] != self.target.dark
            in_zone = int(np.count_nonzero(is_wrong & self.target.zone) / zone_step)
            overall = float(weights[is_wrong].sum() / max(float(weights.sum()), 1e-9))
            cost = overall + _PENALTY_PER_MODULE * penalty(candidates[mask]) / side**2
            scores.append((in_zone, cost, mask))
        return min(scores)[2]


def _choices(encoder: SerialEncoder) -> list[tuple[int, ...]]:
    """Message bits of the free characters that may be changed together."""
    return [
        tuple(
            group.first_bit + place
            for place in range(group.bits)
            if direction >> (group.bits - 1 - place) & 1
        )
        for group in encoder.free_groups
        for direction in group.directions
    ]


def _steered_examples(example: Symbol, blocks: tuple[SolvedBlock, ...], target: Target) -> Words:
    """The example steered under each mask, uint64 (8, words)."""
    layout = example.layout
    bits = layout.message_bits(example.data_codewords)
    dark = target.dark.reshape(-1)
    symbols = layout.base_of_mask.reshape(MASKS, -1).copy()
    for mask in range(MASKS):
        base = layout.base_of_mask[mask].reshape(-1)
        for block in blocks:
            at = block.space.module_of_bit
            wanted = (dark[at] ^ base[at]).view(np.uint8)
            steered = block.steer(bits[block.space.message_bits], wanted)
            symbols[mask, at] ^= steered != 0
    return pack(symbols)


def _serial_tables(
    example: Symbol, blocks: tuple[SolvedBlock, ...], encoder: SerialEncoder
) -> Words:
    """What each value of each serial codeword changes, uint64 (codewords, 256, words)."""
    side = example.size_modules
    first, count = 8 * encoder.first_codeword, 8 * encoder.codewords
    columns = np.zeros((count, side * side), dtype=np.uint8)
    for block in blocks:
        space = block.space
        data = space.message_bits[: space.data_bits]
        low, high = np.searchsorted(data, (first, first + count))
        if low == high:
            continue
        rows = space.rows(int(low), int(high))
        still = np.zeros(rows.shape[1], dtype=np.uint8)
        for row, bit in zip(rows, data[low:high], strict=True):
            columns[bit - first, space.module_of_bit] = block.steer(row, still)
    packed = pack(columns)
    words = packed.shape[1]
    packed = packed.reshape(encoder.codewords, 8, words)
    tables = np.zeros((encoder.codewords, 256, words), dtype=np.uint64)
    values = np.arange(256)
    for bit in range(8):
        has_bit = (values >> (7 - bit)) & 1 != 0
        tables[:, has_bit] ^= packed[:, bit, None]
    return tables


def _popcount(words: Words) -> npt.NDArray[np.int64]:
    """Ones in each row."""
    counts: npt.NDArray[np.int64] = np.bitwise_count(words).sum(axis=-1, dtype=np.int64)
    return counts


def _share(is_right: npt.NDArray[np.bool_], area: npt.NDArray[np.bool_]) -> float:
    """Share of the area that is right; 1 for an empty area."""
    return float(is_right[area].mean()) if area.any() else 1.0
