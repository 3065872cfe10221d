"""From serials in bulk to the data codewords that depend on them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generative_codes.iso18004.bitstream import (
    ALPHANUMERIC_CHARACTERS,
    Mode,
    Run,
    character_count_bits,
)
from generative_codes.iso18004.segmentation import GROUP_BITS, GROUP_CHARACTERS, run_bits
from generative_codes.steering.free_characters import FreeGroup, free_groups
from generative_codes.steering.template import PayloadTemplate


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole groups of one run that hold characters of the serial.

    Attributes:
        mode: Mode of the run.
        first: First character, counted in the payload's bytes.
        stop: Character after the last one.
        first_bit: Message bit at which it starts.
    """

    mode: Mode
    first: int
    stop: int
    first_bit: int

    @property
    def stop_bit(self) -> int:
        return self.first_bit + run_bits(self.mode, self.stop - self.first)


@dataclass(frozen=True, slots=True, eq=False)
class SerialEncoder:
    """Turns serials into the data codewords that depend on them.

    Attributes:
        template: What varies.
        first_codeword: First data codeword that a serial can change.
        example_bits: uint8 0/1, bits of the example's codewords from `first_codeword` on.
        free_groups: Where the free characters are.
    """

    template: PayloadTemplate
    first_codeword: int
    example_bits: npt.NDArray[np.uint8]
    free_groups: tuple[FreeGroup, ...]
    _pieces: tuple[_Piece, ...]
    _text: npt.NDArray[np.uint8]
    _start: int

    @classmethod
    def of(
        cls, template: PayloadTemplate, version: int, codewords: npt.NDArray[np.uint8]
    ) -> "SerialEncoder":
        """Prepare for one version; `codewords` are the example's data codewords there."""
        text = np.frombuffer(template.example.encode("utf-8"), np.uint8)
        runs = template.runs(version)
        if not template.is_mixed:
            runs = (Run(runs[0].mode, text.size),)
        first_bits = _first_bits(runs, version)
        start = len(template.prefix.encode("utf-8"))
        stop = start + template.serial_characters
        pieces = _pieces(runs, first_bits, start, stop)
        first_codeword = pieces[0].first_bit // 8 if pieces else 0
        stop_codeword = -(-pieces[-1].stop_bit // 8) if pieces else 0
        return cls(
            template=template,
            first_codeword=first_codeword,
            example_bits=np.unpackbits(codewords[first_codeword:stop_codeword]),
            free_groups=free_groups(
                runs, first_bits, stop, template.free_characters, template.free
            ),
            _pieces=pieces,
            _text=text,
            _start=start,
        )

    @property
    def codewords(self) -> int:
        """How many codewords a serial can change."""
        return self.example_bits.size // 8

    def changes(self, serials: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Codewords of the serials xor those of the example, uint8 (count, codewords)."""
        count = serials.shape[0]
        if self.codewords == 0:
            return np.zeros((count, 0), dtype=np.uint8)
        if len(self._pieces) == 1 and self._pieces[0].mode is Mode.BYTE:
            return self._byte_changes(serials)
        bits = np.broadcast_to(self.example_bits, (count, self.example_bits.size)).copy()
        for piece in self._pieces:
            characters = np.broadcast_to(
                self._text[piece.first : piece.stop], (count, piece.stop - piece.first)
            ).copy()
            low = max(self._start, piece.first)
            high = min(self._start + serials.shape[1], piece.stop)
            own = serials[:, low - self._start : high - self._start]
            characters[:, low - piece.first : high - piece.first] = own
            at = piece.first_bit - 8 * self.first_codeword
            coded = character_bits(piece.mode, characters)
            bits[:, at : at + coded.shape[1]] = coded
        bits ^= self.example_bits
        return np.packbits(bits, axis=1)

    def _byte_changes(self, serials: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Byte mode: characters straddle the codewords wherever the runs before them end."""
        changed = serials ^ np.uint8(ord(self.template.alphabet[0]))
        shift = self._pieces[0].first_bit % 8
        codewords = np.zeros((serials.shape[0], self.codewords), dtype=np.uint8)
        codewords[:, : changed.shape[1]] = changed >> shift
        if shift:
            codewords[:, 1:] |= changed << (8 - shift)
        return codewords


def _first_bits(runs: tuple[Run, ...], version: int) -> tuple[int, ...]:
    """Message bit of each run's first character."""
    first_bits = []
    at = 0
    for run in runs:
        at += 4 + character_count_bits(run.mode, version)
        first_bits.append(at)
        at += run_bits(run.mode, run.characters)
    return tuple(first_bits)


def _pieces(
    runs: tuple[Run, ...], first_bits: tuple[int, ...], start: int, stop: int
) -> tuple[_Piece, ...]:
    """The parts of the runs that hold characters `start` to `stop` - 1, in whole groups."""
    pieces = []
    run_start = 0
    for run, first_bit in zip(runs, first_bits, strict=True):
        low, high = max(start - run_start, 0), min(stop - run_start, run.characters)
        if low < high:
            whole = GROUP_CHARACTERS[run.mode]
            first = low // whole * whole
            last = min(-(-high // whole) * whole, run.characters)
            at = first_bit + first // whole * GROUP_BITS[run.mode][-1]
            pieces.append(_Piece(run.mode, run_start + first, run_start + last, at))
        run_start += run.characters
    return tuple(pieces)


def character_bits(mode: Mode, characters: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Encoded bits of many texts of one length (ISO/IEC 18004:2015, 7.4.3 to 7.4.5).

    Args:
        mode: Mode of all characters; they must belong to it.
        characters: uint8 (count, n), ASCII.

    Returns:
        uint8 0/1 (count, bits).
    """
    if mode is Mode.BYTE:
        return np.unpackbits(characters, axis=1)
    alphabet = ALPHANUMERIC_CHARACTERS if mode is Mode.ALPHANUMERIC else "0123456789"
    value_of = np.zeros(256, dtype=np.uint16)
    value_of[list(alphabet.encode("ascii"))] = np.arange(len(alphabet))
    values = value_of[characters]
    whole = GROUP_CHARACTERS[mode]
    bits = []
    for start in range(0, values.shape[1], whole):
        group = values[:, start : start + whole]
        number = np.zeros(group.shape[0], dtype=np.uint16)
        for column in range(group.shape[1]):
            number = number * np.uint16(len(alphabet)) + group[:, column]
        width = GROUP_BITS[mode][group.shape[1]]
        # The sixteen bits of a big-endian number, the last `width` of them.
        pairs = number.astype(">u2").view(np.uint8).reshape(-1, 2)
        bits.append(np.unpackbits(pairs, axis=1)[:, 16 - width :])
    return np.concatenate(bits, axis=1)
