"""Payloads that differ only in their serial, and in characters that steering may choose."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from generative_codes.errors import GenerativeCodeError, PayloadTooLongError
from generative_codes.iso18004.bitstream import Mode, Run, make_segment
from generative_codes.iso18004.segmentation import cheapest_runs, densest_mode
from generative_codes.steering.free_characters import anchor_of
from generative_codes.symbol import Symbol, make_symbol
from vision.iso18004.versions import MAX_VERSION, ErrorLevel

# Crockford's Base32: digits and letters without I, L, O and U.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# 32 letters of which every one can be had in byte mode with five free bits: eight bits of a letter
# are spanned by five directions from any of them.
FREE_LETTERS = "HIJKLMNOPQRSTUVWhijklmnopqrstuvw"
# Each varying codeword costs a table of 256 symbols (1 MB at version 40).
MAX_SERIAL_CHARACTERS = 64
MAX_FREE_CHARACTERS = 64
# First versions with longer character count indicators (ISO/IEC 18004:2015, Table 3), and the last.
_COUNT_CLASSES = ((1, 9), (10, 26), (27, MAX_VERSION))


class SteeringError(GenerativeCodeError):
    """The asked steering cannot be done; the message names the nearest thing that works."""


class Segmentation(StrEnum):
    """In which modes a payload is written; what is read is the same."""

    MIXED = "mixed"
    """Each part in the mode that takes least, which leaves most to draw with."""
    SINGLE = "single"
    """The whole in one mode."""


@dataclass(frozen=True, slots=True)
class PayloadTemplate:
    """Prefix, a serial of fixed length, free characters, suffix.

    The encoding modes are the same for every serial: they follow from the text around it and from
    the alphabets.

    Attributes:
        prefix: Text before the serial.
        serial_characters: 0 for a payload that never changes.
        alphabet: ASCII characters that may occur in the serial.
        suffix: Text after the serial and the free characters.
        free_characters: How many characters after the serial steering may choose as the picture
            needs them. Readers return them; the serial alone tells codes apart.
        free_alphabet: ASCII characters that may be chosen; "" for the serial's.
        segmentation: MIXED is for ASCII texts; others go in one mode, for readers guess the
            character set of each part by itself.

    Raises:
        SteeringError: If the mode would depend on the serial, or an alphabet is not ASCII.
    """

    prefix: str
    serial_characters: int = 0
    alphabet: str = CROCKFORD
    suffix: str = ""
    free_characters: int = 0
    free_alphabet: str = ""
    segmentation: Segmentation = Segmentation.MIXED

    def __post_init__(self) -> None:
        for what, count, most, alphabet in (
            ("serial", self.serial_characters, MAX_SERIAL_CHARACTERS, self.alphabet),
            ("run of free characters", self.free_characters, MAX_FREE_CHARACTERS, self.free),
        ):
            if not 0 <= count <= most:
                raise SteeringError(f"A {what} has 0 to {most} characters, not {count}.")
            if count and (not alphabet or not alphabet.isascii()):
                raise SteeringError(f"The alphabet of a {what} must be ASCII and not empty.")
        if self.is_mixed or self.serial_characters + self.free_characters == 0:
            return
        around = self.prefix + self.suffix
        mode = self.mode
        if mode is not Mode.NUMERIC and (not around or make_segment(around).mode is not mode):
            raise SteeringError(
                f"Some serials would be encoded in a denser mode than others: the text around the "
                f"serial must itself need {mode} mode, as a whole URL does; or let parts of the "
                "payload have their own modes (mixed)."
            )

    @property
    def is_mixed(self) -> bool:
        """Whether parts have their own modes."""
        is_ascii = (self.prefix + self.suffix).isascii()
        return self.segmentation is Segmentation.MIXED and is_ascii

    @property
    def free(self) -> str:
        """Characters that may be chosen."""
        return self.free_alphabet or self.alphabet

    @property
    def varying_characters(self) -> int:
        """Serial and free characters together."""
        return self.serial_characters + self.free_characters

    @property
    def mode(self) -> Mode:
        """The densest mode that holds every payload of the template as a whole.

        Raises:
            SymbolRequestError: If there is no payload at all.
        """
        serial = self.alphabet if self.serial_characters else ""
        free = self.free if self.free_characters else ""
        return make_segment(self.prefix + serial + free + self.suffix).mode

    def runs(self, version: int) -> tuple[Run, ...]:
        """The modes of every payload at one version.

        Raises:
            SymbolRequestError: If there is no payload at all.
        """
        mode = self.mode
        if not self.is_mixed:
            return (Run(mode, len(self.example)),)
        kinds = (
            *map(densest_mode, self.prefix),
            *((densest_mode(self.alphabet),) * self.serial_characters),
            *((densest_mode(self.free),) * self.free_characters),
            *map(densest_mode, self.suffix),
        )
        return cheapest_runs(kinds, version)

    def payload(self, serial: str = "", free: str | None = None) -> str:
        """The whole payload of one serial.

        Args:
            serial: As long as the template says.
            free: What was chosen for the free characters; None for the example's.

        Raises:
            SteeringError: If a text has another length or a character outside its alphabet.
        """
        free = self.example_free if free is None else free
        for what, text, count, alphabet in (
            ("serial", serial, self.serial_characters, self.alphabet),
            ("run of free characters", free, self.free_characters, self.free),
        ):
            if len(text) != count:
                raise SteeringError(
                    f"A {what} of {count} characters was expected, this one has {len(text)}."
                )
            if not set(text) <= set(alphabet):
                raise SteeringError(f"A {what} may only have the characters {alphabet}.")
        return self.prefix + serial + free + self.suffix

    @property
    def example_free(self) -> str:
        """The free characters that the choices start from."""
        return anchor_of(self.free) * self.free_characters if self.free_characters else ""

    @property
    def example(self) -> str:
        """The payload whose serial repeats the first character of the alphabet."""
        serial = self.alphabet[:1] * self.serial_characters
        return self.prefix + serial + self.example_free + self.suffix

    def symbol(self, payload: str, level: ErrorLevel, version: int, mask: int = 0) -> Symbol:
        """Encode one payload of the template, in the modes that all of them have.

        Raises:
            PayloadTooLongError: If it does not fit.
            SymbolRequestError: On a level, version or mask that does not exist.
        """
        return make_symbol(payload, level, version, mask, runs=self.runs(version))

    def smallest_version(self, level: ErrorLevel) -> int:
        """The smallest version that holds every payload of the template.

        Raises:
            PayloadTooLongError: If none does.
        """
        too_long: PayloadTooLongError | None = None
        for first, last in _COUNT_CLASSES:
            try:
                found = make_symbol(self.example, level, None, 0, runs=self.runs(first)).version
            except PayloadTooLongError as error:
                too_long = error
                continue
            if found <= last:
                return max(found, first)
        if too_long is None:
            raise AssertionError("a payload that fits at no class is too long at the last one")
        raise too_long

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
