"""Row identities: UUID version 7 of RFC 9562, written as 32 hexadecimal characters."""

import secrets
from datetime import UTC, datetime
from typing import Final

from trace_backend.kit.clock import Clock

ID_LENGTH: Final = 32
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RANDOM_BITS: Final = 62


def new_id(clock: Clock) -> str:
    """Make a UUIDv7 whose text order is the order of the clock's microseconds.

    Layout (RFC 9562 section 5.7): 48 bits of Unix milliseconds, version 7, 12 bits that hold the
    fraction of the millisecond (section 6.2, method 3), variant 0b10, 62 random bits. Two ids of
    the same microsecond are different but in no particular order; nothing is shared between calls,
    so threads and processes need no lock.

    Args:
        clock: tells the instant; must not be before 1970.

    Returns:
        32 lower-case hexadecimal characters.
    """
    since_epoch = clock.now() - _EPOCH
    microseconds = (since_epoch.days * 86_400 + since_epoch.seconds) * 1_000_000
    microseconds += since_epoch.microseconds
    if microseconds < 0:
        raise ValueError("a UUIDv7 can't name an instant before 1970")
    milliseconds, fraction_us = divmod(microseconds, 1000)
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 7 << 76
    value |= (fraction_us * 4096 // 1000) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(_RANDOM_BITS)
    return f"{value:032x}"
