"""`dianjin art make|check`: a styled code with its certificate, and the certificate of any code."""

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from ar_service.commands.output import Output

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from generative_codes import ErrorLevel, Symbol
    from generative_codes.artwork import Artwork
    from generative_codes.certify import ScanCertificate
    from generative_codes.drawing import Design

MOST_ARTWORK_BYTES = 64 * 1024 * 1024
MOST_DESIGN_BYTES = 64 * 1024
CERTIFIED_PIXELS_PER_MODULE = 10
"""Resolution at which a code is certified, and at which a picture base is written."""


class ArtStyle(StrEnum):
    """How the artwork comes into the code."""

    DOTS = "dots"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class ArtOptions:
    """What the command line says; None leaves the choice to the style."""

    style: ArtStyle
    image: Path
    payload: str
    out: Path
    version: int | None
    level: str | None
    design: Path | None
    certificate: Path | None
    module_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """A code, its bare picture for the certificate, and the file to hand out."""

    symbol: "Symbol"
    bare: "npt.NDArray[np.uint8]"
    quiet_zone_modules: int
    file: bytes
    zone_fidelity: float | None
    spent_codewords: int


def make_art(options: ArtOptions, output: Output) -> int:
    """Make one code; a code that fails its certificate is not handed out.

    Returns:
        The exit status: 1 when something was refused, else 0.
    """
    from generative_codes import GenerativeCodeError
    from generative_codes.certify import CertificateVerdict

    try:
        made = _make(options)
        certificate = _certified(made)
        passed = certificate.verdict is CertificateVerdict.PASS
        if passed:
            _write(options.out, made.file)
        _keep(certificate, options.certificate)
    except (GenerativeCodeError, OSError) as error:
        return _refused(options.image, str(error), output)
    document: dict[str, object] = {
        "file": str(options.out) if passed else None,
        "payload": options.payload,
        "style": options.style.value,
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


def _make(options: ArtOptions) -> _Made:
    from generative_codes import ErrorLevel
    from generative_codes.artwork import load_artwork

    artwork = load_artwork(_bytes_of(options.image, MOST_ARTWORK_BYTES))
    match options.style:
        case ArtStyle.DOTS:
            return _dots(options, artwork, ErrorLevel(options.level or "L"))
        case ArtStyle.BASE:
            return _base(options, artwork, ErrorLevel(options.level or "H"))


def _dots(options: ArtOptions, artwork: "Artwork", level: "ErrorLevel") -> _Made:
    """Style 1: the modules draw the artwork; the design says how they look."""
    from generative_codes.drawing import to_pixels
    from generative_codes.steering import steer_symbol

    design = _design(options)
    steered = steer_symbol(options.payload, artwork, options.version, level)
    bare = replace(design, frame=None, caption=None, is_transparent=False)
    pixels = to_pixels(steered.symbol, bare, CERTIFIED_PIXELS_PER_MODULE)
    return _Made(
        steered.symbol,
        pixels[..., 2::-1].copy(),
        design.quiet_zone_modules,
        _drawn(options, steered.symbol, design),
        round(steered.zone_fidelity, 4),
        sum(steered.spent_codewords),
    )


def _base(options: ArtOptions, artwork: "Artwork", level: "ErrorLevel") -> _Made:
    """Style 2: the artwork is the base, dots on it carry the code."""
    import cv2

    from generative_codes import GenerativeCodeError, make_symbol
    from generative_codes.halftone import BaseStyle, base_picture, under_best_mask

    if options.out.suffix.lower() != ".png":
        raise GenerativeCodeError("A code on a picture is written as PNG; name the file .png.")
    if options.design is not None:
        raise GenerativeCodeError("A design shapes the modules of style dots; leave it out.")
    style = BaseStyle()
    symbol = make_symbol(options.payload, level, options.version)
    symbol = under_best_mask(symbol, artwork, style)
    picture = base_picture(symbol, artwork, style, CERTIFIED_PIXELS_PER_MODULE)
    _, encoded = cv2.imencode(".png", picture)
    return _Made(symbol, picture, style.quiet_zone_modules, encoded.tobytes(), None, 0)


def _design(options: ArtOptions) -> "Design":
    from generative_codes.drawing import Design

    if options.design is None:
        return Design()
    text = _bytes_of(options.design, MOST_DESIGN_BYTES).decode("utf-8", "replace")
    return Design.from_json(text)


def _drawn(options: ArtOptions, symbol: "Symbol", design: "Design") -> bytes:
    from generative_codes import GenerativeCodeError
    from generative_codes.drawing import PrintSpec, to_eps, to_pdf, to_png, to_svg

    spec = PrintSpec(module_mm=options.module_mm)
    match options.out.suffix.lower():
        case ".svg":
            return to_svg(symbol, design, options.module_mm).encode()
        case ".png":
            return to_png(symbol, design, options.module_mm)
        case ".pdf":
            return to_pdf(symbol, design, spec)
        case ".eps":
            return to_eps(symbol, design, spec).encode()
        case other:
            raise GenerativeCodeError(
                f"Codes are written as .svg, .png, .pdf or .eps, not {other!r}."
            )


def _certified(made: _Made) -> "ScanCertificate":
    from generative_codes.certify import certify_picture

    return certify_picture(
        made.bare, CERTIFIED_PIXELS_PER_MODULE, made.symbol, made.quiet_zone_modules
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
