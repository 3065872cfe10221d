"""Steered matrices per second beside plain encoders in the same run."""

import time

import numpy as np
import pytest
import qrcode
import qrcode.constants
import segno
import zxingcpp

from generative_codes.artwork import module_target
from generative_codes.steering import MaskChoice, PayloadTemplate, Steering
from generative_codes.symbol import ErrorLevel

URL = PayloadTemplate("https://t.dianjin.cn/c/", 16)
COUNT = 20_000


@pytest.fixture(scope="module")
def steering(star) -> Steering:
    return Steering.solve(URL, 8, ErrorLevel.L, module_target(star, 49))


@pytest.fixture(scope="module")
def serials() -> np.ndarray:
    alphabet = np.frombuffer(URL.alphabet.encode(), np.uint8)
    return alphabet[np.random.default_rng(0).integers(0, 32, (COUNT, 16))]


@pytest.mark.bench
@pytest.mark.parametrize("mask", list(MaskChoice))
def test_bench_20000_steered_matrices_8_l(benchmark, steering, serials, mask) -> None:
    benchmark.group = "8-L"
    assert benchmark(steering.steer_many, serials, mask).modules.shape == (COUNT, 49, 49)


@pytest.mark.bench
def test_bench_solve_8_l(benchmark, star) -> None:
    target = module_target(star, 49)
    assert benchmark(Steering.solve, URL, 8, ErrorLevel.L, target).pivots > 0


@pytest.mark.bench
@pytest.mark.parametrize("refine", [False, True])
def test_bench_one_steered_symbol_8_l(benchmark, steering, refine) -> None:
    benchmark.group = "8-L, one"
    assert benchmark(steering.steer, "0" * 16, refine=refine).symbol.version == 8


def by_segno(payload):
    return segno.make(payload, error="L", version=8, boost_error=False, micro=False, mask=2).matrix


def by_python_qrcode(payload):
    code = qrcode.QRCode(
        version=8, error_correction=qrcode.constants.ERROR_CORRECT_L, border=0, mask_pattern=2
    )
    code.add_data(payload, optimize=0)
    code.make(fit=False)
    return code.modules


def by_zxing_cpp(payload):
    return zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="L", version=8)


@pytest.mark.bench
@pytest.mark.parametrize("encode", [by_segno, by_python_qrcode, by_zxing_cpp])
def test_bench_plain_8_l_of_others(benchmark, encode) -> None:
    benchmark.group = "8-L, one"
    assert benchmark(encode, URL.example) is not None


@pytest.mark.bench
def test_steering_passes_50000_matrices_per_second_and_core_and_every_plain_encoder(
    steering, serials
) -> None:
    def rate(make, count) -> float:
        best = np.inf
        for _ in range(3):
            start = time.process_time()
            make()
            best = min(best, time.process_time() - start)
        return count / best

    ours = rate(lambda: steering.steer_many(serials, MaskChoice.PER_CODE), COUNT)
    assert ours >= 50_000
    for encode in (by_segno, by_python_qrcode, by_zxing_cpp):
        assert ours > 5 * rate(lambda e=encode: [e(URL.example) for _ in range(50)], 50)
