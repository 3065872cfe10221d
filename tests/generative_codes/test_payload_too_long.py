"""A refusal says what came, what fits and what would work."""

import pytest

from generative_codes.errors import PayloadTooLongError
from generative_codes.symbol import ErrorLevel, make_symbol


# Capacities from ISO/IEC 18004:2015, Table 7.
@pytest.mark.parametrize(
    ("payload", "level", "version", "given", "fits", "nearest"),
    [
        ("a" * 15, ErrorLevel.M, 1, 15, 14, "version 2-M"),
        ("1" * 42, ErrorLevel.L, 1, 42, 41, "version 2-L"),
        ("A" * 400, ErrorLevel.L, 10, 400, 395, "version 11-L"),
        (b"\x00" * 1274, ErrorLevel.H, None, 1274, 1273, "level Q"),
        ("1" * 7089, ErrorLevel.M, None, 7089, 5596, "level L"),
        ("1" * 7090, ErrorLevel.L, None, 7090, 7089, "No QR Code holds more than 7089"),
        ("é" * 1477, ErrorLevel.L, 40, 2954, 2953, "No QR Code holds more than 2953 bytes"),
        ("x" * 1_000_000, ErrorLevel.H, None, 1_000_000, 1273, "shorten the payload"),
    ],
)
def test_refusal_names_given_fitting_and_nearest(
    payload, level, version, given, fits, nearest
) -> None:
    with pytest.raises(PayloadTooLongError, match=nearest) as refusal:
        make_symbol(payload, level, version)
    assert refusal.value.given == given
    assert refusal.value.fits == fits
    assert str(given) in str(refusal.value)
    assert str(fits) in str(refusal.value)


@pytest.mark.parametrize(
    ("payload", "level"),
    [
        ("1" * 7089, ErrorLevel.L),
        ("A" * 4296, ErrorLevel.L),
        (b"\xff" * 2953, ErrorLevel.L),
        (b"\x00" * 1273, ErrorLevel.H),
    ],
)
def test_largest_payload_of_the_standard_fits_version_40(payload, level) -> None:
    assert make_symbol(payload, level, mask=0).version == 40
