"""Independent encoders and a decoder: the witnesses of this room."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import qrcode
import qrcode.constants
import qrcode.util
import qrcodegen
import segno
import zxingcpp

from generative_codes.symbol import ErrorLevel

if TYPE_CHECKING:
    from collections.abc import Callable

_QRCODEGEN_LEVEL = {
    ErrorLevel.L: qrcodegen.QrCode.Ecc.LOW,
    ErrorLevel.M: qrcodegen.QrCode.Ecc.MEDIUM,
    ErrorLevel.Q: qrcodegen.QrCode.Ecc.QUARTILE,
    ErrorLevel.H: qrcodegen.QrCode.Ecc.HIGH,
}
_PYTHON_QRCODE_LEVEL = {
    ErrorLevel.L: qrcode.constants.ERROR_CORRECT_L,
    ErrorLevel.M: qrcode.constants.ERROR_CORRECT_M,
    ErrorLevel.Q: qrcode.constants.ERROR_CORRECT_Q,
    ErrorLevel.H: qrcode.constants.ERROR_CORRECT_H,
}


@pytest.fixture(scope="session")
def qrcodegen_matrix() -> Callable[..., tuple[np.ndarray, int, int]]:
    """(payload, level, version, mask, utf8) -> (modules, version, mask) of qrcodegen."""

    def make(payload, level, version=None, mask=None, declare_utf8=False):
        if isinstance(payload, str):
            segments = list(qrcodegen.QrSegment.make_segments(payload))
        else:
            segments = [qrcodegen.QrSegment.make_bytes(payload)]
        if declare_utf8:
            segments.insert(0, qrcodegen.QrSegment.make_eci(26))
        lowest, highest = (1, 40) if version is None else (version, version)
        code = qrcodegen.QrCode.encode_segments(
            segments,
            _QRCODEGEN_LEVEL[level],
            lowest,
            highest,
            -1 if mask is None else mask,
            boostecl=False,
        )
        side = code.get_size()
        modules = np.array([[code.get_module(x, y) for x in range(side)] for y in range(side)])
        return modules, code.get_version(), code.get_mask()

    return make


@pytest.fixture(scope="session")
def python_qrcode_matrix() -> Callable[..., np.ndarray]:
    """(payload bytes, level, version, mask) -> modules of python-qrcode in byte mode."""

    def make(payload, level, version, mask):
        code = qrcode.QRCode(
            version=version,
            error_correction=_PYTHON_QRCODE_LEVEL[level],
            border=0,
            mask_pattern=mask,
        )
        code.add_data(qrcode.util.QRData(payload, mode=qrcode.util.MODE_8BIT_BYTE), optimize=0)
        code.make(fit=False)
        return np.array(code.modules, dtype=bool)

    return make


@pytest.fixture(scope="session")
def segno_matrix() -> Callable[..., np.ndarray]:
    """(payload, level, version, mask) -> modules of segno."""

    def make(payload, level, version, mask):
        code = segno.make(
            payload, error=level.value, version=version, mask=mask, boost_error=False, micro=False
        )
        return np.array([list(row) for row in code.matrix], dtype=bool)

    return make


@pytest.fixture(scope="session")
def decode() -> Callable[[np.ndarray], bytes]:
    """Picture -> payload bytes of the one code in it, by zxing-cpp."""

    def read(picture):
        barcodes = zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode)
        assert len(barcodes) == 1, f"expected one code, zxing-cpp found {len(barcodes)}"
        return barcodes[0].bytes

    return read


@pytest.fixture
def pdf_pages(tmp_path: Path, needs_program) -> Callable[..., list[np.ndarray]]:
    """(pdf bytes, dpi) -> grey pages as poppler's pdftoppm paints them."""
    needs_program("pdftoppm", "poppler-utils")

    def paint(pdf, dpi, last_page=1):
        source = tmp_path / "in.pdf"
        source.write_bytes(pdf)
        command = ["pdftoppm", "-gray", "-r", str(dpi), "-l", str(last_page), source, "page"]
        subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
        pages = []
        for path in sorted(tmp_path.glob("page-*.pgm")):
            _, size, _, data = path.read_bytes().split(b"\n", 3)
            width, height = map(int, size.split())
            pages.append(np.frombuffer(data, np.uint8).reshape(height, width))
            path.unlink()
        return pages

    return paint
