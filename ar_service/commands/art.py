"""`dianjin art make|check`: a styled code with its certificate, and the certificate of any code."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ar_service.commands.art_inputs import BriefOptions, brief_of, picture_bytes, refused
from ar_service.commands.output import Output

if TYPE_CHECKING:
    from generative_codes.brief import MadeArt
    from generative_codes.certify import ScanCertificate

CERTIFIED_PIXELS_PER_MODULE = 10
"""Resolution at which a code is certified, and at which a picture base is written."""


@dataclass(frozen=True, slots=True)
class ArtOptions:
    """What the command line says."""

    image: Path
    payload: str
    out: Path
    look: BriefOptions
    painted: Path | None
    protected: Path | None
    certificate: Path | None
    module_mm: float
    bleed_mm: float
    has_crop_marks: bool
    inks: str
    condition: str


def make_art(options: ArtOptions, output: Output) -> int:
    """Make one code; a code that fails its certificate is not handed out.

    Returns:
        The exit status: 1 when something was refused, else 0.
    """
    from generative_codes import GenerativeCodeError
    from generative_codes.certify import CertificateVerdict
    from generative_codes.strengthening import until_certified

    try:
        made = _make(options)
        _drawn(made, options)
        made, certificate = until_certified(made, _certified)
        passed = certificate.verdict is CertificateVerdict.PASS
        if passed:
            _write(options.out, _drawn(made, options))
        _keep(certificate, options.certificate)
    except (GenerativeCodeError, OSError) as error:
        return refused({"file": None}, options.image, str(error), output)
    document: dict[str, object] = {
        "file": str(options.out) if passed else None,
        "payload": options.payload,
        "style": made.brief.style.value,
        "version": made.symbol.version,
        "level": made.symbol.level.value,
        "mask": made.symbol.mask,
        "zone_fidelity": made.zone_fidelity,
        "spent_codewords": made.spent_codewords,
        **_findings(certificate),
    }
    logo = "" if made.zone_fidelity is None else f", {made.zone_fidelity:.1%} of the logo zone"
    name = str(options.out) if passed else "not handed out"
    output.result(document, _told(name, certificate, logo))
    return 0 if passed else 1


def check_art(picture: Path, payload: str, kept: Path | None, output: Output) -> int:
    """Certify the code in a picture, whoever made it.

    Returns:
        The exit status: 0 when it passes, 1 when it fails or there is no such code.
    """
    from generative_codes import GenerativeCodeError
    from generative_codes.certify import CertificateVerdict, certify_picture
    from generative_codes.certify.found import find_code
    from vision import FrameError, decode_frame

    try:
        found = find_code(decode_frame(picture_bytes(picture)).bgr, payload)
        certificate = certify_picture(
            found.picture, found.pixels_per_module, found.symbol, found.quiet_zone_modules
        )
        _keep(certificate, kept)
    except (GenerativeCodeError, FrameError, OSError) as error:
        return refused({"file": None}, picture, str(error), output)
    document: dict[str, object] = {
        "file": str(picture),
        "payload": payload,
        "version": found.symbol.version,
        "level": found.symbol.level.value,
        "mask": found.symbol.mask,
        "corners_px": [[round(float(x), 2), round(float(y), 2)] for x, y in found.corners_px],
        **_findings(certificate),
    }
    output.result(document, _told(str(picture), certificate))
    return 0 if certificate.verdict is CertificateVerdict.PASS else 1


def _keep(certificate: "ScanCertificate", path: Path | None) -> None:
    if path is not None:
        _write(path, (certificate.to_json() + "\n").encode())


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _findings(certificate: "ScanCertificate") -> dict[str, object]:
    """What a certificate says, in short; the whole of it is its own file."""
    return {
        "certificate": certificate.verdict.value,
        "simulated": True,
        "rates": {rate.decoder.value: round(rate.rate, 4) for rate in certificate.rates},
        "reasons": [
            {"code": reason.code.value, "zh-CN": reason.text_zh, "en": reason.text_en}
            for reason in certificate.reasons
        ],
    }


def _make(options: ArtOptions) -> "MadeArt":
    from generative_codes.artwork import load_artwork
    from generative_codes.brief import make_art
    from generative_codes.tones import GreyMap

    def painted(path: Path | None) -> GreyMap | None:
        return None if path is None else GreyMap.read(picture_bytes(path))

    artwork = load_artwork(picture_bytes(options.image))
    return make_art(
        brief_of(options.look),
        artwork,
        options.payload,
        painted=painted(options.painted),
        protected=painted(options.protected),
    )


def _drawn(made: "MadeArt", options: ArtOptions) -> bytes:
    from generative_codes import GenerativeCodeError
    from generative_codes.drawing import Inks, PrintSpec
    from generative_codes.pdf_file import OutputCondition

    spec = PrintSpec(
        module_mm=options.module_mm,
        bleed_mm=options.bleed_mm,
        has_crop_marks=options.has_crop_marks,
        inks=Inks(options.inks),
        condition=OutputCondition(options.condition),
    )
    match options.out.suffix.lower():
        case ".svg":
            return made.svg(options.module_mm).encode()
        case ".png":
            return made.png(options.module_mm)
        case ".pdf":
            return made.pdf(spec)
        case ".eps":
            return made.eps(spec).encode()
        case other:
            raise GenerativeCodeError(
                f"Codes are written as .svg, .png, .pdf or .eps, not {other!r}."
            )


def _certified(made: "MadeArt") -> "ScanCertificate":
    from generative_codes.certify import certify_picture

    pixels = made.bare_pixels(CERTIFIED_PIXELS_PER_MODULE)
    return certify_picture(
        pixels, CERTIFIED_PIXELS_PER_MODULE, made.symbol, made.quiet_zone_modules
    )


def _told(name: str, certificate: "ScanCertificate", more: str = "") -> str:
    """The result for people: which code it is, how it reads, what to change."""
    symbol = certificate.symbol
    rates = ", ".join(f"{rate.decoder.value} {rate.rate:.0%}" for rate in certificate.rates)
    lines = [
        f"{name}: {certificate.verdict.value}, version {symbol.version}-{symbol.level.value}, "
        f"mask {symbol.mask}{more}",
        f"  simulated photos read: {rates}",
        *(f"  {reason.text_en}" for reason in certificate.reasons),
    ]
    return "\n".join(lines)
