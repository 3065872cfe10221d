"""Symbols, painted designs and other programs that judge them."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from generative_codes.drawing import presets
from generative_codes.symbol import ErrorLevel, Symbol, make_symbol

if TYPE_CHECKING:
    from collections.abc import Callable

PAYLOAD = "https://dj.example/01/06951234567892/21/7K3M9QXP2HTC5W8DNA4F"


@pytest.fixture(scope="session")
def payload() -> str:
    return PAYLOAD


@pytest.fixture(scope="session")
def symbol() -> Symbol:
    return make_symbol(PAYLOAD, ErrorLevel.Q)


@pytest.fixture(params=[preset.key for preset in presets()])
def preset(request):
    return next(preset for preset in presets() if preset.key == request.param)


@pytest.fixture(scope="session")
def grey() -> Callable[..., np.ndarray]:
    """(PNG bytes or RGBA pixels) -> grey picture on a white desk two modules of 12 px wide."""

    def convert(picture):
        if isinstance(picture, bytes):
            image = Image.open(io.BytesIO(picture))
        else:
            image = Image.fromarray(picture)
        image = image.convert("RGBA")
        desk = Image.new("RGBA", image.size, "white")
        return np.asarray(Image.alpha_composite(desk, image).convert("L"))

    return convert


@pytest.fixture
def ghostscript(tmp_path: Path, needs_program) -> Callable[..., str]:
    """(file bytes, arguments) -> standard output of Ghostscript run in tmp_path on that file."""
    needs_program("gs", "ghostscript")

    def run(data, *arguments):
        source = tmp_path / "in.ps"
        source.write_bytes(data)
        command = ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-dEPSCrop", *arguments, source]
        done = subprocess.run(
            command, cwd=tmp_path, check=True, timeout=60, capture_output=True, text=True
        )
        return done.stdout

    return run
