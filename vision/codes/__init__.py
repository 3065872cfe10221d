"""Reading printed codes: ladder of rungs over a decoder, agreement rule, rectified patch."""

from vision.codes.code_reading import LADDER, CodeReading, Rung
from vision.codes.ladder import ALL_SYMBOLOGIES, read_codes
from vision.codes.rectify import rectify
from vision.codes.symbology import Symbology

__all__ = [
    "ALL_SYMBOLOGIES",
    "LADDER",
    "CodeReading",
    "Rung",
    "Symbology",
    "read_codes",
    "rectify",
]
