"""Characters that steering chooses: always of the alphabet, always read back, never the serial."""

from itertools import combinations

import numpy as np
import pytest

from generative_codes.artwork import module_target
from generative_codes.iso18004.bitstream import Mode
from generative_codes.steering import (
    CROCKFORD,
    FREE_LETTERS,
    MaskChoice,
    PayloadTemplate,
    Steering,
    SteeringError,
)
from generative_codes.steering.free_characters import (
    allowed_codes,
    anchor_of,
    directions_of,
    group_code,
    group_text,
)
from generative_codes.symbol import ErrorLevel

DIGITS = "0123456789"
ALPHANUMERIC = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("alphabet", "mode", "characters", "dimensions"),
    [
        (DIGITS, Mode.NUMERIC, 3, 9),  # 000 to 511
        (DIGITS, Mode.NUMERIC, 2, 6),
        (DIGITS, Mode.NUMERIC, 1, 3),
        (ALPHANUMERIC, Mode.ALPHANUMERIC, 2, 7),
        (CROCKFORD, Mode.ALPHANUMERIC, 2, 6),
        (CROCKFORD, Mode.ALPHANUMERIC, 1, 4),
        (FREE_LETTERS, Mode.BYTE, 1, 5),
        (LETTERS, Mode.BYTE, 1, 5),
        ("A", Mode.ALPHANUMERIC, 2, 0),
    ],
)
def test_every_sum_of_directions_is_a_text_of_the_alphabet(
    alphabet, mode, characters, dimensions
) -> None:
    anchor = anchor_of(alphabet)
    directions = directions_of(alphabet, anchor, mode, characters)
    assert len(directions) == dimensions
    codes = set()
    for count in range(len(directions) + 1):
        for chosen in combinations(directions, count):
            code = group_code(anchor * characters, mode)
            for direction in chosen:
                code ^= direction
            text = group_text(code, mode, characters)
            assert len(text) == characters
            assert set(text) <= set(alphabet)
            assert group_code(text, mode) == code
            codes.add(code)
    assert len(codes) == 2**dimensions, "the directions depend on each other"


def test_the_free_letters_are_the_affine_set_of_url_safe_letters() -> None:
    span = {0}
    for direction in (0x21, 0x38, 0x1B, 0x3C, 0x3B):
        span |= {direction ^ member for member in span}
    assert {chr(0x4F ^ member) for member in span} == set(FREE_LETTERS)


def test_allowed_codes_are_those_of_the_alphabet_and_no_others() -> None:
    allowed = allowed_codes("AB", Mode.ALPHANUMERIC, 2)
    # ISO/IEC 18004:2015, 7.4.4: 45 times the first value plus the second; A = 10, B = 11.
    assert np.flatnonzero(allowed).tolist() == [460, 461, 505, 506]


TEMPLATES = [
    PayloadTemplate("https://dj.example/c/", 10, free_characters=7),
    PayloadTemplate("https://dj.example/c/", 9, free_characters=8, free_alphabet=FREE_LETTERS),
    PayloadTemplate("HTTPS://DJ.EXAMPLE/", 10, suffix="?A=1", free_characters=9),
    PayloadTemplate("https://dj.example/?s=", 6, free_characters=11, free_alphabet=DIGITS),
    PayloadTemplate("", 0, free_characters=12, free_alphabet=ALPHANUMERIC, suffix="/tail"),
    # Bytes across the border of two Reed-Solomon blocks.
    PayloadTemplate("x" * 60, 4, "abcd", free_characters=20, free_alphabet=FREE_LETTERS),
]


@pytest.mark.parametrize("refine", [False, True])
@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_the_chosen_text_is_what_readers_return(
    template, refine, random_target, decode, picture
) -> None:
    steering = Steering.solve(template, 6, ErrorLevel.L, random_target(41, 2))
    rng = np.random.default_rng(1)
    length = template.serial_characters
    serials = ["".join(rng.choice(list(template.alphabet), length)) for _ in range(12)]
    batch = steering.steer_many(serials, MaskChoice.PER_CODE, refine=refine)
    for index, serial in enumerate(serials):
        payload = steering.payload(batch, index)
        start = len(template.prefix)
        assert payload.startswith(template.prefix + serial)
        assert payload.endswith(template.suffix)
        free = payload[start + length :][: template.free_characters]
        assert set(free) <= set(template.free)
        assert template.payload(serial, free) == payload
        assert decode(picture(batch.modules[index])) == payload.encode()
        symbol = steering.symbol(batch, index).symbol
        assert symbol.payload == payload
        np.testing.assert_array_equal(symbol.modules, batch.modules[index])


def test_free_characters_give_the_picture_more_modules(star) -> None:
    target = module_target(star, 41)
    whole = target.painted(np.ones((41, 41), np.float32))
    fixed = PayloadTemplate("https://dj.example/c/", 40)
    free = PayloadTemplate("https://dj.example/c/", 10, free_characters=30)
    most = np.ones((41, 41), np.float32)
    for template, pivots in ((fixed, 0), (free, 80)):
        steering = Steering.solve(
            template, 6, ErrorLevel.L, type(whole)(whole.dark, most, whole.zone)
        )
        first = template.symbol(template.example, ErrorLevel.L, 6).free_bits
        # Crockford's alphabet leaves 6 of the 11 bits of each pair; one pair may be cut in half.
        assert steering.pivots >= len(first) + pivots


def test_without_permission_no_character_is_chosen(random_target) -> None:
    template = PayloadTemplate("https://dj.example/c/", 16)
    steering = Steering.solve(template, 5, ErrorLevel.L, random_target(37))
    assert steering.steer("0" * 16).symbol.payload == "https://dj.example/c/" + "0" * 16


@pytest.mark.parametrize("wrong", ["", "HHH", "HHHHH", "aaaa", "点点点点"])
def test_a_free_text_that_cannot_have_been_chosen_is_refused(wrong) -> None:
    template = PayloadTemplate("https://dj.example/", free_characters=4, free_alphabet=FREE_LETTERS)
    with pytest.raises(SteeringError, match="free characters"):
        template.payload("", wrong)
