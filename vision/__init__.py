"""Pixels in, readings out."""

from vision.codes import CodeReading, Symbology, read_codes, rectify
from vision.errors import VisionError
from vision.frame import Frame, FrameError, FrameLimits, FrameRejection, decode_frame
from vision.geometry import Homography, Quad
from vision.quality import RetakeHint
from vision.reading import FrameReading, read_frame

__all__ = [
    "CodeReading",
    "Frame",
    "FrameError",
    "FrameLimits",
    "FrameReading",
    "FrameRejection",
    "Homography",
    "Quad",
    "RetakeHint",
    "Symbology",
    "VisionError",
    "decode_frame",
    "read_codes",
    "read_frame",
    "rectify",
]
