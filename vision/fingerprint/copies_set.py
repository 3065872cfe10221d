"""The set of genuine and copied prints: files, words, prints, and which words may be tuned on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.frame import decode_frame

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TUNING_WORDS = frozenset({"adjust", "assume", "banana", "belong"})
"""Words on which the constants of this room were chosen. All others are for reporting."""
BORDER_PX = 60
"""The photos are cropped at the symbol's edge; this much white is put around them."""
_NAME = re.compile(r"(?P<word>[a-z]+)_\d+_p(?P<print>\d+)\.png")
_WHITE = 255


@dataclass(frozen=True, slots=True)
class PrintPhoto:
    """One photo of the set.

    Attributes:
        path: its file.
        word: what its symbol says; photos of one word have the same modules.
        print_number: which physical print it shows; inferred, and uncertain for copies.
        is_genuine: a first print, or a copy of one.
    """

    path: Path
    word: str
    print_number: int
    is_genuine: bool

    @property
    def is_for_tuning(self) -> bool:
        """Whether constants may be chosen by it."""
        return self.word in TUNING_WORDS

    def gray(self) -> NDArray[np.uint8]:
        """The photo with its white border, uint8 (H, W)."""
        gray = decode_frame(self.path.read_bytes()).gray
        border = (BORDER_PX,) * 4
        framed = cv2.copyMakeBorder(gray, *border, cv2.BORDER_CONSTANT, value=_WHITE)
        return np.asarray(framed, dtype=np.uint8)


def find_photos(folder: Path) -> tuple[PrintPhoto, ...]:
    """Photos named `<word>_<nn>_p<print>.png` in `folder`/genuine and `folder`/copy, sorted."""
    photos = []
    for kind in ("genuine", "copy"):
        for path in sorted((folder / kind).glob("*.png")):
            match = _NAME.fullmatch(path.name)
            if match:
                number = int(match["print"])
                photos.append(PrintPhoto(path, match["word"], number, kind == "genuine"))
    return tuple(photos)
