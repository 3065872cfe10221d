"""Which characters of a message go in which mode (ISO/IEC 18004:2015, 7.4.1 and Annex J).

The standard lets a message change its mode as often as it likes. A URL whose host is in lower case
need not spend eight bits on every digit and capital behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from generative_codes.iso18004.bitstream import (
    ALPHANUMERIC_CHARACTERS,
    Mode,
    Run,
    character_count_bits,
)

# Characters per group, bits of a whole group, bits of a shorter last group by its characters
# (ISO/IEC 18004:2015, 7.4.3 to 7.4.5).
GROUP_CHARACTERS = {Mode.NUMERIC: 3, Mode.ALPHANUMERIC: 2, Mode.BYTE: 1}
GROUP_BITS = {Mode.NUMERIC: (0, 4, 7, 10), Mode.ALPHANUMERIC: (0, 6, 11), Mode.BYTE: (0, 8)}
_DENSEST_FIRST = (Mode.NUMERIC, Mode.ALPHANUMERIC, Mode.BYTE)


@dataclass(frozen=True, slots=True)
class _Path:
    """The cheapest way to encode the characters so far, ending in one mode.

    Attributes:
        bits: Its length.
        runs: Its runs; the last one is in the mode it ends in.
    """

    bits: int
    runs: tuple[Run, ...]


def run_bits(mode: Mode, characters: int) -> int:
    """Bits of a run's characters without its header."""
    whole, rest = divmod(characters, GROUP_CHARACTERS[mode])
    return whole * GROUP_BITS[mode][-1] + GROUP_BITS[mode][rest]


def densest_mode(characters: str) -> Mode:
    """The densest mode that can hold any of the characters in its place."""
    if all(character in "0123456789" for character in characters):
        return Mode.NUMERIC
    if all(character in ALPHANUMERIC_CHARACTERS for character in characters):
        return Mode.ALPHANUMERIC
    return Mode.BYTE


@lru_cache(maxsize=256)
def cheapest_runs(densest: tuple[Mode, ...], version: int) -> tuple[Run, ...]:
    """Cut a text into the runs that take the fewest bits.

    Characters of one densest mode next to each other are never parted: the cut depends on the
    kinds of characters, not on the characters. Of equal cuts the one with fewer runs is taken.

    Args:
        densest: The densest mode that can hold each character; one byte per character.
        version: 1 to 40; the character count indicators depend on it.

    Returns:
        Runs that add up to the text.
    """
    # What a run's next characters cost depends on how many stand in its last group.
    paths: dict[tuple[Mode, int], _Path] = {}
    for kind, characters in _stretches(densest):
        before = min(paths.values(), key=_cost, default=_Path(0, ()))
        options: list[_Path] = []
        for mode in _DENSEST_FIRST[_DENSEST_FIRST.index(kind) :]:
            header_bits = 4 + character_count_bits(mode, version)
            bits = before.bits + header_bits + run_bits(mode, characters)
            options.append(_Path(bits, (*before.runs, Run(mode, characters))))
            for (last_mode, _), path in paths.items():
                if last_mode is mode:
                    options.append(_lengthened(path, characters))
        paths = {}
        for path in sorted(options, key=_cost):
            last = path.runs[-1]
            paths.setdefault((last.mode, last.characters % GROUP_CHARACTERS[last.mode]), path)
    return min(paths.values(), key=_cost, default=_Path(0, ())).runs


def _lengthened(path: _Path, characters: int) -> _Path:
    last = path.runs[-1]
    longer = Run(last.mode, last.characters + characters)
    more_bits = run_bits(last.mode, longer.characters) - run_bits(last.mode, last.characters)
    return _Path(path.bits + more_bits, (*path.runs[:-1], longer))


def _cost(path: _Path) -> tuple[int, int]:
    return path.bits, len(path.runs)


def _stretches(densest: Sequence[Mode]) -> list[tuple[Mode, int]]:
    """Characters of one kind next to each other, counted."""
    stretches: list[tuple[Mode, int]] = []
    for mode in densest:
        if stretches and stretches[-1][0] is mode:
            stretches[-1] = (mode, stretches[-1][1] + 1)
        else:
            stretches.append((mode, 1))
    return stretches
