"""Proof by print: registration, the fingerprint of the edges, traces of a second printing."""

from vision.fingerprint.copy_model import CopyModel
from vision.fingerprint.copy_statistics import CopyStatistics, copy_statistics
from vision.fingerprint.displacement import (
    HASH_BITS,
    EdgeFingerprint,
    edge_fingerprint,
)
from vision.fingerprint.matching import (
    PrintScore,
    hash_distance,
    score_across_symbols,
    score_prints,
)
from vision.fingerprint.printed_matrix import PrintedMatrix
from vision.fingerprint.registration import PrintRefusal, RegisteredPrint, register

__all__ = [
    "HASH_BITS",
    "CopyModel",
    "CopyStatistics",
    "EdgeFingerprint",
    "PrintRefusal",
    "PrintScore",
    "PrintedMatrix",
    "RegisteredPrint",
    "copy_statistics",
    "edge_fingerprint",
    "hash_distance",
    "register",
    "score_across_symbols",
    "score_prints",
]
