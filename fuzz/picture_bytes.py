"""Fuzz what arrives as a picture: `decode_frame` of any bytes, and the codes of what it accepts.

`python -m fuzz.picture_bytes <folder of small pictures> [-max_total_time=60]`; needs
`atheris`. Only FrameError may come out; a crash belongs into tests/vision/test_frame.py.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["vision"]):
    from vision.codes import read_codes
    from vision.frame import FrameError, FrameLimits, decode_frame

_LIMITS = FrameLimits(max_bytes=1 << 20, max_pixels=90_000, max_side_px=4_000)
_BUDGET_MS = 20.0


def read_picture(data: bytes) -> None:
    """Decode and read; whatever is refused must be refused as FrameError."""
    try:
        frame = decode_frame(data, _LIMITS)
    except FrameError:
        return
    read_codes(frame, budget_ms=_BUDGET_MS)


if __name__ == "__main__":
    atheris.Setup(sys.argv, read_picture)
    atheris.Fuzz()
