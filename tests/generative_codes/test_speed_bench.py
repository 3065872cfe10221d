"""Codes per second beside segno, python-qrcode, qrcodegen and zxing-cpp in the same run."""

import pytest
import qrcode
import qrcode.constants
import qrcodegen
import segno
import zxingcpp

from generative_codes.label import LabelItem, code_lines
from generative_codes.render import to_pdf, to_png, to_svg
from generative_codes.sheet import SheetLayout, sheet_pdf
from generative_codes.symbol import ErrorLevel, make_symbol

PAYLOAD = "https://dj.example/c/7k3m9qxp2htc5w8dna"  # 38 characters, byte mode
CASES = [(3, ErrorLevel.M), (5, ErrorLevel.H), (6, ErrorLevel.M)]
_RIVAL_LEVEL = {
    ErrorLevel.M: (qrcode.constants.ERROR_CORRECT_M, qrcodegen.QrCode.Ecc.MEDIUM),
    ErrorLevel.H: (qrcode.constants.ERROR_CORRECT_H, qrcodegen.QrCode.Ecc.HIGH),
}


def by_dianjin(version, level):
    return make_symbol(PAYLOAD, level, version)


def by_dianjin_fixed_mask(version, level):
    return make_symbol(PAYLOAD, level, version, 2)


def by_segno(version, level):
    return segno.make(
        PAYLOAD, error=level.value, version=version, boost_error=False, micro=False
    ).matrix


def by_segno_fixed_mask(version, level):
    return segno.make(
        PAYLOAD, error=level.value, version=version, boost_error=False, micro=False, mask=2
    ).matrix


def by_python_qrcode(version, level):
    code = qrcode.QRCode(version=version, error_correction=_RIVAL_LEVEL[level][0], border=0)
    code.add_data(PAYLOAD, optimize=0)
    code.make(fit=False)
    return code.modules


def by_qrcodegen(version, level):
    segments = qrcodegen.QrSegment.make_segments(PAYLOAD)
    return qrcodegen.QrCode.encode_segments(
        segments, _RIVAL_LEVEL[level][1], version, version, -1, boostecl=False
    )


def by_zxing_cpp(version, level):
    return zxingcpp.create_barcode(
        PAYLOAD, zxingcpp.BarcodeFormat.QRCode, ec_level=level.value, version=version
    )


@pytest.mark.bench
@pytest.mark.parametrize(("version", "level"), CASES)
@pytest.mark.parametrize(
    "encode",
    [
        by_dianjin,
        by_dianjin_fixed_mask,
        by_segno,
        by_segno_fixed_mask,
        by_python_qrcode,
        by_qrcodegen,
        by_zxing_cpp,
    ],
)
def test_bench_encode(benchmark, encode, version, level) -> None:
    benchmark.group = f"{version}-{level}"
    assert benchmark(encode, version, level) is not None


@pytest.mark.bench
@pytest.mark.parametrize("write", [to_svg, to_png, to_pdf])
def test_bench_write(benchmark, write) -> None:
    benchmark.group = "write 5-H"
    assert benchmark(write, make_symbol(PAYLOAD, ErrorLevel.H, 5))


@pytest.mark.bench
def test_bench_sheet_of_240_labels(benchmark) -> None:
    benchmark.group = "sheet of 240 labels, symbols made"
    items = [
        LabelItem(
            make_symbol(f"{PAYLOAD}{index:04d}", ErrorLevel.M),
            code_lines("7K3M9QXP2H"),
            f"No. {index:06d}",
            "云岭春",
        )
        for index in range(240)
    ]
    assert benchmark(sheet_pdf, items, SheetLayout.a4())


@pytest.mark.bench
@pytest.mark.parametrize(("version", "level"), CASES)
def test_automatic_mask_is_at_least_five_times_as_fast_as_segno(version, level) -> None:
    import timeit

    ours = min(timeit.repeat(lambda: by_dianjin(version, level), number=50, repeat=5))
    segnos = min(timeit.repeat(lambda: by_segno(version, level), number=10, repeat=5)) * 5
    assert 5 * ours < segnos
