"""Scan certificates of designs: made once for all that the verdict depends on, and kept."""

import hashlib
import json
from dataclasses import astuple, dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ar_service.studio.certificate_view import (
    STRENGTH_MEMBER,
    StoredCertificate,
    certificate_out,
    strength_in,
)
from ar_service.studio.door import StudioDoor
from ar_service.studio.limiter import Effort
from ar_service.studio.making import Making, make_code
from ar_service.studio.pictures import PREVIEW_PIXELS_PER_MODULE, data_url
from ar_service.studio.problems import CERTIFICATE_FAILED, told_as_problems
from ar_service.studio.schemas import CertificateOut, DesignIn
from ar_service.studio.sources import SourceKeys
from ar_service.studio.strength import StoredStrength
from generative_codes.brief import ArtBrief, ArtStyle, MadeArt
from generative_codes.certify import ScanCertificate, certify_picture, margin_map
from generative_codes.certify.certificate import FORMAT_NAME
from generative_codes.strengthening import in_steps, until_certified
from trace_backend.designs import CertificateVerdict
from trace_backend.designs.certificates import (
    NewCertificate,
    certificate_by_digest,
    keep_certificate,
)
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import RecordContext
from trace_backend.kit.errors import RecordError

CERTIFIED_PIXELS_PER_MODULE: Final = 10


@dataclass(frozen=True, slots=True)
class KeptCertificate:
    """A certificate as the record has it; `margin_map` is a data: URL where it was made now."""

    id: str
    document: str
    margin_map: str | None


def certify_design(
    door: StudioDoor, record: RecordContext, subject: Subject, wanted: DesignIn
) -> CertificateOut:
    """Make a certificate, or give the one that was made for the same code before.

    Raises:
        RecordError: As `make_code`; RATE_LIMITED, STUDIO_BUSY.
    """
    making = make_code(door, record, subject, wanted, wanted.payload, wanted.brief)
    kept = certificate_for(door, record, subject, making)
    return certificate_out(kept.id, kept.document, kept.margin_map)


def certificate_for(
    door: StudioDoor, record: RecordContext, subject: Subject, making: Making
) -> KeptCertificate:
    """The certificate of a made code; made (some seconds of CPU) where the record has none.

    Raises:
        RecordError: RATE_LIMITED, STUDIO_BUSY, DESIGN_REFUSED.
    """
    digest = digest_of(making.sources.keys, making.made.brief, making.payload)
    earlier = _earlier(record, subject, digest)
    if earlier is not None:
        return earlier
    door.limiter.admit(subject, Effort.COSTLY)
    with door.certifying.turn(), told_as_problems():
        # Whoever waited here may have waited for the very same certificate.
        earlier = _earlier(record, subject, digest)
        if earlier is not None:
            return earlier
        made, certificate = until_certified(making.made, certify_made)
        picture = _margin_picture(_as_kept(made), certificate)
    new = new_certificate(certificate, made.strength, making.payload, digest)
    with record.database.transaction() as session:
        row = keep_certificate(session, record.clock, subject, new)
        return KeptCertificate(row.id, row.document, picture)


def require_passed(kept: KeptCertificate) -> None:
    """Let nothing be handed out that fails.

    Raises:
        RecordError: CERTIFICATE_FAILED, with the reasons in both languages.
    """
    stored = StoredCertificate.model_validate_json(kept.document)
    if stored.verdict is CertificateVerdict.PASS:
        return
    reasons = [reason.shown() for reason in stored.reasons if reason.is_blocking]
    raise RecordError(
        CERTIFICATE_FAILED,
        " ".join(reason.en for reason in reasons),
        detail_zh="".join(reason.zh for reason in reasons),
        certificate_id=kept.id,
        reasons=[reason.model_dump(mode="json") for reason in reasons],
    )


def certify_made(made: MadeArt) -> ScanCertificate:
    """Measure a made code.

    Raises:
        CertifyError: If it can't be measured.
    """
    pixels = _as_kept(made).bare_pixels(CERTIFIED_PIXELS_PER_MODULE)
    return certify_picture(
        pixels, CERTIFIED_PIXELS_PER_MODULE, made.symbol, made.quiet_zone_modules
    )


def as_certified(record: RecordContext, subject: Subject, making: Making) -> Making:
    """The code with the modules raised that its certificate had to raise, where it has one."""
    if making.made.brief.style is not ArtStyle.BASE:
        return making
    digest = digest_of(making.sources.keys, making.made.brief, making.payload)
    earlier = _earlier(record, subject, digest)
    return making if earlier is None else strengthened_as(making, earlier)


def strengthened_as(making: Making, kept: KeptCertificate) -> Making:
    """The code as a certificate judged it; itself where that raised nothing."""
    strength = strength_in(kept.document)
    if strength is None:
        return making
    return replace(making, made=replace(making.made, strength=strength))


def new_certificate(
    certificate: ScanCertificate,
    strength: npt.NDArray[np.floating] | None,
    payload: str,
    digest: str,
) -> NewCertificate:
    """A certificate as the record takes it, with the modules that were raised for it."""
    document = certificate.to_json()
    if strength is not None:
        kept = StoredStrength.of(in_steps(strength)).model_dump(mode="json")
        document = json.dumps(
            {**json.loads(document), STRENGTH_MEMBER: kept}, ensure_ascii=False, indent=1
        )
    return NewCertificate(
        payload=payload,
        verdict=CertificateVerdict(certificate.verdict.value),
        document=document,
        digest=digest,
    )


def digest_of(keys: SourceKeys, brief: ArtBrief, payload: str) -> str:
    """SHA-256 over all that a verdict depends on; what stands beside the code does not count."""
    design = replace(brief.design, name="", caption=None, frame=None, is_transparent=False)
    judged = replace(brief, design=design).to_json()
    return hashlib.sha256(
        json.dumps([FORMAT_NAME, astuple(keys), judged, payload]).encode("utf-8", "surrogatepass")
    ).hexdigest()


def _as_kept(made: MadeArt) -> MadeArt:
    """The code with its strength as certificates keep it."""
    return made if made.strength is None else replace(made, strength=in_steps(made.strength))


def _earlier(record: RecordContext, subject: Subject, digest: str) -> KeptCertificate | None:
    with record.database.reading() as session:
        row = certificate_by_digest(session, subject.tenant_id, digest)
        return None if row is None else KeptCertificate(row.id, row.document, None)


def _margin_picture(made: MadeArt, certificate: ScanCertificate) -> str:
    picture = margin_map(
        certificate.grades,
        made.bare_pixels(PREVIEW_PIXELS_PER_MODULE),
        PREVIEW_PIXELS_PER_MODULE,
        made.quiet_zone_modules,
    )
    _, encoded = cv2.imencode(".png", picture)
    return data_url("image/png", encoded.tobytes())
