"""What a code is: 64 random bits and a 36-bit check value, written as 20 Crockford characters.

Layout, most significant bit first: 64 bits from a cryptographic random source, then the first 36
bits of HMAC-SHA256 over (tenant, key id, GTIN, the 64 bits). Together 100 bits = 20 characters of
Crockford's base32 (no I, L, O, U), which is also the longest GS1 serial (AI 21).

How hard it is to guess one: among `issued` codes, one try hits with probability
`guess_probability(issued)` = issued / 2^64 even for somebody who holds the key, and 2^-36 times
that for everybody else. The EU rules for medicines and tobacco want it below 1 : 10 000
(2016/161 Art. 4, 2018/574 Art. 8); 10^10 issued codes give 5.4e-10 before the check value.
"""

import hashlib
import hmac
import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: 5 bits a character, without I, L, O and U."""
CODE_LENGTH: Final = 20
SERIAL_BITS: Final = 64
CHECK_BITS: Final = 36
CODE_KEY_BYTES: Final = 32
MAX_INPUT_CHARACTERS: Final = 64
"""A person types 20 characters with a few hyphens; anything longer is something else."""

_BITS_PER_CHARACTER: Final = 5
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_LOOK_ALIKES: Final = str.maketrans("ILO", "110")
_MESSAGE_TITLE: Final = b"dianjin code v1"
_SEPARATORS: Final = frozenset("-‐‑‒–—―−_")
"""Hyphens and dashes that people and phones put between groups of characters."""


class CodeFault(StrEnum):
    """Why a text is not even the form of a code."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    OTHER_SCRIPT = "other_script"
    NOT_IN_ALPHABET = "not_in_alphabet"
    WRONG_LENGTH = "wrong_length"

    def explain(self, language: str) -> str:
        """Return a sentence for the person who typed the text, in "zh-CN" or "en"."""
        chinese = language.lower().startswith("zh")
        match self:
            case CodeFault.EMPTY:
                return "请输入防伪码" if chinese else "Please enter the code."
            case CodeFault.TOO_LONG:
                return (
                    "输入内容过长, 防伪码为20位字符"
                    if chinese
                    else "That is too long: a code has 20 characters."
                )
            case CodeFault.CONTROL_CHARACTER:
                return (
                    "输入内容含有不可见字符, 请重新输入"
                    if chinese
                    else "There are invisible characters in it: please type the code again."
                )
            case CodeFault.OTHER_SCRIPT:
                return (
                    "防伪码只含数字和英文字母"
                    if chinese
                    else "A code has only digits and Latin letters."
                )
            case CodeFault.NOT_IN_ALPHABET:
                return (
                    "防伪码不含该字符, 请对照标签核对"
                    if chinese
                    else "A character in it never occurs in a code: please compare with the label."
                )
            case CodeFault.WRONG_LENGTH:
                return (
                    "防伪码应为20位字符, 请对照标签核对"
                    if chinese
                    else "A code has 20 characters: please compare with the label."
                )
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class MalformedCode:
    """A text that can't be a code, and why."""

    fault: CodeFault


@dataclass(frozen=True, slots=True)
class CodeScope:
    """What a check value is bound to besides the random bits."""

    tenant_id: str
    key_id: int
    gtin: str


def make_code(key: bytes, scope: CodeScope, random_bits: Callable[[int], int]) -> str:
    """Make a new code.

    Args:
        key: the tenant's code key of generation `scope.key_id`, 32 bytes.
        scope: what the code is bound to.
        random_bits: `secrets.randbits` in service; tests pass a seeded source.

    Returns:
        20 characters of `ALPHABET`, a letter and a digit among them: twenty digits are the national
        form of drug trace codes, twenty letters may be words, and a reader must be able to tell
        ours from both. One code in 1800 is thrown away for it.
    """
    while True:
        serial = random_bits(SERIAL_BITS)
        code = _encode(serial << CHECK_BITS | _check_value(key, scope, serial))
        if not code.isdigit() and not code.isalpha():
            return code


def has_valid_check(code: str, key: bytes, scope: CodeScope) -> bool:
    """Tell whether the check value of a normal-form code is right, in constant time."""
    value = _decode(code)
    claimed = value & (1 << CHECK_BITS) - 1
    right = _check_value(key, scope, value >> CHECK_BITS)
    return hmac.compare_digest(claimed.to_bytes(5, "big"), right.to_bytes(5, "big"))


def guess_probability(issued: int, bits: int = SERIAL_BITS) -> float:
    """Return the probability that one made-up code is an issued one: issued / 2^bits."""
    return math.ldexp(issued, -bits)


def is_code(text: str) -> bool:
    """Tell whether `text` is a code in normal form: 20 characters of `ALPHABET`."""
    return len(text) == CODE_LENGTH and all(character in _VALUES for character in text)


def normalise(text: str) -> str | MalformedCode:
    """Read a code as a person types it, or say why it can't be one.

    Accepted: lower case, full-width letters and digits (NFKC), hyphens, dashes and blanks between
    characters, I and L for 1, O for 0. Letters of other scripts are refused, not translated: a
    Cyrillic letter in a code is a sign of a made-up label.

    Returns:
        The normal form (20 characters of `ALPHABET`), or a MalformedCode.
    """
    if len(text) > MAX_INPUT_CHARACTERS:
        return MalformedCode(CodeFault.TOO_LONG)
    text = unicodedata.normalize("NFKC", text.strip())
    # Every category "C": control, format (zero width, bidirectional), surrogate, unassigned.
    if any(unicodedata.category(character).startswith("C") for character in text):
        return MalformedCode(CodeFault.CONTROL_CHARACTER)
    kept = "".join(
        character for character in text if character not in _SEPARATORS and not character.isspace()
    )
    if not kept:
        return MalformedCode(CodeFault.EMPTY)
    if not kept.isascii():
        return MalformedCode(CodeFault.OTHER_SCRIPT)
    code = kept.upper().translate(_LOOK_ALIKES)
    if any(character not in _VALUES for character in code):
        return MalformedCode(CodeFault.NOT_IN_ALPHABET)
    if len(code) != CODE_LENGTH:
        return MalformedCode(CodeFault.WRONG_LENGTH)
    return code


def _check_value(key: bytes, scope: CodeScope, serial: int) -> int:
    """Return the first `CHECK_BITS` bits of the HMAC over scope and serial."""
    if len(key) != CODE_KEY_BYTES:
        raise ValueError(f"want a code key of {CODE_KEY_BYTES} bytes, got {len(key)}")
    parts = (scope.tenant_id.encode(), str(scope.key_id).encode(), scope.gtin.encode())
    message = _MESSAGE_TITLE + b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    digest = hmac.digest(key, message + serial.to_bytes(SERIAL_BITS // 8, "big"), hashlib.sha256)
    return int.from_bytes(digest, "big") >> (len(digest) * 8 - CHECK_BITS)


def _encode(value: int) -> str:
    shifts = range((CODE_LENGTH - 1) * _BITS_PER_CHARACTER, -1, -_BITS_PER_CHARACTER)
    return "".join(ALPHABET[value >> shift & 31] for shift in shifts)


def _decode(code: str) -> int:
    value = 0
    for character in code:
        value = value << _BITS_PER_CHARACTER | _VALUES[character]
    return value
