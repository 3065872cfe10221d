"""Errors-and-erasures decoding of one Reed-Solomon block over GF(256).

Forney syndromes by an erasure locator, Berlekamp-Massey from there, Chien search, Forney's
formula: Blahut, "Algebraic Codes for Data Transmission", 2003, chapter 7. The code is that of
ISO/IEC 18004:2015, Annex A: roots 2^0, 2^1, ..., field polynomial x^8 + x^4 + x^3 + x^2 + 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FIELD_POLYNOMIAL = 0b1_0001_1101
_ORDER = 255


@dataclass(frozen=True, slots=True)
class _Tables:
    """Powers of 2 (twice round) and their exponents, as lists for scalar work."""

    power: tuple[int, ...]
    exponent: tuple[int, ...]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    power, exponent = [0] * (2 * _ORDER + 2), [0] * 256
    element = 1
    for index in range(_ORDER):
        power[index] = power[index + _ORDER] = element
        exponent[element] = index
        element <<= 1
        if element & 0x100:
            element ^= FIELD_POLYNOMIAL
    return _Tables(tuple(power), tuple(exponent))


@lru_cache(maxsize=64)
def _syndrome_exponents(length: int, checks: int) -> NDArray[np.intp]:
    """Exponent of the power that codeword i has in syndrome j, (checks, length)."""
    degrees = np.arange(length - 1, -1, -1)
    return (np.arange(checks)[:, None] * degrees[None, :]) % _ORDER


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedBlock:
    """A block as it was sent.

    Attributes:
        codewords: uint8 (n,), data then checks.
        errors: Wrong codewords beside the erased ones.
        erasures: Codewords whose value was not trusted.
    """

    codewords: NDArray[np.uint8]
    errors: int
    erasures: int


def correct_block(
    received: NDArray[np.uint8], checks: int, erased: Sequence[int] = ()
) -> CorrectedBlock | None:
    """The only codeword within reach: 2 errors + erasures <= checks; None if there is none.

    Args:
        received: uint8 (n,), n <= 255, data then checks.
        checks: How many of them are checks.
        erased: Indices whose values are not used.
    """
    if len(erased) > checks:
        return None
    tables = _tables()
    power, exponent = tables.power, tables.exponent
    word = received.astype(np.uint8).copy()
    word[list(erased)] = 0
    syndromes = _syndromes(word, checks)
    if not any(syndromes):
        return CorrectedBlock(word, 0, len(erased))
    length = word.size
    locator = [1]
    for index in erased:
        # times (1 + x 2^degree), lowest power first
        shift = length - 1 - index
        scaled = [0] + [power[exponent[c] + shift] if c else 0 for c in locator]
        locator = [a ^ b for a, b in zip([*locator, 0], scaled, strict=True)]
    found = _berlekamp_massey(syndromes, locator, len(erased))
    degree = len(found) - 1
    if degree > checks or 2 * (degree - len(erased)) + len(erased) > checks:
        return None
    places = _roots(found, length)
    if len(places) != degree:
        return None
    evaluator = _product(syndromes, found)[:checks]
    for place in places:
        shift = length - 1 - place
        inverse = (_ORDER - shift) % _ORDER
        above = _value(evaluator, inverse)
        # Formal derivative: the odd powers, each lowered by one.
        below = 0
        for index in range(1, degree + 1, 2):
            if found[index]:
                below ^= power[(exponent[found[index]] + inverse * (index - 1)) % _ORDER]
        if below == 0:
            return None
        if above:
            size = (exponent[above] - exponent[below] + shift) % _ORDER
            word[place] ^= np.uint8(power[size])
    if any(_syndromes(word, checks)):
        return None
    return CorrectedBlock(word, degree - len(erased), len(erased))


def _syndromes(word: NDArray[np.uint8], checks: int) -> list[int]:
    tables = _tables()
    power = np.array(tables.power, dtype=np.uint8)
    exponent = np.array(tables.exponent, dtype=np.intp)
    terms = power[exponent[word][None, :] + _syndrome_exponents(word.size, checks)]
    terms = np.where(word[None, :] != 0, terms, np.uint8(0))
    syndromes: list[int] = np.bitwise_xor.reduce(terms, axis=1).tolist()
    return syndromes


def _berlekamp_massey(syndromes: list[int], erasure_locator: list[int], erased: int) -> list[int]:
    """Locator of errors and erasures, lowest power first."""
    tables = _tables()
    power, exponent = tables.power, tables.exponent
    locator, previous, span = list(erasure_locator), list(erasure_locator), erased
    for step in range(erased, len(syndromes)):
        discrepancy = 0
        for index in range(min(len(locator), step + 1)):
            a, b = locator[index], syndromes[step - index]
            if a and b:
                discrepancy ^= power[exponent[a] + exponent[b]]
        previous = [0, *previous]
        if not discrepancy:
            continue
        log = exponent[discrepancy]
        updated = locator + [0] * (len(previous) - len(locator))
        for index, c in enumerate(previous):
            if c:
                updated[index] ^= power[exponent[c] + log]
        if 2 * span <= step + erased:
            span = step + 1 + erased - span
            inverse = _ORDER - log
            previous = [power[exponent[c] + inverse] if c else 0 for c in locator]
        locator = updated
    while len(locator) > 1 and locator[-1] == 0:
        locator.pop()
    return locator


def _roots(locator: list[int], length: int) -> list[int]:
    """Indices of codewords whose inverse location is a root of the locator (Chien search)."""
    tables = _tables()
    power = np.array(tables.power, dtype=np.uint8)
    degrees = np.arange(length - 1, -1, -1)
    total = np.zeros(length, dtype=np.uint8)
    for order, coefficient in enumerate(locator):
        if coefficient:
            total ^= power[(tables.exponent[coefficient] - order * degrees) % _ORDER]
    places: list[int] = np.flatnonzero(total == 0).tolist()
    return places


def _product(one: Sequence[int], other: Sequence[int]) -> list[int]:
    tables = _tables()
    total = [0] * (len(one) + len(other) - 1)
    for i, a in enumerate(one):
        if not a:
            continue
        log = tables.exponent[a]
        for j, b in enumerate(other):
            if b:
                total[i + j] ^= tables.power[log + tables.exponent[b]]
    return total


def _value(polynomial: Sequence[int], at_exponent: int) -> int:
    """Value at 2^at_exponent; lowest power first."""
    tables = _tables()
    total = 0
    for order, coefficient in enumerate(polynomial):
        if coefficient:
            total ^= tables.power[(tables.exponent[coefficient] + order * at_exponent) % _ORDER]
    return total
