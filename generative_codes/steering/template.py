"""Payloads that differ only in their serial: encoded once, the serials in bulk."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generative_codes.errors import GenerativeCodeError
from generative_codes.iso18004.bitstream import (
    ALPHANUMERIC_CHARACTERS,
    Mode,
    character_count_bits,
    make_segment,
)

# Crockford's Base32: digits and letters without I, L, O and U.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Each varying codeword costs a table of 256 symbols (1 MB at version 40).
MAX_SERIAL_CHARACTERS = 64
# Characters per group and bits per group (ISO/IEC 18004:2015, 7.4.3 to 7.4.5).
_GROUPS = {Mode.NUMERIC: (3, 10), Mode.ALPHANUMERIC: (2, 11), Mode.BYTE: (1, 8)}
# Bits of a shorter last group by its characters.
_REST_BITS = {Mode.NUMERIC: {1: 4, 2: 7}, Mode.ALPHANUMERIC: {1: 6}, Mode.BYTE: {}}


class SteeringError(GenerativeCodeError):
    """The asked steering cannot be done; the message names the nearest thing that works."""


@dataclass(frozen=True, slots=True)
class PayloadTemplate:
    """Prefix, a serial of fixed length, suffix.

    The encoding mode must be the same for every serial: it follows from prefix and suffix.
    An upper-case URL (scheme and host do not mind) takes 5.5 bits per character instead of 8 and
    leaves more room for the picture.

    Attributes:
        prefix: Text before the serial.
        serial_characters: 0 for a payload that never changes.
        alphabet: ASCII characters that may occur in the serial.
        suffix: Text after the serial.

    Raises:
        SteeringError: If the mode would depend on the serial, or the alphabet is not ASCII.
    """

    prefix: str
    serial_characters: int = 0
    alphabet: str = CROCKFORD
    suffix: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.serial_characters <= MAX_SERIAL_CHARACTERS:
            raise SteeringError(
                f"A serial has 0 to {MAX_SERIAL_CHARACTERS} characters, "
                f"not {self.serial_characters}."
            )
        if self.serial_characters == 0:
            return
        if not self.alphabet or not self.alphabet.isascii():
            raise SteeringError("The serial's alphabet must be ASCII and not empty.")
        around = self.prefix + self.suffix
        mode = self.mode
        if mode is not Mode.NUMERIC and (not around or make_segment(around).mode is not mode):
            raise SteeringError(
                f"Some serials would be encoded in a denser mode than others: the text around the "
                f"serial must itself need {mode} mode, as a whole URL does."
            )

    @property
    def mode(self) -> Mode:
        """Mode of every payload of the template.

        Raises:
            SymbolRequestError: If there is no payload at all.
        """
        serial = self.alphabet if self.serial_characters else ""
        return make_segment(self.prefix + serial + self.suffix).mode

    def payload(self, serial: str = "") -> str:
        """The whole payload of one serial.

        Raises:
            SteeringError: If the serial has another length or a character outside the alphabet.
        """
        if len(serial) != self.serial_characters:
            raise SteeringError(
                f"A serial of {self.serial_characters} characters was expected, "
                f"this one has {len(serial)}."
            )
        if not set(serial) <= set(self.alphabet):
            raise SteeringError(f"A serial may only have the characters {self.alphabet}.")
        return self.prefix + serial + self.suffix

    @property
    def example(self) -> str:
        """The payload whose serial repeats the first character of the alphabet."""
        return self.prefix + self.alphabet[:1] * self.serial_characters + self.suffix

    def serial_bytes(self, serials: list[str]) -> npt.NDArray[np.uint8]:
        """ASCII codes of checked serials, uint8 (count, serial_characters)."""
        joined = "".join(serials)
        length = self.serial_characters
        if not joined.isascii() or any(len(serial) != length for serial in serials):
            raise SteeringError(f"Every serial must have {length} ASCII characters.")
        codes = np.frombuffer(joined.encode("ascii"), np.uint8).reshape(len(serials), length)
        return self.checked(codes)

    def checked(self, codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The same uint8 (count, serial_characters) codes, all of the alphabet.

        Raises:
            SteeringError: On another shape or on characters outside the alphabet.
        """
        if codes.dtype != np.uint8 or codes.ndim != 2 or codes.shape[1] != self.serial_characters:
            raise SteeringError(
                f"Serials must be uint8 (count, {self.serial_characters}), "
                f"not {codes.dtype} {codes.shape}."
            )
        is_allowed = np.zeros(256, dtype=np.bool_)
        is_allowed[list(self.alphabet.encode("ascii"))] = True
        if not is_allowed[codes].all():
            raise SteeringError(f"A serial may only have the characters {self.alphabet}.")
        return codes


@dataclass(frozen=True, slots=True, eq=False)
class SerialEncoder:
    """Turns serials into the data codewords that depend on them.

    Attributes:
        first_codeword: First data codeword that a serial can change.
        example_bits: uint8 0/1, bits of the example's codewords from `first_codeword` on.
    """

    template: PayloadTemplate
    first_codeword: int
    example_bits: npt.NDArray[np.uint8]
    _lead_bits: int
    _before: npt.NDArray[np.uint8]
    _after: npt.NDArray[np.uint8]

    @classmethod
    def of(
        cls, template: PayloadTemplate, version: int, codewords: npt.NDArray[np.uint8]
    ) -> "SerialEncoder":
        """Prepare for one version; `codewords` are the example's data codewords there."""
        mode = template.mode
        per_group, group_bits = _GROUPS[mode]
        text = np.frombuffer(template.example.encode("utf-8"), np.uint8)
        start = len(template.prefix.encode("utf-8"))
        stop = start + template.serial_characters
        first = start // per_group * per_group
        last = min(text.size, -(-stop // per_group) * per_group)
        first_bit = 4 + character_count_bits(mode, version) + first // per_group * group_bits
        groups, rest = divmod(last - first, per_group)
        stop_bit = first_bit + groups * group_bits + _REST_BITS[mode].get(rest, 0)
        if template.serial_characters == 0:
            first, last, stop_bit = start, start, first_bit
        first_codeword, last_codeword = first_bit // 8, -(-stop_bit // 8)
        if stop_bit == first_bit:
            last_codeword = first_codeword
        return cls(
            template=template,
            first_codeword=first_codeword,
            example_bits=np.unpackbits(codewords[first_codeword:last_codeword]),
            _lead_bits=first_bit - 8 * first_codeword,
            _before=text[first:start],
            _after=text[stop:last],
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
        if self.template.mode is Mode.BYTE:
            return self._byte_changes(serials)
        characters = np.concatenate(
            (
                np.broadcast_to(self._before, (count, self._before.size)),
                serials,
                np.broadcast_to(self._after, (count, self._after.size)),
            ),
            axis=1,
        )
        own = character_bits(self.template.mode, characters)
        bits = np.broadcast_to(self.example_bits, (count, self.example_bits.size)).copy()
        bits[:, self._lead_bits : self._lead_bits + own.shape[1]] = own
        bits ^= self.example_bits
        return np.packbits(bits, axis=1)

    def _byte_changes(self, serials: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Byte mode: characters straddle the codewords by half (mode 4 bits, count 8 or 16)."""
        changed = serials ^ np.uint8(ord(self.template.alphabet[0]))
        codewords = np.zeros((serials.shape[0], self.codewords), dtype=np.uint8)
        codewords[:, :-1] = changed >> 4
        codewords[:, 1:] |= changed << 4
        return codewords


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
    per_group, group_bits = _GROUPS[mode]
    whole = values.shape[1] // per_group * per_group
    starts = range(0, whole, per_group)
    parts = [(values[:, start : start + per_group], group_bits) for start in starts]
    if whole != values.shape[1]:
        rest = values[:, whole:]
        parts.append((rest, _REST_BITS[mode][rest.shape[1]]))
    bits = []
    for group, width in parts:
        number = np.zeros(group.shape[0], dtype=np.uint16)
        for column in range(group.shape[1]):
            number = number * np.uint16(len(alphabet)) + group[:, column]
        bits.append((number[:, None] >> np.arange(width - 1, -1, -1, dtype=np.uint16)) & 1)
    return np.concatenate(bits, axis=1).astype(np.uint8)


__all__ = ["CROCKFORD", "PayloadTemplate", "SerialEncoder", "SteeringError"]
