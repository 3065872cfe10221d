"""Files of one code; what fails its certificate is not handed out."""

from dataclasses import dataclass
from typing import assert_never

from ar_service.studio.certifying import (
    as_certified,
    certificate_for,
    require_passed,
    strengthened_as,
)
from ar_service.studio.door import StudioDoor
from ar_service.studio.making import make_code
from ar_service.studio.problems import told_as_problems
from ar_service.studio.schemas import FileFormat, FileIn
from generative_codes.brief import MadeArt
from generative_codes.drawing import PrintSpec
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import RecordContext


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file to hand out; the name is ours, whatever the design is called."""

    name: str
    media_type: str
    content: bytes
    certificate_id: str


def make_file(
    door: StudioDoor, record: RecordContext, subject: Subject, wanted: FileIn
) -> CodeFile:
    """Draw the file of a code that passes its certificate.

    Raises:
        RecordError: CERTIFICATE_FAILED with the reasons; as `make_code` and `certificate_for`.
    """
    making = make_code(door, record, subject, wanted, wanted.payload, wanted.brief)
    ready = as_certified(record, subject, making)
    with door.drawing.turn(), told_as_problems():
        # Drawn first: a file that can't be made is refused before seconds go into a certificate.
        media_type, content = _drawn(ready.made, wanted)
    kept = certificate_for(door, record, subject, making)
    require_passed(kept)
    judged = strengthened_as(making, kept)
    if (judged.made.strength is None) != (ready.made.strength is None):
        with door.drawing.turn(), told_as_problems():
            media_type, content = _drawn(judged.made, wanted)
    symbol = making.made.symbol
    name = f"dianjin-{symbol.version}{symbol.level.value}.{wanted.format.value}"
    return CodeFile(name, media_type, content, kept.id)


def _drawn(made: MadeArt, wanted: FileIn) -> tuple[str, bytes]:
    ordered = wanted.print
    spec = PrintSpec(
        module_mm=ordered.module_mm,
        bleed_mm=ordered.bleed_mm,
        has_crop_marks=ordered.has_crop_marks,
        inks=ordered.inks,
    )
    match wanted.format:
        case FileFormat.SVG:
            return "image/svg+xml", made.svg(spec.module_mm).encode()
        case FileFormat.PNG:
            return "image/png", made.png(spec.module_mm, ordered.dpi)
        case FileFormat.PDF:
            return "application/pdf", made.pdf(spec)
        case FileFormat.EPS:
            return "application/postscript", made.eps(spec).encode()
        case _:
            assert_never(wanted.format)
