"""The certificate of an order's design; where it fails, weak modules are raised in all codes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generative_codes.brief import ArtStyle, MadeArt
from generative_codes.bulk.sample import certify_design, symbols_of
from generative_codes.bulk.solved import SolvedOrder, with_strength
from generative_codes.certify import ScanCertificate
from generative_codes.strengthening import in_steps, until_certified


@dataclass(frozen=True, slots=True, eq=False)
class CertifiedOrder:
    """An order with the certificate of its design.

    Attributes:
        solved: The order as it is to be made.
        certificate: Of its design, passed or not.
        strength: float64 (N, N) in whole 255ths, modules that were raised; None for none.
    """

    solved: SolvedOrder
    certificate: ScanCertificate
    strength: npt.NDArray[np.floating] | None


def certify_order(solved: SolvedOrder, serial: str) -> CertifiedOrder:
    """Certify a design on one of its codes, strengthened where it fails.

    All codes of an order lie on one shared picture, so a raised module is raised in all of them:
    what was weak on the certified code (function patterns, prefix, padding) is the same in every
    other, and what differs is tested code by code at the gate.

    Raises:
        BulkError: If the code of this serial does not pass the gate.
    """
    if solved.art.brief.style is not ArtStyle.BASE:
        return CertifiedOrder(solved, certify_design(solved, serial), None)

    def made_of(strength: npt.NDArray[np.floating] | None) -> SolvedOrder:
        return solved if strength is None else with_strength(solved, in_steps(strength))

    symbol = symbols_of(solved, [serial])[0]
    made = MadeArt(solved.art.brief, solved.art.artwork, symbol)
    last, certificate = until_certified(
        made, lambda tried: certify_design(made_of(tried.strength), serial)
    )
    strength = None if last.strength is None else in_steps(last.strength)
    return CertifiedOrder(made_of(strength), certificate, strength)
