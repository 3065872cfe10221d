"""GTINs: the check digit of GS1 General Specifications 7.9.1, and padding to 14 digits."""

from typing import Final

GTIN_LENGTH: Final = 14
_WRITTEN_LENGTHS: Final = (8, 12, 13, 14)
_ASCII_DIGITS: Final = frozenset("0123456789")


def check_digit(body: str) -> int:
    """Return the GS1 check digit of `body` (the digits before it, ASCII).

    From the right, digits weigh 3, 1, 3, 1, ...; the check digit makes the sum a multiple of 10.
    """
    weighted = (int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(body)))
    return -sum(weighted) % 10


def to_gtin14(written: str) -> str | None:
    """Return a GTIN-8, -12, -13 or -14 padded to 14 digits, or None when it isn't one.

    Args:
        written: ASCII digits only; nothing is stripped or converted.

    Returns:
        14 digits with a valid check digit, or None for another length, character or check digit.
        Fourteen zeros are refused too: they name nothing.
    """
    if len(written) not in _WRITTEN_LENGTHS or not _ASCII_DIGITS.issuperset(written):
        return None
    if check_digit(written[:-1]) != int(written[-1]) or not written.strip("0"):
        return None
    return written.zfill(GTIN_LENGTH)
