"""From payload to data codewords (ISO/IEC 18004:2015, 7.3 and 7.4)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from generative_codes.errors import SymbolRequestError
from vision.iso18004.versions import ErrorLevel, data_capacity_bits

# 7.3.4, Table 5: the value of a character is its place in this string.
ALPHANUMERIC_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
# 7.4.10: pad codewords, taken in turn.
PAD_CODEWORDS = (0xEC, 0x11)
# 7.4.9: at most four zero bits end the message.
TERMINATOR_BITS = 4
# 7.4.2: ECI assignment of UTF-8 (AIM ECI register), one codeword with a leading zero bit.
ECI_UTF8 = 26

_NUMERIC = re.compile(r"[0-9]+", re.ASCII)
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+", re.ASCII)


class Mode(StrEnum):
    """How characters become bits (7.3)."""

    NUMERIC = "numeric"
    ALPHANUMERIC = "alphanumeric"
    BYTE = "byte"


# 7.4.1, Table 2: mode indicators, four bits.
_MODE_INDICATOR = {Mode.NUMERIC: 0b0001, Mode.ALPHANUMERIC: 0b0010, Mode.BYTE: 0b0100}
_ECI_INDICATOR = 0b0111
# 7.4.1, Table 3: bits of the character count for versions 1-9, 10-26, 27-40.
_COUNT_BITS = {
    Mode.NUMERIC: (10, 12, 14),
    Mode.ALPHANUMERIC: (9, 11, 13),
    Mode.BYTE: (8, 16, 16),
}


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters of a text that go in one mode.

    Attributes:
        mode: Mode that can hold all of them.
        characters: How many.
    """

    mode: Mode
    characters: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One mode's share of the message.

    Attributes:
        mode: Mode of the characters.
        characters: Number of characters (bytes in byte mode).
        bits: The encoded characters as one integer, most significant bit first.
        length_bits: Number of encoded bits.
        declares_utf8: True where an ECI header that names UTF-8 goes before the segment.
    """

    mode: Mode
    characters: int
    bits: int
    length_bits: int
    declares_utf8: bool = False

    def total_bits(self, version: int) -> int | None:
        """Bits with headers at `version`; None where the count field is too small."""
        count_bits = character_count_bits(self.mode, version)
        if self.characters >> count_bits:
            return None
        return (12 if self.declares_utf8 else 0) + 4 + count_bits + self.length_bits


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """Data codewords of one symbol and where the reader stops reading them.

    Attributes:
        codewords: uint8 (data_codewords,), padded to the capacity.
        used_bits: Bits up to the end of the characters, before the terminator.
        first_free_bit: First bit after the terminator and its alignment to a codeword; from here
            on readers ignore what stands there.
    """

    codewords: npt.NDArray[np.uint8]
    used_bits: int
    first_free_bit: int


def character_count_bits(mode: Mode, version: int) -> int:
    """Length of the character count indicator (7.4.1, Table 3)."""
    column = 0 if version <= 9 else 1 if version <= 26 else 2
    return _COUNT_BITS[mode][column]


def make_segment(payload: str | bytes, *, declare_utf8: bool = False) -> Segment:
    """Encode the whole payload in the densest single mode that can hold it (7.3, 7.4.3-7.4.5).

    Text outside the alphanumeric set goes as UTF-8 bytes; bytes always go in byte mode.

    Raises:
        SymbolRequestError: If the payload is empty or is text that UTF-8 cannot express.
    """
    if not payload:
        raise SymbolRequestError("The payload is empty; give at least one character.")
    if isinstance(payload, str):
        if _NUMERIC.fullmatch(payload):
            return _numeric(payload)
        if _ALPHANUMERIC.fullmatch(payload):
            return _alphanumeric(payload)
        try:
            payload = payload.encode("utf-8")
        except UnicodeEncodeError as error:
            raise SymbolRequestError(
                f"Character {error.start} of the payload is half of a surrogate pair; "
                "give text that can be written as UTF-8, or give bytes."
            ) from error
    bits = int.from_bytes(payload, "big")
    return Segment(Mode.BYTE, len(payload), bits, 8 * len(payload), declare_utf8)


def make_segments(payload: str, runs: Sequence[Run]) -> tuple[Segment, ...]:
    """Encode a text in the given runs (7.4.1: segments follow one another).

    Raises:
        SymbolRequestError: If the runs do not add up to the payload or cannot hold its characters.
    """
    if not payload or sum(run.characters for run in runs) != len(payload):
        raise SymbolRequestError(
            f"The runs have {sum(run.characters for run in runs)} characters, the payload has "
            f"{len(payload)}; give runs that add up to a payload of at least one character."
        )
    segments = []
    start = 0
    for run in runs:
        text = payload[start : start + run.characters]
        start += run.characters
        if run.mode is Mode.NUMERIC and _NUMERIC.fullmatch(text):
            segments.append(_numeric(text))
        elif run.mode is Mode.ALPHANUMERIC and _ALPHANUMERIC.fullmatch(text):
            segments.append(_alphanumeric(text))
        elif run.mode is Mode.BYTE and text:
            data = text.encode("utf-8")
            segments.append(
                Segment(Mode.BYTE, len(data), int.from_bytes(data, "big"), 8 * len(data))
            )
        else:
            raise SymbolRequestError(f"{text!r} cannot be written in {run.mode} mode.")
    return tuple(segments)


def _numeric(text: str) -> Segment:
    """7.4.3: three digits become 10 bits, a rest of two or one becomes 7 or 4."""
    whole = len(text) - len(text) % 3
    groups = [f"{int(text[i : i + 3]):010b}" for i in range(0, whole, 3)]
    rest = text[whole:]
    if rest:
        groups.append(f"{int(rest):0{1 + 3 * len(rest)}b}")
    bits = "".join(groups)
    return Segment(Mode.NUMERIC, len(text), int(bits, 2), len(bits))


def _alphanumeric(text: str) -> Segment:
    """7.4.4: two characters become 11 bits, a last single one becomes 6."""
    values = [ALPHANUMERIC_CHARACTERS.index(character) for character in text]
    groups = [
        f"{45 * first + second:011b}"
        for first, second in zip(values[0::2], values[1::2], strict=False)
    ]
    if len(values) % 2:
        groups.append(f"{values[-1]:06b}")
    bits = "".join(groups)
    return Segment(Mode.ALPHANUMERIC, len(text), int(bits, 2), len(bits))


def max_characters(mode: Mode, version: int, level: ErrorLevel) -> int:
    """Most characters that one segment of `mode` can hold (Table 7)."""
    count_bits = character_count_bits(mode, version)
    room_bits = data_capacity_bits(version, level) - 4 - count_bits
    if mode is Mode.NUMERIC:
        whole, rest_bits = divmod(room_bits, 10)
        characters = 3 * whole + (2 if rest_bits >= 7 else 1 if rest_bits >= 4 else 0)
    elif mode is Mode.ALPHANUMERIC:
        whole, rest_bits = divmod(room_bits, 11)
        characters = 2 * whole + (1 if rest_bits >= 6 else 0)
    else:
        characters = room_bits // 8
    return min(characters, (1 << count_bits) - 1)


def total_bits(segments: Sequence[Segment], version: int) -> int | None:
    """Bits of all segments with headers; None where a count field is too small."""
    total = 0
    for segment in segments:
        bits = segment.total_bits(version)
        if bits is None:
            return None
        total += bits
    return total


def make_message(segments: Sequence[Segment], version: int, level: ErrorLevel) -> Message | None:
    """Data codewords of the segments; None where they do not fit (7.4.9, 7.4.10)."""
    capacity_bits = data_capacity_bits(version, level)
    used_bits = total_bits(segments, version)
    if used_bits is None or used_bits > capacity_bits:
        return None
    stream = 0
    for segment in segments:
        if segment.declares_utf8:
            stream = (stream << 4 | _ECI_INDICATOR) << 8 | ECI_UTF8
        stream = stream << 4 | _MODE_INDICATOR[segment.mode]
        stream = stream << character_count_bits(segment.mode, version) | segment.characters
        stream = stream << segment.length_bits | segment.bits

    terminated_bits = min(used_bits + TERMINATOR_BITS, capacity_bits)
    first_free_bit = -(-terminated_bits // 8) * 8
    stream <<= first_free_bit - used_bits
    pads = (capacity_bits - first_free_bit) // 8
    padding = (bytes(PAD_CODEWORDS) * (pads // 2 + 1))[:pads]
    filled = stream.to_bytes(first_free_bit // 8, "big") + padding
    return Message(np.frombuffer(filled, dtype=np.uint8), used_bits, first_free_bit)
