"""`dianjin art make|check`: a styled code with its certificate, and the certificate of any code."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ar_service.commands.output import Output

if TYPE_CHECKING:
    from generative_codes.brief import ArtBrief, MadeArt
    from generative_codes.certify import ScanCertificate

MOST_ARTWORK_BYTES = 64 * 1024 * 1024
MOST_DESIGN_BYTES = 64 * 1024
CERTIFIED_PIXELS_PER_MODULE = 10
"""Resolution at which a code is certified, and at which a picture base is written."""


@dataclass(frozen=True, slots=True)
class ArtOptions:
    """What the command line says; None leaves the choice to the style."""

    style: str | None
    image: Path
    payload: str
    out: Path
    version: int | None
    level: str | None
    brief: Path | None
    design: Path | None
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
        return _refused(options.image, str(error), output)
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
        found = find_code(decode_frame(_bytes_of(picture, MOST_ARTWORK_BYTES)).bgr, payload)
        certificate = certify_picture(
            found.picture, found.pixels_per_module, found.symbol, found.quiet_zone_modules
        )
        _keep(certificate, kept)
    except (GenerativeCodeError, FrameError, OSError) as error:
        return _refused(picture, str(error), output)
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


def _bytes_of(path: Path, cap: int) -> bytes:
    """The bytes of a file that is not larger than `cap`.

    Raises:
        OSError: It is larger, or can't be read.
    """
    if path.stat().st_size > cap:
        raise OSError(f"{path} is larger than {cap:,} bytes")
    return path.read_bytes()


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
        if path is None:
            return None
        return GreyMap.of(load_artwork(_bytes_of(path, MOST_ARTWORK_BYTES)))

    artwork = load_artwork(_bytes_of(options.image, MOST_ARTWORK_BYTES))
    return make_art(
        _brief(options),
        artwork,
        options.payload,
        painted=painted(options.painted),
        protected=painted(options.protected),
    )


def _brief(options: ArtOptions) -> "ArtBrief":
    """The brief of the file, with what the command line says in its place."""
    from generative_codes import ErrorLevel
    from generative_codes.brief import ArtBrief, ArtStyle
    from generative_codes.drawing import Design

    brief = ArtBrief()
    if options.brief is not None:
        brief = ArtBrief.from_json(_text_of(options.brief))
    if options.style is not None:
        brief = replace(brief, style=ArtStyle(options.style))
    if options.version is not None:
        brief = replace(brief, version=options.version)
    if options.level is not None:
        brief = replace(brief, level=ErrorLevel(options.level))
    if options.design is not None:
        brief = replace(brief, design=Design.from_json(_text_of(options.design)))
    return brief


def _text_of(path: Path) -> str:
    return _bytes_of(path, MOST_DESIGN_BYTES).decode("utf-8", "replace")


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


def _refused(picture: Path, detail: str, output: Output) -> int:
    document: dict[str, object] = {"file": None, "error": {"detail": detail}}
    if output.as_json:
        output.out.write(json.dumps(document, ensure_ascii=False) + "\n")
    else:
        output.message(f"{picture}: {detail}")
    return 1
