"""Files made by a second library (Pillow), as a camera or an attacker would make them."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def saved():
    """Return a function that gives the bytes of a picture in a format."""

    def save(image: Image.Image, kind: str, **options: object) -> bytes:
        stream = io.BytesIO()
        image.save(stream, kind, **options)
        return stream.getvalue()

    return save


@pytest.fixture
def photo() -> Image.Image:
    """48 x 32 RGB: smooth, so that lossy formats keep it, with a red top-left quarter."""
    pixels = np.full((32, 48, 3), 60, np.uint8)
    pixels[:16, :24] = (200, 30, 30)
    pixels[16:, 24:] = (30, 30, 200)
    return Image.fromarray(pixels)


@pytest.fixture
def png_chunk():
    """Return a function that gives the bytes of one PNG chunk."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    return chunk
