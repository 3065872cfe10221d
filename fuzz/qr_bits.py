"""Fuzz what a QR Code's bits say: any data codewords, right checks, `decode_modules`.

`python -m fuzz.qr_bits [corpus folder] [-max_total_time=60]`; needs `atheris`, which no other part
of the project does. A crash is saved by libFuzzer; add it to the examples of
tests/vision/codes/hostile/test_bit_streams.py.
"""

from __future__ import annotations

import sys

import atheris
import numpy as np

from vision.codes.soft.modules_decoder import decode_modules
from vision.iso18004.layout import layout_of
from vision.iso18004.versions import ErrorLevel

_LEVELS = tuple(ErrorLevel)
_MASKS, _VERSIONS = 8, (1, 2, 3, 7, 10, 27)
_HEADER_BYTES = 2


def decode_codewords(data: bytes) -> None:
    """Decode one symbol: two bytes choose version, level and mask, the others are its message.

    Raises:
        RuntimeError: what came out can't be a message.
    """
    if len(data) < _HEADER_BYTES:
        return
    version = _VERSIONS[data[0] % len(_VERSIONS)]
    layout = layout_of(version, _LEVELS[data[1] % len(_LEVELS)])
    room = layout.structure.data_codewords
    message = (data[_HEADER_BYTES:] + bytes(room))[:room]
    modules, _ = layout.place(np.frombuffer(message, np.uint8), data[1] // len(_LEVELS) % _MASKS)
    barcode = decode_modules(modules)
    if barcode is None:
        return
    # Numbers pack the most characters: three in ten bits.
    if len(barcode.text) > 8 * room:
        raise RuntimeError(f"{len(barcode.text)} characters out of {room} codewords")
    barcode.text.encode("utf-8")


if __name__ == "__main__":
    atheris.Setup(sys.argv, decode_codewords)
    atheris.Fuzz()
