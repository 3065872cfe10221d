"""Payloads in several modes: fewest bits, the same text, the standard's stream bit for bit."""

from itertools import product

import cv2
import numpy as np
import pytest
import qrcodegen
from hypothesis import given, settings
from hypothesis import strategies as st

from generative_codes.certify.panel import is_payload, make_panel
from generative_codes.errors import PayloadTooLongError, SymbolRequestError
from generative_codes.iso18004.bitstream import Mode, Run, character_count_bits
from generative_codes.iso18004.segmentation import cheapest_runs, densest_mode, run_bits
from generative_codes.steering import PayloadTemplate, Segmentation
from generative_codes.symbol import ErrorLevel, make_symbol

DIGITAL_LINK = "https://t.dianjin.cn/01/09506000134352/21/7K3M9QXP2HTC5W8D04AZ"
SHORT_URL = "https://t.dianjin.cn/c/7K3M9QXP2HTC5W8D"
_MAKE = {
    Mode.NUMERIC: qrcodegen.QrSegment.make_numeric,
    Mode.ALPHANUMERIC: qrcodegen.QrSegment.make_alphanumeric,
    Mode.BYTE: lambda text: qrcodegen.QrSegment.make_bytes(text.encode()),
}
_ECC = {"L": qrcodegen.QrCode.Ecc.LOW, "H": qrcodegen.QrCode.Ecc.HIGH}


def kinds(text) -> tuple[Mode, ...]:
    return tuple(densest_mode(character) for character in text)


def bits_of(runs, version) -> int:
    return sum(
        4 + character_count_bits(run.mode, version) + run_bits(run.mode, run.characters)
        for run in runs
    )


def pieces(text, runs) -> list[str]:
    ends = np.cumsum([run.characters for run in runs]).tolist()
    return [text[end - run.characters : end] for run, end in zip(runs, ends, strict=True)]


def test_an_empty_text_has_no_runs() -> None:
    assert cheapest_runs((), 5) == ()


def test_a_lower_case_digital_link_goes_in_three_modes() -> None:
    # By hand, version 7: bytes 4 + 8 + 24 * 8, digits 4 + 10 + 47, the rest 4 + 9 + 132.
    runs = cheapest_runs(kinds(DIGITAL_LINK), 7)
    assert runs == (Run(Mode.BYTE, 24), Run(Mode.NUMERIC, 14), Run(Mode.ALPHANUMERIC, 24))
    assert bits_of(runs, 7) == 204 + 61 + 145
    assert bits_of((Run(Mode.BYTE, 62),), 7) == 508


@given(st.text("a/A7", min_size=1, max_size=9), st.sampled_from([1, 10, 27]))
@settings(max_examples=60, deadline=None)
def test_no_other_modes_of_the_characters_take_fewer_bits(text, version) -> None:
    ranks = [list(Mode).index(kind) for kind in kinds(text)]
    best = min(
        bits_of(runs_of(modes), version)
        for modes in product(*(list(Mode)[rank:] for rank in ranks))
    )
    runs = cheapest_runs(kinds(text), version)
    assert bits_of(runs, version) == best
    assert sum(run.characters for run in runs) == len(text)


def runs_of(modes) -> list[Run]:
    runs: list[Run] = []
    for mode in modes:
        if runs and runs[-1].mode is mode:
            runs[-1] = Run(mode, runs[-1].characters + 1)
        else:
            runs.append(Run(mode, 1))
    return runs


@pytest.mark.parametrize("text", [DIGITAL_LINK, SHORT_URL, "A1234567890123456789b", "x"])
@pytest.mark.parametrize(("version", "level"), [(6, "L"), (12, "H"), (30, "L")])
def test_mixed_symbols_are_those_of_qrcodegen_with_the_same_segments(text, version, level) -> None:
    runs = cheapest_runs(kinds(text), version)
    symbol = make_symbol(text, ErrorLevel(level), version, 3, runs=runs)
    segments = [_MAKE[run.mode](piece) for run, piece in zip(runs, pieces(text, runs), strict=True)]
    witness = qrcodegen.QrCode.encode_segments(
        segments, _ECC[level], version, version, 3, boostecl=False
    )
    side = witness.get_size()
    modules = [[witness.get_module(x, y) for x in range(side)] for y in range(side)]
    np.testing.assert_array_equal(symbol.modules, np.array(modules))
    assert symbol.payload == text


@pytest.mark.parametrize("text", [DIGITAL_LINK, SHORT_URL, "HTTPS://DJ.EXAMPLE/12345678901234567x"])
def test_every_decoder_returns_a_mixed_payload_byte_for_byte(text, picture) -> None:
    template = PayloadTemplate(text)
    assert len(template.runs(6)) > 1
    symbol = template.symbol(text, ErrorLevel.M, 6, 4)
    view = cv2.cvtColor(picture(symbol.modules), cv2.COLOR_GRAY2BGR)
    for decoder in make_panel():
        assert [is_payload(found, text) for found in decoder.read(view)] == [True], decoder.name


def test_every_serial_has_the_same_modes() -> None:
    template = PayloadTemplate("https://dj.example/", 8)
    runs = template.runs(5)
    for serial in ("00000000", "ABCDEFGH", "0000000A"):
        symbol = make_symbol(template.payload(serial), ErrorLevel.L, 5, 0, runs=runs)
        assert (
            symbol.first_free_bit
            == template.symbol(template.example, ErrorLevel.L, 5).first_free_bit
        )


def test_texts_beyond_ascii_stay_in_one_mode() -> None:
    template = PayloadTemplate("https://例.example/01/09506000134352")
    assert template.runs(7) == (Run(Mode.BYTE, len(template.example)),)
    assert not template.is_mixed


def test_single_segmentation_is_the_plain_encoder() -> None:
    template = PayloadTemplate(DIGITAL_LINK, segmentation=Segmentation.SINGLE)
    ours = template.symbol(DIGITAL_LINK, ErrorLevel.L, 6, 1)
    np.testing.assert_array_equal(
        ours.modules, make_symbol(DIGITAL_LINK, ErrorLevel.L, 6, 1).modules
    )


@pytest.mark.parametrize(
    ("payload", "runs"),
    [
        ("abc", ()),
        ("abc", (Run(Mode.BYTE, 2),)),
        ("abc", (Run(Mode.BYTE, 4),)),
        ("abc", (Run(Mode.ALPHANUMERIC, 3),)),
        ("A1", (Run(Mode.NUMERIC, 1), Run(Mode.NUMERIC, 1))),
        ("A1", (Run(Mode.ALPHANUMERIC, 0), Run(Mode.BYTE, 2))),
        (b"A1", (Run(Mode.BYTE, 2),)),
        ("", ()),
    ],
)
def test_runs_that_do_not_hold_the_payload_are_refused(payload, runs) -> None:
    with pytest.raises(SymbolRequestError):
        make_symbol(payload, runs=runs)


def test_a_mixed_payload_that_is_too_long_names_its_bits_and_the_version_that_holds_it() -> None:
    runs = cheapest_runs(kinds(DIGITAL_LINK), 1)
    with pytest.raises(PayloadTooLongError, match="takes 410 bits, but version 1-L holds 152") as e:
        make_symbol(DIGITAL_LINK, ErrorLevel.L, 1, runs=runs)
    # 3-L holds 440 bits (ISO/IEC 18004:2015, Table 7).
    assert "version 3-L" in str(e.value)
    assert (e.value.given, e.value.fits) == (410, 152)


def test_the_smallest_version_counts_with_longer_count_indicators() -> None:
    assert PayloadTemplate("https://dj.example/", 8).smallest_version(ErrorLevel.L) == 2
    for digits in (552, 553):
        # 10-L holds 274 codewords = 2192 bits (Table 7: 652 digits).
        template = PayloadTemplate("1" * (digits + 100))
        version = template.smallest_version(ErrorLevel.L)
        assert version == (10 if digits == 552 else 11)
    with pytest.raises(PayloadTooLongError):
        PayloadTemplate("x" * 3000).smallest_version(ErrorLevel.L)
