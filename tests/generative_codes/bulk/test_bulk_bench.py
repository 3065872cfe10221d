"""Codes and labels per second beside segno, python-qrcode and zxing-cpp's writer, same run."""

import io

import numpy as np
import pytest
import qrcode
import qrcode.constants
import segno
import zxingcpp

from generative_codes.bulk import make_part
from generative_codes.bulk.part import SheetPdf, add_part, gated
from generative_codes.drawing import Design, presets
from generative_codes.drawing.design import Modules, ModuleShape
from generative_codes.symbol import ErrorLevel, make_symbol

COUNT = 240
GALLERY = {preset.key: preset.design for preset in presets()}
DESIGNS = {
    "squares": Design(),
    "dots": Design(modules=Modules(ModuleShape.DOT, 0.96)),
    "connected": Design(modules=Modules(ModuleShape.CONNECTED)),
    "rounded": Design(modules=Modules(ModuleShape.ROUNDED)),
    "gradient diamonds": GALLERY["gilt"],
    "gradient connected": GALLERY["jade"],
}


def by_segno(payload):
    out = io.BytesIO()
    segno.make(payload, error="l", version=5, boost_error=False, micro=False, mask=2).save(
        out, kind="pdf"
    )
    return out


def by_python_qrcode(payload):
    code = qrcode.QRCode(version=5, error_correction=qrcode.constants.ERROR_CORRECT_L, border=4)
    code.add_data(payload, optimize=0)
    code.make(fit=False)
    return code.modules


def by_zxing_cpp(payload):
    code = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="L", version=5)
    return code.to_svg()


@pytest.mark.bench
@pytest.mark.parametrize("write", [by_segno, by_python_qrcode, by_zxing_cpp])
def test_bench_peers_one_code(benchmark, write, some_items, template) -> None:
    benchmark.group = "one code, peers: segno PDF, python-qrcode matrix, zxing-cpp SVG"
    payload = template.payload(some_items(1)[0].serial)
    assert benchmark(write, payload)


@pytest.mark.bench
def test_bench_steered_symbols(benchmark, solved_order) -> None:
    solved = solved_order(1)
    letters = np.frombuffer(solved.order.template.alphabet.encode(), np.uint8)
    serials = letters[np.random.default_rng(1).integers(0, letters.size, (4096, 20))]
    benchmark.group = "4096 steered symbols"
    assert benchmark(solved.art.batch, serials).modules.shape[0] == 4096


@pytest.mark.bench
def test_bench_unsteered_symbol(benchmark, some_items, template) -> None:
    benchmark.group = "one code, unsteered"
    payload = template.payload(some_items(1)[0].serial)
    assert benchmark(make_symbol, payload, ErrorLevel.L, 5, 2)


@pytest.mark.bench
@pytest.mark.parametrize("name", list(DESIGNS))
def test_bench_labels_on_sheets(benchmark, name, solved_order, some_items) -> None:
    solved, items = solved_order(COUNT, DESIGNS[name]), some_items(COUNT)
    codes = gated(solved, 0, items)
    sheets = SheetPdf(solved, io.BytesIO())
    benchmark.group = f"{COUNT} labels with text on sheets, codes made"
    assert len(benchmark(add_part, sheets, solved, 0, items, codes)) == COUNT


@pytest.mark.bench
@pytest.mark.parametrize("name", list(DESIGNS))
def test_bench_whole_part(benchmark, name, solved_order, some_items) -> None:
    solved, items = solved_order(COUNT, DESIGNS[name]), some_items(COUNT)
    benchmark.group = f"{COUNT} labels: steered, read back by zxing-cpp, on sheets"
    report = benchmark(lambda: make_part(solved, 0, items, io.BytesIO()))
    assert report.decoded == COUNT
