"""Payload templates and the bulk encoding of serials."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generative_codes.iso18004.bitstream import Mode, make_segment
from generative_codes.steering import CROCKFORD, PayloadTemplate, Segmentation, SteeringError
from generative_codes.steering.serials import SerialEncoder, character_bits
from generative_codes.symbol import ErrorLevel

URL = PayloadTemplate("https://dj.example/c/", 16)
UPPER = PayloadTemplate("HTTPS://DJ.EXAMPLE/01/09506000134352/21/", 20)
TEMPLATES = [
    URL,
    UPPER,
    PayloadTemplate("HTTPS://DJ.EXAMPLE/1/", 7, suffix="?A"),  # odd start, odd end
    PayloadTemplate("HTTPS://DJ.EXAMPLE/22/", 7, suffix="//"),
    PayloadTemplate("https://例.example/", 5, suffix="/尾"),
    PayloadTemplate("1234", 11, alphabet="0123456789", suffix="5"),
    PayloadTemplate("", 9, alphabet="0123456789"),
    PayloadTemplate("static, no serial"),
    PayloadTemplate("https://dj.example/c/", 16, segmentation=Segmentation.SINGLE),
    PayloadTemplate("https://dj.example/c/", 5, alphabet="abcdefgh"),  # all in byte mode
    PayloadTemplate("HTTPS://DJ.EXAMPLE/01/", 14, alphabet="0123456789", suffix="/x"),
    PayloadTemplate("A/", 6, alphabet="abc", suffix="/12345678901234"),  # bytes after another run
    PayloadTemplate("12345678901234567A/", 9, suffix="tail", free_characters=3),
]


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
@pytest.mark.parametrize("version", [8, 12, 30])
def test_bulk_codewords_are_those_of_the_encoder(template, version) -> None:
    example = template.symbol(template.example, ErrorLevel.L, version)
    encoder = SerialEncoder.of(template, version, example.data_codewords)
    rng = np.random.default_rng(5)
    for _ in range(20):
        serial = "".join(rng.choice(list(template.alphabet), template.serial_characters))
        symbol = template.symbol(template.payload(serial), ErrorLevel.L, version)
        changes = encoder.changes(template.serial_bytes([serial]))[0]
        expected = symbol.data_codewords ^ example.data_codewords
        first = encoder.first_codeword
        np.testing.assert_array_equal(changes, expected[first : first + encoder.codewords])
        assert not expected[:first].any()
        assert not expected[first + encoder.codewords :].any()


@given(st.text("0123456789", min_size=1, max_size=30))
@settings(max_examples=50)
def test_numeric_characters_take_the_bits_of_the_standard(text) -> None:
    check_bits(Mode.NUMERIC, text)


@given(st.text("AZ09 $%*+-./:", min_size=1, max_size=30).filter(lambda t: not t.isdigit()))
@settings(max_examples=50)
def test_alphanumeric_characters_take_the_bits_of_the_standard(text) -> None:
    check_bits(Mode.ALPHANUMERIC, text)


def check_bits(mode, text) -> None:
    segment = make_segment(text)
    assert segment.mode is mode
    characters = np.frombuffer(text.encode(), np.uint8)[None]
    bits = character_bits(mode, characters)[0]
    assert "".join(map(str, bits)) == f"{segment.bits:0{segment.length_bits}b}"


def test_iso_18004_numeric_example_bits() -> None:
    # ISO/IEC 18004:2015, 7.4.3, example 1: 01234567 -> 0000001100 0101011001 1000011
    bits = character_bits(Mode.NUMERIC, np.frombuffer(b"01234567", np.uint8)[None])[0]
    assert "".join(map(str, bits)) == "000000110001010110011000011"


def test_iso_18004_alphanumeric_example_bits() -> None:
    # ISO/IEC 18004:2015, 7.4.4, example: AC-42 -> 00111001110 11100111001 000010
    bits = character_bits(Mode.ALPHANUMERIC, np.frombuffer(b"AC-42", np.uint8)[None])[0]
    assert "".join(map(str, bits)) == "0011100111011100111001000010"


@pytest.mark.parametrize(
    "make",
    [
        # 00000 would be numeric, ABCDE alphanumeric
        lambda: PayloadTemplate("", 5, segmentation=Segmentation.SINGLE),
        lambda: PayloadTemplate("123", 5, segmentation=Segmentation.SINGLE),
        lambda: PayloadTemplate(
            "HTTPS://DJ.EXAMPLE/", 5, alphabet="abc123", segmentation=Segmentation.SINGLE
        ),
        lambda: PayloadTemplate("https://dj.example/", 5, free_characters=65),
        lambda: PayloadTemplate("https://dj.example/", 5, free_characters=2, free_alphabet="点金"),
        lambda: PayloadTemplate("https://dj.example/", -1),
        lambda: PayloadTemplate("https://dj.example/", 65),
        lambda: PayloadTemplate("https://dj.example/", 5, alphabet=""),
        lambda: PayloadTemplate("https://dj.example/", 5, alphabet="点金"),
        lambda: URL.payload("SHORT"),
        lambda: URL.payload("lower-case-chars"),
        lambda: URL.serial_bytes(["0" * 16, "0" * 15]),
        lambda: URL.serial_bytes(["点" * 16]),
        lambda: URL.serial_bytes(["U" * 16]),  # no U in Crockford's Base32
        lambda: URL.checked(np.zeros((3, 15), np.uint8)),
        lambda: URL.checked(np.full((3, 16), ord("0"), np.int64)),
    ],
)
def test_serials_that_cannot_be_steered_in_bulk_are_refused(make) -> None:
    with pytest.raises(SteeringError):
        make()


def test_crockford_has_no_look_alikes() -> None:
    assert len(CROCKFORD) == 32
    assert not set("ILOU") & set(CROCKFORD)
