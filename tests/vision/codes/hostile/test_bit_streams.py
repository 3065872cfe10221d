"""Symbols that are right in every module and wrong in what their bits say (ISO/IEC 18004, 7.4)."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vision.codes import Symbology, read_codes
from vision.codes.soft.modules_decoder import decode_modules
from vision.frame import Frame
from vision.iso18004.layout import layout_of
from vision.iso18004.versions import ErrorLevel

# 7.4.1, table 2: mode indicators.
NUMERIC, ALPHANUMERIC, BYTES, KANJI, ECI = "0001", "0010", "0100", "1000", "0111"
STRUCTURED_APPEND, FNC1_FIRST, FNC1_SECOND, HANZI = "0011", "0101", "1001", "1101"
END = "0000"
MODES = (
    NUMERIC,
    ALPHANUMERIC,
    BYTES,
    KANJI,
    ECI,
    STRUCTURED_APPEND,
    FNC1_FIRST,
    FNC1_SECOND,
    HANZI,
    "0110",
    "1110",
    "1111",
)


def symbol_of(bits, version=2, level=ErrorLevel.L, mask=3):
    """Modules bool (N, N) of a stream of bits: cut or padded to fit, its checks always right."""
    layout = layout_of(version, level)
    room = layout.data_bits
    stream = (bits + "0" * room)[:room]
    codewords = np.packbits(np.frombuffer(stream.encode(), np.uint8) - ord("0"))
    modules, _ = layout.place(codewords, mask)
    return modules


def byte_bits(data):
    return "".join(f"{byte:08b}" for byte in data)


def text_of(bits, **symbol):
    barcode = decode_modules(symbol_of(bits, **symbol))
    return None if barcode is None else barcode.text


def test_an_empty_message_is_no_reading_with_a_text():
    assert not text_of(END)


def test_a_plain_byte_message_is_read_as_written():
    assert text_of(BYTES + f"{3:08b}" + byte_bits(b"abc") + END) == "abc"


def test_utf_8_that_is_declared_is_read_as_utf_8():
    data = "点金".encode()
    stream = ECI + f"{26:08b}" + BYTES + f"{len(data):08b}" + byte_bits(data) + END
    assert text_of(stream) == "点金"


@pytest.mark.parametrize("length", [1, 30, 255])
def test_a_count_beyond_the_end_is_refused_or_cut_but_never_invented(length):
    # Version 1-L holds 19 codewords: after 4 bits of mode and 8 of length, 17 bytes are left.
    text = text_of(BYTES + f"{length:08b}" + byte_bits(b"A" * 17), version=1)
    assert text is None or text == "A" * min(length, 17)


@pytest.mark.parametrize(
    # 7.4.2.2, table 4: one, two or three bytes; no character set has these numbers.
    "designator",
    [f"{12:08b}", f"10{899:014b}", f"110{999_999:021b}"],
)
def test_an_unknown_character_set_never_raises(designator):
    stream = ECI + designator + BYTES + f"{2:08b}" + byte_bits(b"\xff\xfe")
    barcode = decode_modules(symbol_of(stream))
    assert barcode is None or isinstance(barcode.text, str)


def test_a_character_set_designator_that_is_cut_off_is_refused():
    # Version 1-L: 152 bits, of which 140 are used before the designator of 24 bits begins.
    digits = NUMERIC + f"{37:010b}" + "0" * 124
    assert text_of(digits + ECI + "110" + "1" * 21, version=1) in (None, "0" * 37)


def test_three_digits_above_999_are_refused():
    assert text_of(NUMERIC + f"{3:010b}" + f"{1023:010b}" + END) is None


def test_a_pair_above_the_alphabet_is_refused():
    # 44 x 45 + 44 = 2024 is the last pair of table 5.
    assert text_of(ALPHANUMERIC + f"{2:09b}" + f"{2047:011b}" + END) is None


@pytest.mark.parametrize("index", [0, 7, 15])
def test_one_part_of_a_structured_append_is_read_alone(index):
    header = STRUCTURED_APPEND + f"{index:04b}" + "1111" + f"{90:08b}"
    barcode = decode_modules(symbol_of(header + BYTES + f"{2:08b}" + byte_bits(b"ok") + END))
    assert barcode is None or barcode.text == "ok"


def test_a_part_that_is_not_one_of_its_sequence_never_raises():
    # The sixteenth of one.
    header = STRUCTURED_APPEND + "1111" + "0000" + f"{90:08b}"
    text = text_of(header + BYTES + f"{2:08b}" + byte_bits(b"ok") + END)
    assert text in (None, "ok")


def test_fnc1_in_first_position_is_told_by_the_identifier():
    stream = FNC1_FIRST + BYTES + f"{4:08b}" + byte_bits(b"0112") + END
    barcode = decode_modules(symbol_of(stream))
    assert barcode is not None
    assert barcode.symbology_identifier == "]Q3"


def test_fnc1_twice_never_raises():
    text = text_of(FNC1_FIRST + FNC1_SECOND + "1" * 8 + FNC1_FIRST + NUMERIC)
    assert text is None or isinstance(text, str)


segments = st.one_of(
    st.binary(max_size=24).map(byte_bits),
    st.sampled_from(MODES),
    st.integers(0, 255).map("{:08b}".format),
    st.integers(0, 1023).map("{:010b}".format),
    st.binary(max_size=12).map(lambda data: BYTES + f"{len(data):08b}" + byte_bits(data)),
    st.text("01", max_size=9),
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(segments, max_size=12).map("".join),
    st.sampled_from([1, 2, 7, 10]),
    st.sampled_from(list(ErrorLevel)),
    st.integers(0, 7),
)
@example(ECI + "1" * 200, 2, ErrorLevel.L, 0)
@example(KANJI + f"{255:08b}" + "1" * 250, 2, ErrorLevel.L, 0)
@example(HANZI + "0001" + f"{20:08b}" + "1" * 250, 2, ErrorLevel.L, 0)
@example((FNC1_SECOND + "11111111") * 20, 2, ErrorLevel.L, 0)
@example((STRUCTURED_APPEND + "1" * 16) * 12, 2, ErrorLevel.L, 0)
def test_no_stream_of_bits_breaks_the_decoder(bits, version, level, mask):
    modules = symbol_of(bits, version, level, mask)
    barcode = decode_modules(modules)
    if barcode is None:
        return
    assert isinstance(barcode.text, str)
    assert isinstance(barcode.bytes, bytes)
    # No character is invented: a symbol has at most three digits in ten bits.
    assert len(barcode.text) <= 8 * len(bits) + 64
    again = decode_modules(modules)
    assert again is not None
    assert (again.text, again.bytes) == (barcode.text, barcode.bytes)


@settings(max_examples=25, deadline=None)
@given(st.lists(segments, max_size=12).map("".join))
def test_no_stream_of_bits_breaks_the_reader(bits):
    modules = np.pad(symbol_of(bits), 4)
    gray = np.where(modules, 20, 235).astype(np.uint8).repeat(4, 0).repeat(4, 1)
    for code in read_codes(Frame.of_gray(gray), [Symbology.QR_CODE], budget_ms=60):
        assert isinstance(code.text, str)
        assert 0.0 <= code.confidence <= 1.0
        # Text that is stored and shown: it must survive the way into a file and back.
        assert code.text.encode("utf-8").decode("utf-8") == code.text


@settings(max_examples=60, deadline=None)
@given(
    st.binary(min_size=1, max_size=20),
    st.lists(st.integers(0, 43), min_size=1, max_size=4, unique=True),
    st.integers(1, 255),
)
def test_a_few_wrong_codewords_never_change_the_text(message, where, change):
    # Version 2-L: 44 codewords, 10 of them checks, so that four wrong ones are put right.
    stream = BYTES + f"{len(message):08b}" + byte_bits(message) + END
    modules = symbol_of(stream)
    layout = layout_of(2, ErrorLevel.L)
    place = layout.bit_of_module
    for codeword in where:
        flips = np.flatnonzero(np.unpackbits(np.array([change], np.uint8)))
        modules = modules ^ np.isin(place, 8 * codeword + flips)
    right, damaged = decode_modules(symbol_of(stream)), decode_modules(modules)
    assert right is not None
    assert damaged is not None
    assert damaged.bytes == right.bytes == message
