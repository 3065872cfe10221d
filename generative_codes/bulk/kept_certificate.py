"""The certificate of an order beside its labels: measured once, and kept for runs that go on."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generative_codes.bulk.certified import certify_order
from generative_codes.bulk.durable import write_whole
from generative_codes.bulk.manifest import Manifest
from generative_codes.bulk.order import BulkError
from generative_codes.bulk.solved import SolvedOrder, with_strength
from generative_codes.certify import CertificateVerdict
from generative_codes.strengthening import STRENGTH_STEPS

CERTIFICATE_NAME = "certificate.json"
_CERTIFICATE, _STRENGTH = "certificate", "strength"


def certified_in(
    folder: Path, manifest: Manifest, solved: SolvedOrder, serial: str
) -> tuple[SolvedOrder, dict[str, Any]]:
    """The order as its certificate judged it, and the certificate as JSON values.

    What an earlier run kept is taken as it is, so that all parts are made alike. A certificate that
    fails is kept too: it says what to change.

    Args:
        folder: Of the run.
        manifest: Of the run; takes the verdict and the modules that were raised.
        solved: The order.
        serial: Of the code that stands for all.

    Raises:
        BulkError: If the design fails, with the reasons in both languages.
    """
    path = folder / CERTIFICATE_NAME
    if _STRENGTH in manifest.notes:
        solved = with_strength(solved, _unpacked(manifest.notes[_STRENGTH]))
    if _CERTIFICATE not in manifest.notes or not path.exists():
        certified = certify_order(solved, serial)
        certificate = certified.certificate
        write_whole(path, (certificate.to_json() + "\n").encode())
        if certificate.verdict is not CertificateVerdict.PASS:
            blocking = [reason for reason in certificate.reasons if reason.is_blocking]
            told = " ".join(f"{reason.text_zh} {reason.text_en}" for reason in blocking)
            raise BulkError(
                f"The design fails its scan certificate ({CERTIFICATE_NAME}) and is not printed. "
                f"{told}"
            )
        # The verdict comes last: a run that dies before it certifies again, to the same end.
        if certified.strength is not None:
            manifest.add_note(_STRENGTH, _packed(certified.strength))
        manifest.add_note(_CERTIFICATE, certificate.verdict.value)
        solved = certified.solved
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return solved, document


def raised_modules(manifest: Manifest) -> int:
    """How many modules the certificate had raised; 0 where the design passed as it was."""
    if _STRENGTH not in manifest.notes:
        return 0
    return int(np.count_nonzero(_unpacked(manifest.notes[_STRENGTH])))


def _packed(strength: npt.NDArray[np.floating]) -> list[str]:
    """A hexadecimal text per row, two digits a module."""
    levels = np.rint(STRENGTH_STEPS * strength).astype(np.uint8)
    return [row.tobytes().hex() for row in levels]


def _unpacked(rows: list[str]) -> npt.NDArray[np.float64]:
    levels = np.array([list(bytes.fromhex(row)) for row in rows], dtype=np.float64)
    return levels / STRENGTH_STEPS
