"""A stored certificate as the studio shows it."""

import json
from typing import Final

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from ar_service.studio.schemas import (
    CertificateOut,
    GradeOut,
    GradesOut,
    LeastSizeOut,
    RateOut,
    ReasonOut,
    TrafficLight,
)
from ar_service.studio.strength import StoredStrength, raised_modules
from generative_codes.certify.reasons import ReasonCode
from trace_backend.designs import CertificateVerdict

STRENGTH_MEMBER: Final = "strength"
"""Member of a stored certificate that says which modules were raised until the code passed."""


class StoredReason(BaseModel):
    """A reason as it is stored."""

    code: ReasonCode
    is_blocking: bool
    text_zh: str
    text_en: str

    def shown(self) -> ReasonOut:
        """The reason as it is shown."""
        return ReasonOut(
            code=self.code, zh=self.text_zh, en=self.text_en, is_blocking=self.is_blocking
        )


class StoredRate(BaseModel):
    """A decoder's rate as it is stored."""

    decoder: str
    read: int
    cases: int
    rate: float
    interval_95: tuple[float, float]


class StoredRates(BaseModel):
    """The rates on the drawn code and on plain squares."""

    rates: list[StoredRate]
    plain_squares: list[StoredRate]


class StoredGrades(BaseModel):
    """The grades as they are stored."""

    overall: float
    letter: str
    iso_15415: list[GradeOut]


class StoredCertificate(BaseModel):
    """The members of a stored certificate that the studio shows by name."""

    verdict: CertificateVerdict
    reasons: list[StoredReason]
    decoders: StoredRates
    grades: StoredGrades
    print_size: LeastSizeOut | None
    strength: StoredStrength | None = None


class StrengthOnly(BaseModel):
    """A stored certificate of which only the strength is asked."""

    strength: StoredStrength | None = None


def strength_in(document: str) -> npt.NDArray[np.float64] | None:
    """The modules that a stored certificate raised, float64 (N, N) in 0..1; None for none."""
    kept = StrengthOnly.model_validate_json(document).strength
    return None if kept is None else kept.strength()


def certificate_out(certificate_id: str, document: str, margin_map: str | None) -> CertificateOut:
    """The certificate as it goes over the wire.

    Args:
        certificate_id: of the record.
        document: JSON text, as `ScanCertificate.to_json` wrote it.
        margin_map: data: URL, or None.
    """
    stored = StoredCertificate.model_validate_json(document)
    reasons = [reason.shown() for reason in stored.reasons]
    plain = {entry.decoder: entry.rate for entry in stored.decoders.plain_squares}
    return CertificateOut(
        id=certificate_id,
        verdict=stored.verdict,
        traffic_light=traffic_light(reasons),
        reasons=reasons,
        rates=[
            RateOut(
                decoder=entry.decoder,
                read=entry.read,
                cases=entry.cases,
                rate=entry.rate,
                low=entry.interval_95[0],
                high=entry.interval_95[1],
                plain_rate=plain.get(entry.decoder),
            )
            for entry in stored.decoders.rates
        ],
        grades=GradesOut(
            overall=stored.grades.overall,
            letter=stored.grades.letter,
            parameters=stored.grades.iso_15415,
        ),
        print_size=stored.print_size,
        margin_map=margin_map,
        strengthened_modules=raised_modules(
            None if stored.strength is None else stored.strength.strength()
        ),
        simulated=True,
        document=json.loads(document),
    )


def traffic_light(reasons: list[ReasonOut]) -> TrafficLight:
    """Red when a reason blocks, amber when there is advice, green when there is nothing to say."""
    if any(reason.is_blocking for reason in reasons):
        return TrafficLight.RED
    return TrafficLight.AMBER if reasons else TrafficLight.GREEN
