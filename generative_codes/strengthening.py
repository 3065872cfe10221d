"""A code that fails its certificate is made again, stronger only in its weak modules."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from generative_codes.brief import ArtStyle, MadeArt
from generative_codes.certify import (
    CertificatePolicy,
    CertificateVerdict,
    ScanCertificate,
    grade_symbol,
)
from generative_codes.certify.reflectance import symbol_picture
from generative_codes.halftone.base import solid_modules
from generative_codes.halftone.colour import luma
from generative_codes.halftone.legibility import clearance
from generative_codes.halftone.raster import module_means
from generative_codes.halftone.strength import strengthen

# Margins asked for, round by round; ISO/IEC 15415 grades modulation of 0.2 D and of 0.5 A.
WANTED_MARGINS = (0.25, 0.4, 0.55, 0.7)
_PIXELS_PER_MODULE = 12
_PER_CLEARANCE = 2.5
STRENGTH_STEPS = 255
_ROUNDING = 1e-9


def strengthened(made: MadeArt, certificate: ScanCertificate) -> MadeArt:
    """The same code with its weakest modules raised; itself if none can be.

    Only a code on a picture has dots to raise. Modules at their full strength are left out.
    """
    if made.brief.style is not ArtStyle.BASE:
        return made
    margins = np.minimum(certificate.grades.margins, _reader_margins(made, _picture(made)))
    strength = np.zeros(margins.shape) if made.strength is None else np.asarray(made.strength)
    dotted = ~solid_modules(made.symbol, made.brief.base.timing)
    # A module without a dot cannot be raised: it counts as strong.
    margins = np.where(dotted, margins, 1.0)
    for wanted in WANTED_MARGINS:
        if ((margins < wanted) & (strength < 1)).any():
            raised = strengthen(
                strength,
                margins,
                wanted,
                lambda tried: np.where(dotted, _margins(made, tried, certificate.policy), 1.0),
            )
            return replace(made, strength=raised)
    return made


def until_certified(
    made: MadeArt,
    certify: Callable[[MadeArt], ScanCertificate],
    most_rounds: int = len(WANTED_MARGINS),
) -> tuple[MadeArt, ScanCertificate]:
    """Certify, strengthen what is weak, and certify again until it passes or nothing helps.

    Args:
        made: A code.
        certify: Makes its certificate.
        most_rounds: How often it is strengthened at most.

    Returns:
        The last code and its certificate, passed or not.
    """
    certificate = certify(made)
    for _ in range(most_rounds):
        if certificate.verdict is CertificateVerdict.PASS:
            break
        stronger = strengthened(made, certificate)
        if stronger is made:
            break
        made, certificate = stronger, certify(stronger)
    return made, certificate


def in_steps(strength: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The next strengths upwards in whole 255ths: a byte a module keeps them exactly."""
    levels: npt.NDArray[np.float64] = np.ceil(STRENGTH_STEPS * strength - _ROUNDING)
    return levels.clip(0, STRENGTH_STEPS) / STRENGTH_STEPS


def _margins(
    made: MadeArt, strength: npt.NDArray[np.float64], policy: CertificatePolicy
) -> npt.NDArray[np.float64]:
    picture = _picture(replace(made, strength=strength))
    graded = symbol_picture(
        picture, _PIXELS_PER_MODULE, made.symbol, made.quiet_zone_modules, policy.illumination
    )
    grades = grade_symbol(graded, made.symbol, policy.threshold, policy.aperture_modules)
    return np.minimum(grades.margins, _reader_margins(made, picture))


def _picture(made: MadeArt) -> npt.NDArray[np.uint8]:
    return made.bare_pixels(_PIXELS_PER_MODULE)


def _reader_margins(made: MadeArt, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Margins as readers see them, that judge whole modules by a threshold of the neighbourhood.

    A verifier takes the middle of a module only, where every dot is strong; what fails in a reader
    shows here. Scaled so that the default style's clearance is grade B.
    """
    quiet = made.quiet_zone_modules * _PIXELS_PER_MODULE
    inner = picture[quiet:-quiet, quiet:-quiet].astype(np.float32) / np.float32(255)
    means = luma(module_means(inner, _PIXELS_PER_MODULE))
    return _PER_CLEARANCE * clearance(means, made.symbol.modules).astype(np.float64)
