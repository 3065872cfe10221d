"""The scan certificate: grades, decoder rates, reasons, print size, verdict."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from generative_codes.certify.camera import CameraCase
from generative_codes.certify.grades import ParameterGrade, SymbolGrades, grade_symbol
from generative_codes.certify.grid import camera_grid
from generative_codes.certify.panel import Decoder, DecoderName, make_panel
from generative_codes.certify.policy import PHONE_POLICY, CertificatePolicy
from generative_codes.certify.print_size import (
    PrintConditions,
    PrintSize,
    least_print_size,
    needed_pixels_per_module,
)
from generative_codes.certify.rates import DecoderRate, measure_rates, plain_rates
from generative_codes.certify.reasons import Reason, find_reasons
from generative_codes.certify.reflectance import CertifyError, symbol_picture
from generative_codes.render import QUIET_ZONE_MODULES
from generative_codes.symbol import Symbol

FORMAT_NAME = "dianjin-scan-certificate/1"


class TrafficLight(StrEnum):
    """A certificate at a glance."""

    GREEN = "green"
    """Passes, and there is nothing to say."""
    AMBER = "amber"
    """Passes, with advice: some of the reserve is used up."""
    RED = "red"
    """Fails: it is not handed out."""


class CertificateVerdict(StrEnum):
    """Whether a code may be handed out."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"


@dataclass(frozen=True, slots=True, eq=False)
class ScanCertificate:
    """What was measured on one rendered code, and whether it may be handed out.

    Attributes:
        symbol: The code.
        policy: What had to be reached.
        grades: ISO/IEC 15415 and 29158 grades of the rendered picture.
        grid: Cases of the simulated camera.
        seed: Of the grid's noise.
        rates: Decoders on the grid.
        plain: The same decoders on the same symbol as plain black squares; empty if not compared.
        reasons: Findings, blocking ones first.
        print_size: Least print size; None where the primary decoder reads no plain distance case.
        absent: Decoders that the panel knows and that did not take part.
    """

    symbol: Symbol
    policy: CertificatePolicy
    grades: SymbolGrades
    grid: tuple[CameraCase, ...]
    seed: int
    rates: tuple[DecoderRate, ...]
    plain: tuple[DecoderRate, ...]
    reasons: tuple[Reason, ...]
    print_size: PrintSize | None
    absent: tuple[DecoderName, ...] = ()

    @property
    def traffic_light(self) -> TrafficLight:
        """RED if any reason blocks, AMBER if there are others, GREEN if there is none."""
        if self.verdict is CertificateVerdict.FAIL:
            return TrafficLight.RED
        return TrafficLight.AMBER if self.reasons else TrafficLight.GREEN

    @property
    def verdict(self) -> CertificateVerdict:
        """FAIL if any reason blocks."""
        if any(reason.is_blocking for reason in self.reasons):
            return CertificateVerdict.FAIL
        return CertificateVerdict.PASS

    def to_json(self) -> str:
        """The certificate as JSON, keys sorted, UTF-8 text unescaped."""
        return json.dumps(
            self.as_document(), ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True
        )

    def as_document(self) -> dict[str, Any]:
        """The certificate as JSON values. Says that the photos are simulated."""
        payload = self.symbol.payload
        return {
            "format": FORMAT_NAME,
            "verdict": self.verdict.value,
            "traffic_light": self.traffic_light.value,
            "policy": self.policy.name,
            "symbol": {
                "payload": payload if isinstance(payload, str) else None,
                "payload_hex": payload.hex() if isinstance(payload, bytes) else None,
                "version": self.symbol.version,
                "level": self.symbol.level.value,
                "mask": self.symbol.mask,
            },
            "grades": _grades_document(self.grades),
            "decoders": {
                "simulated": True,
                "cases": len(self.grid),
                "seed": self.seed,
                "rates": [_rate_document(rate, self.grid) for rate in self.rates],
                "plain_squares": [_rate_document(rate, self.grid) for rate in self.plain],
                "absent": [name.value for name in self.absent],
            },
            "print_size": None if self.print_size is None else _size_document(self.print_size),
            "reasons": [asdict(reason) for reason in self.reasons],
        }


def certify_picture(
    picture: npt.NDArray[np.uint8],
    pixels_per_module: float,
    symbol: Symbol,
    quiet_zone_modules: float = QUIET_ZONE_MODULES,
    *,
    policy: CertificatePolicy = PHONE_POLICY,
    grid: Sequence[CameraCase] | None = None,
    panel: Sequence[Decoder] | None = None,
    seed: int = 1,
    plain: Sequence[DecoderRate] | None = None,
    conditions: PrintConditions | None = None,
) -> ScanCertificate:
    """Measure a rendered code and decide whether it may be handed out.

    Args:
        picture: uint8 (H, W) or (H, W, 3) B, G, R, square: symbol and quiet zone, nothing else.
        pixels_per_module: At least five.
        symbol: What the picture shows.
        quiet_zone_modules: Modules between the picture's edge and the symbol.
        policy: What must be reached.
        grid: Camera cases; None takes `camera_grid(seed)`.
        panel: Decoders, the policy's primary one among them; None takes all installed.
        seed: Of grid and noise.
        plain: Rates on plain squares over the same grid, seed and panel, from an earlier
            certificate of the design; None measures them if the policy compares.
        conditions: Printer and phone for the least size.

    Raises:
        CertifyError: If the picture can't be measured, or rates don't fit the grid.
    """
    cases = tuple(camera_grid(seed) if grid is None else grid)
    decoders = tuple(make_panel() if panel is None else panel)
    if policy.primary not in [decoder.name for decoder in decoders]:
        raise CertifyError(f"The policy judges {policy.primary}; put it into the panel.")
    graded = symbol_picture(
        picture, pixels_per_module, symbol, quiet_zone_modules, policy.illumination
    )
    grades = grade_symbol(graded, symbol, policy.threshold, policy.aperture_modules)
    rates = measure_rates(picture, pixels_per_module, symbol.payload, cases, decoders, seed)
    yardstick = _yardstick(symbol, policy, cases, decoders, seed, plain)
    primary = next(rate for rate in rates if rate.decoder is policy.primary)
    needed = needed_pixels_per_module(cases, primary)
    return ScanCertificate(
        symbol=symbol,
        policy=policy,
        grades=grades,
        grid=cases,
        seed=seed,
        rates=rates,
        plain=yardstick,
        reasons=find_reasons(grades, rates, yardstick, policy),
        print_size=None
        if needed is None
        else least_print_size(
            needed, symbol.size_modules, quiet_zone_modules, conditions or PrintConditions()
        ),
        absent=tuple(
            name for name in DecoderName if name not in [decoder.name for decoder in decoders]
        ),
    )


def _yardstick(
    symbol: Symbol,
    policy: CertificatePolicy,
    cases: tuple[CameraCase, ...],
    decoders: tuple[Decoder, ...],
    seed: int,
    plain: Sequence[DecoderRate] | None,
) -> tuple[DecoderRate, ...]:
    if policy.max_loss_against_plain is None:
        return ()
    if plain is None:
        return plain_rates(symbol, cases, decoders, seed)
    if any(len(rate.was_read) != len(cases) for rate in plain):
        raise CertifyError("The rates on plain squares were measured on another grid.")
    return tuple(plain)


def _size_document(size: PrintSize) -> dict[str, Any]:
    return {**asdict(size), "text_zh": size.text_zh, "text_en": size.text_en}


def _grades_document(grades: SymbolGrades) -> dict[str, Any]:
    return {
        "overall": _rounded(grades.overall, 2),
        "letter": grades.letter,
        "iso_15415": [_grade_document(entry) for entry in grades.parameters],
        "iso_29158": [_grade_document(entry) for entry in grades.direct_marking],
        "segments": [
            {
                "name": entry.name,
                "grade": _rounded(entry.grade, 2),
                "wrong_modules": entry.wrong_modules,
            }
            for entry in grades.segments
        ],
        "unused_error_correction_per_block": [
            _rounded(unused, 4) for unused in grades.unused_per_block
        ],
        "wrong_modules": int(grades.wrong.sum()),
    }


def _grade_document(entry: ParameterGrade) -> dict[str, Any]:
    return {
        "parameter": entry.parameter.value,
        "value": None if entry.value is None else _rounded(entry.value, 4),
        "grade": _rounded(entry.grade, 2),
        "letter": entry.letter,
    }


def _rate_document(rate: DecoderRate, grid: tuple[CameraCase, ...]) -> dict[str, Any]:
    interval = rate.interval
    return {
        "decoder": rate.decoder.value,
        "read": rate.read,
        "cases": len(grid),
        "rate": _rounded(rate.rate, 4),
        "interval_95": [_rounded(interval.low, 4), _rounded(interval.high, 4)],
        "failed_cases": [index for index, was_read in enumerate(rate.was_read) if not was_read],
    }


def _rounded(value: float, digits: int) -> float:
    # Adding zero turns -0.0 into 0.0.
    return round(float(value), digits) + 0.0
