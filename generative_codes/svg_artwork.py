"""SVG as artwork: checked, written anew, drawn in a process that can do nothing else."""

import subprocess
import sys
from pathlib import Path

from generative_codes.svg_gate import safe_svg
from generative_codes.svg_problems import SvgError, SvgProblem

MOST_MEMORY_BYTES = 1024 * 1024 * 1024
MOST_CPU_S = 5
MOST_WALL_S = 15.0
_BEGINNINGS = (b"<svg", b"<?xml", b"<!doctype svg", b"<!--")
_PROCESS = Path(__file__).with_name("svg_process.py")


def is_svg(data: bytes) -> bool:
    """Tell whether the bytes begin like an SVG file: UTF-8, or UTF-16 with its mark."""
    head = data[:1024]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return b"<\0" in head or b"\0<" in head
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_BEGINNINGS)


def draw_svg(data: bytes) -> bytes:
    """The drawing as PNG with transparency, 1,500 pixels on its longer side.

    Raises:
        SvgError: If it is not allowed, can't be drawn, or takes too much time or memory.
    """
    svg = safe_svg(data)
    command = [sys.executable, "-I", str(_PROCESS), str(MOST_MEMORY_BYTES), str(MOST_CPU_S)]
    try:
        drawn = subprocess.run(  # noqa: S603 - our own file, numbers as arguments
            command,
            input=svg.encode("utf-8"),
            capture_output=True,
            check=False,
            timeout=MOST_WALL_S,
            cwd="/",
            env={},
        )
    except subprocess.TimeoutExpired as error:
        raise SvgError(SvgProblem.TOO_SLOW, f"> {MOST_WALL_S:.0f} s") from error
    if drawn.returncode < 0:
        # Killed for its time, or given up for want of memory.
        raise SvgError(SvgProblem.TOO_SLOW, f"> {MOST_CPU_S} s, > {MOST_MEMORY_BYTES >> 20} MB")
    if drawn.returncode != 0 or not drawn.stdout:
        told = drawn.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SvgError(SvgProblem.NOT_DRAWN, told[-1] if told else "no picture")
    return drawn.stdout
