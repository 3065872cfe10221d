"""Characters that steering may choose: the bits in them that can be set independently.

Not every pattern of bits is a character of the alphabet. Elimination needs patterns that may be
added freely: an affine subspace of the codes that one group of characters can have (one byte, two
alphanumeric characters in 11 bits, three digits in 10), found once per alphabet.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from generative_codes.iso18004.bitstream import ALPHANUMERIC_CHARACTERS, Mode, Run
from generative_codes.iso18004.segmentation import (
    GROUP_BITS,
    GROUP_CHARACTERS,
    densest_mode,
)

# Subspaces kept from one dimension to the next. For letters, Crockford's alphabet, hexadecimal
# digits and the 36 alphanumeric ones, wider searches found no larger subspace.
_BEAM = 6

Codes = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FreeGroup:
    """Characters of one group that may all be chosen.

    Attributes:
        first_bit: Message bit at which the group's code starts.
        first_character: Its first character, counted from the start of the payload.
        mode: Mode of the group.
        characters: How many it has.
        directions: Code changes that may be combined freely, starting from the anchor's code.
    """

    first_bit: int
    first_character: int
    mode: Mode
    characters: int
    directions: tuple[int, ...]

    @property
    def bits(self) -> int:
        """Bits of the group's code."""
        return GROUP_BITS[self.mode][self.characters]


@lru_cache(maxsize=64)
def anchor_of(alphabet: str) -> str:
    """The character whose repetition leaves most to choose; of equal ones the first."""
    mode = densest_mode(alphabet)
    whole = GROUP_CHARACTERS[mode]
    return max(alphabet, key=lambda anchor: len(directions_of(alphabet, anchor, mode, whole)))


def free_groups(
    runs: tuple[Run, ...],
    first_bits: tuple[int, ...],
    first_character: int,
    free_characters: int,
    alphabet: str,
) -> tuple[FreeGroup, ...]:
    """Groups that lie wholly among the free characters; the others keep the anchor.

    Args:
        runs: Modes of the payload.
        first_bits: Message bit of each run's first character.
        first_character: Where the free characters start.
        free_characters: How many there are.
        alphabet: What they may be.
    """
    if not free_characters:
        return ()
    anchor = anchor_of(alphabet)
    stop_character = first_character + free_characters
    groups = []
    start = 0
    for run, first_bit in zip(runs, first_bits, strict=True):
        whole = GROUP_CHARACTERS[run.mode]
        for index in range(0, run.characters, whole):
            count = min(whole, run.characters - index)
            at = start + index
            if first_character <= at and at + count <= stop_character:
                groups.append(
                    FreeGroup(
                        first_bit=first_bit + index // whole * GROUP_BITS[run.mode][-1],
                        first_character=at,
                        mode=run.mode,
                        characters=count,
                        directions=directions_of(alphabet, anchor, run.mode, count),
                    )
                )
        start += run.characters
    return tuple(groups)


@lru_cache(maxsize=1024)
def directions_of(alphabet: str, anchor: str, mode: Mode, characters: int) -> tuple[int, ...]:
    """Independent code changes, every sum of which turns repeated anchors into allowed characters.

    Found by beam search: with T the codes from which the subspace V stays allowed, adding d leaves
    the codes that are in T and in T + d; how many those are is known for all d from one
    autocorrelation. The search keeps the subspaces that leave most.

    Args:
        alphabet: Allowed ASCII characters.
        anchor: The one to start from.
        mode: Mode of the group; it must hold the alphabet.
        characters: 1 up to the mode's group.

    Returns:
        Linearly independent codes; empty where nothing can be chosen.
    """
    allowed = allowed_codes(alphabet, mode, characters)
    codes = np.arange(allowed.size)
    start = int(group_code(anchor * characters, mode))
    beam: list[tuple[Codes, tuple[int, ...], frozenset[int]]] = [(allowed, (), frozenset((0,)))]
    while True:
        grown: dict[frozenset[int], tuple[Codes, tuple[int, ...], frozenset[int]]] = {}
        for kept, directions, span in beam:
            counts = np.where(kept[start ^ codes], _autocorrelation(kept), 0)
            counts[list(span)] = 0
            for step in np.argsort(-counts, kind="stable")[:_BEAM].tolist():
                if counts[step]:
                    wider = span | {step ^ member for member in span}
                    left = kept & kept[codes ^ step]
                    grown.setdefault(wider, (left, (*directions, step), wider))
        if not grown:
            return beam[0][1]
        beam = sorted(grown.values(), key=lambda item: -int(item[0].sum()))[:_BEAM]


def allowed_codes(alphabet: str, mode: Mode, characters: int) -> Codes:
    """Which codes a group of `characters` of the alphabet can have, bool (2 ** bits,)."""
    values = [int(group_code(character, mode)) for character in sorted(set(alphabet))]
    totals = np.zeros(1, dtype=np.intp)
    for _ in range(characters):
        totals = np.add.outer(totals * _base(mode), values).reshape(-1)
    allowed = np.zeros(1 << GROUP_BITS[mode][characters], dtype=np.bool_)
    allowed[totals] = True
    return allowed


def group_code(text: str, mode: Mode) -> int:
    """Code of one group (ISO/IEC 18004:2015, 7.4.3 to 7.4.5)."""
    code = 0
    for character in text:
        value = ord(character) if mode is Mode.BYTE else ALPHANUMERIC_CHARACTERS.index(character)
        code = code * _base(mode) + value
    return code


def group_text(code: int, mode: Mode, characters: int) -> str:
    """Inverse of `group_code`."""
    if mode is Mode.BYTE:
        return chr(code)
    text = ""
    for _ in range(characters):
        code, value = divmod(code, _base(mode))
        text = ALPHANUMERIC_CHARACTERS[value] + text
    return text


def _base(mode: Mode) -> int:
    return {Mode.NUMERIC: 10, Mode.ALPHANUMERIC: len(ALPHANUMERIC_CHARACTERS), Mode.BYTE: 256}[mode]


def _autocorrelation(members: Codes) -> npt.NDArray[np.int64]:
    """For each d how many members stay members when d is added: Walsh-Hadamard, squared, back."""
    spectrum = _walsh_hadamard(members.astype(np.int64))
    return _walsh_hadamard(spectrum * spectrum) // members.size


def _walsh_hadamard(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    half = 1
    while half < values.size:
        pairs = values.reshape(-1, 2, half)
        first, second = pairs[:, 0], pairs[:, 1]
        values = np.stack((first + second, first - second), axis=1).reshape(-1)
        half *= 2
    return values
