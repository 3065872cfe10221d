"""QR Code symbols, bit for bit as ISO/IEC 18004:2015 orders them (7.1: encode procedure)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generative_codes.errors import PayloadTooLongError, SymbolRequestError
from generative_codes.iso18004.bitstream import (
    Message,
    Mode,
    Run,
    Segment,
    make_message,
    make_segment,
    make_segments,
    max_characters,
    total_bits,
)
from generative_codes.iso18004.requests import require_version
from vision.iso18004.layout import Layout, layout_of
from vision.iso18004.masking import MASKS
from vision.iso18004.placement import Role
from vision.iso18004.versions import (
    MAX_VERSION,
    MIN_VERSION,
    ErrorLevel,
    data_capacity_bits,
)

__all__ = [
    "ErrorLevel",
    "Mode",
    "Role",
    "Run",
    "Symbol",
    "layout_of",
    "make_symbol",
    "place_codewords",
]


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """One QR Code symbol without its quiet zone. Arrays are read-only.

    Attributes:
        modules: bool (N, N), True = dark, row 0 on top.
        roles: uint8 (N, N) of `Role`.
        version: 1 to 40.
        level: Error correction level.
        mask: 0 to 7.
        payload: What a reader returns.
        mode: Mode that holds all of the payload's characters, also where parts go in denser ones.
        data_codewords: uint8 (D,), in message order, padding included.
        first_free_bit: First message bit after the terminator; readers ignore it and what follows.
    """

    modules: npt.NDArray[np.bool_]
    roles: npt.NDArray[np.uint8]
    version: int
    level: ErrorLevel
    mask: int
    payload: str | bytes
    mode: Mode
    data_codewords: npt.NDArray[np.uint8]
    first_free_bit: int

    @property
    def size_modules(self) -> int:
        """Side of the symbol without quiet zone."""
        return int(self.modules.shape[0])

    @property
    def layout(self) -> Layout:
        """The frame this symbol was placed in: bit map, blocks, masks."""
        return layout_of(self.version, self.level)

    @property
    def free_bits(self) -> range:
        """Message bits that may take any value without changing what is read."""
        return range(self.first_free_bit, 8 * self.data_codewords.size)


def make_symbol(
    payload: str | bytes,
    level: ErrorLevel = ErrorLevel.M,
    version: int | None = None,
    mask: int | None = None,
    *,
    declare_utf8: bool = False,
    runs: Sequence[Run] | None = None,
) -> Symbol:
    """Encode a payload.

    Args:
        payload: Text (numeric, alphanumeric or UTF-8 bytes, whatever is densest for the whole of
            it) or bytes (byte mode).
        level: Error correction level.
        version: 1 to 40; None takes the smallest that fits.
        mask: 0 to 7; None takes the one with the lowest penalty of clause 7.8.3.
        declare_utf8: Put an ECI header that names UTF-8 before byte mode text. Without it readers
            guess the character set, which they do well for UTF-8 but are not bound to.
        runs: Modes of a text's characters, run by run; None takes one mode for the whole.

    Raises:
        PayloadTooLongError: If the payload does not fit.
        SymbolRequestError: If payload, level, version, mask or runs are out of range.
    """
    if mask is not None and (isinstance(mask, bool) or mask not in range(MASKS)):
        raise SymbolRequestError(f"A mask is an integer from 0 to 7, not {mask!r}.")
    if level not in list(ErrorLevel):
        raise SymbolRequestError(f"An error correction level is L, M, Q or H, not {level!r}.")
    whole = make_segment(payload, declare_utf8=declare_utf8)
    segments = (whole,) if runs is None else _in_runs(payload, runs, declare_utf8)
    chosen, message = _fit(segments, ErrorLevel(level), version)
    layout = layout_of(chosen, ErrorLevel(level))
    modules, used_mask = layout.place(message.codewords, mask)
    return _symbol(layout, modules, used_mask, payload, whole.mode, message)


def place_codewords(symbol: Symbol, data_codewords: npt.NDArray[np.uint8], mask: int) -> Symbol:
    """The same payload with other padding and mask; error correction is computed anew.

    Args:
        symbol: Symbol whose message stays.
        data_codewords: uint8 (D,); must agree with the symbol's before its first free bit.
        mask: 0 to 7.

    Raises:
        SymbolRequestError: If the codewords would change what is read.
    """
    codewords = np.ascontiguousarray(data_codewords, dtype=np.uint8)
    kept = symbol.first_free_bit // 8
    if codewords.shape != symbol.data_codewords.shape or not np.array_equal(
        codewords[:kept], symbol.data_codewords[:kept]
    ):
        raise SymbolRequestError(
            f"Only codewords {kept} to {symbol.data_codewords.size - 1} are free; "
            "the others carry the payload and must stay."
        )
    modules, _ = symbol.layout.place(codewords, mask)
    message = Message(codewords, symbol.first_free_bit, symbol.first_free_bit)
    return _symbol(symbol.layout, modules, mask, symbol.payload, symbol.mode, message)


def _symbol(
    layout: Layout,
    modules: npt.NDArray[np.bool_],
    mask: int,
    payload: str | bytes,
    mode: Mode,
    message: Message,
) -> Symbol:
    modules.setflags(write=False)
    message.codewords.setflags(write=False)
    return Symbol(
        modules=modules,
        roles=layout.roles,
        version=layout.version,
        level=layout.level,
        mask=mask,
        payload=payload,
        mode=mode,
        data_codewords=message.codewords,
        first_free_bit=message.first_free_bit,
    )


def _in_runs(payload: str | bytes, runs: Sequence[Run], declare_utf8: bool) -> tuple[Segment, ...]:
    if not isinstance(payload, str) or declare_utf8:
        raise SymbolRequestError(
            "Runs are for texts without an ECI header; bytes go in one mode as they are."
        )
    return make_segments(payload, runs)


def _fit(
    segments: Sequence[Segment], level: ErrorLevel, version: int | None
) -> tuple[int, Message]:
    if version is not None:
        message = make_message(segments, require_version(version), level)
        if message is None:
            raise _too_long(segments, level, version)
        return version, message
    for candidate in range(MIN_VERSION, MAX_VERSION + 1):
        message = make_message(segments, candidate, level)
        if message is not None:
            return candidate, message
    raise _too_long(segments, level, None)


def _too_long(
    segments: Sequence[Segment], level: ErrorLevel, version: int | None
) -> PayloadTooLongError:
    """Say what was given, what fits and the nearest thing that works."""
    asked = MAX_VERSION if version is None else version
    nearest = _nearest(segments, level, asked)
    if len(segments) > 1:
        given = total_bits(segments, asked) or sum(s.length_bits for s in segments)
        fits = data_capacity_bits(asked, level)
        return PayloadTooLongError(
            f"The payload takes {given} bits, but version {asked}-{level} holds {fits}.",
            given=given,
            fits=fits,
            nearest=nearest,
        )
    segment = segments[0]
    fits = max_characters(segment.mode, asked, level)
    return PayloadTooLongError(
        f"The payload has {segment.characters} {_unit(segment)}, but version {asked}-{level} "
        f"holds {fits} of them.",
        given=segment.characters,
        fits=fits,
        nearest=nearest,
    )


def _unit(segment: Segment) -> str:
    return "bytes" if segment.mode is Mode.BYTE else f"{segment.mode} characters"


def _nearest(segments: Sequence[Segment], level: ErrorLevel, version: int) -> str:
    for candidate in range(version + 1, MAX_VERSION + 1):
        if make_message(segments, candidate, level) is not None:
            return f"It fits into version {candidate}-{level}."
    weaker = list(ErrorLevel)[: list(ErrorLevel).index(level)]
    for lower in reversed(weaker):
        if make_message(segments, MAX_VERSION, lower) is not None:
            return f"At level {lower} it fits into version {MAX_VERSION}."
    if len(segments) > 1:
        return "No QR Code holds that much; shorten the payload."
    most = max_characters(segments[0].mode, MAX_VERSION, ErrorLevel.L)
    return f"No QR Code holds more than {most} {_unit(segments[0])}; shorten the payload."
