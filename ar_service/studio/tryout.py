"""The camera try-out: a simulated photo of the label, and whether zxing reads it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ar_service.studio.certifying import as_certified
from ar_service.studio.door import StudioDoor
from ar_service.studio.label_picture import label_picture
from ar_service.studio.limiter import Effort
from ar_service.studio.making import make_code
from ar_service.studio.pictures import webp
from ar_service.studio.problems import told_as_problems
from ar_service.studio.scenes import shot_of
from ar_service.studio.schemas import TryoutCase, TryoutIn
from generative_codes.brief import MadeArt
from generative_codes.certify.panel import ZxingDecoder, is_payload
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import RecordContext
from vision.printcam import Label, PrintedLabel, photograph, print_label
from vision.printcam.presets import COATED_PAPER, OFFSET

_WEBP_QUALITY: Final = 84


@dataclass(frozen=True, slots=True)
class Tryout:
    """A simulated photo and whether the code in it was read."""

    picture: bytes
    was_read: bool


def try_out(door: StudioDoor, record: RecordContext, subject: Subject, wanted: TryoutIn) -> Tryout:
    """Print the label and photograph it, both simulated; the same question, the same photo.

    Raises:
        RecordError: As `make_code`; RATE_LIMITED, STUDIO_BUSY.
    """
    door.limiter.admit(subject, Effort.COSTLY)
    making = make_code(door, record, subject, wanted, wanted.payload, wanted.brief)
    making = as_certified(record, subject, making)
    with door.certifying.turn(), told_as_problems():
        key = (subject.tenant_id, making.key, wanted.seed)
        printed = door.prints.get(key, lambda: print_code(making.made, wanted.seed))
        return photograph_label(printed, wanted)


def print_code(made: MadeArt, seed: int) -> PrintedLabel:
    """The label as it comes from the press, simulated.

    Raises:
        GenerativeCodeError: If the design can't be drawn on this symbol.
    """
    drawing, dpi = label_picture(made)
    rng = np.random.default_rng(seed)
    return print_label(Label.from_srgb(drawing, dpi), OFFSET, COATED_PAPER, rng)


def photograph_label(printed: PrintedLabel, wanted: TryoutIn) -> Tryout:
    """One simulated photo of a printed label."""
    shot = shot_of(wanted.case)
    rng = np.random.default_rng([wanted.seed, list(TryoutCase).index(wanted.case)])
    photo = photograph(printed, shot.camera, shot.view, shot.scene, rng)
    read = ZxingDecoder().read(photo.bgr)
    was_read = any(is_payload(text, wanted.payload) for text in read)
    return Tryout(webp(photo.bgr, _WEBP_QUALITY), was_read)
