"""`dianjin read`: the codes in pictures, one result per picture."""

import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from ar_service.commands.output import Output

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rich.progress import Progress

    from vision import CodeReading

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})
MOST_FILE_BYTES = 64 * 1024 * 1024
"""Larger files are not even opened; the frame decoder has its own, smaller cap."""


def read_pictures(paths: Sequence[Path], output: Output) -> int:
    """Read the codes of every picture; folders are searched through.

    Returns:
        The exit status: 1 when a picture could not be read or a path holds none, else 0.
    """
    files = list(_pictures(paths))
    status = 0
    with _progress(output, len(files)) as progress:
        for file in files:
            status |= _read_one(file, output)
            if progress is not None:
                progress.advance(progress.task_ids[0])
    if not files:
        output.message("no picture found; wanted: " + ", ".join(sorted(PICTURE_SUFFIXES)))
        return 1
    return status


def _pictures(paths: Sequence[Path]) -> Iterator[Path]:
    """The given files as they are, and the pictures of the given folders in sorted order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                found
                for found in path.rglob("*")
                if found.suffix.lower() in PICTURE_SUFFIXES and found.is_file()
            )
        else:
            yield path


def _read_one(file: Path, output: Output) -> int:
    from vision import FrameError, decode_frame, read_codes

    started_s = time.perf_counter()
    try:
        if file.stat().st_size > MOST_FILE_BYTES:
            return _failed(file, "too_many_bytes", f"larger than {MOST_FILE_BYTES} bytes", output)
        readings = read_codes(decode_frame(file.read_bytes()))
    except OSError as error:
        return _failed(file, "unreadable", error.strerror or "can't be opened", output)
    except FrameError as error:
        return _failed(file, error.rejection.value, error.message, output)
    ms = round((time.perf_counter() - started_s) * 1000, 1)
    codes = [code_document(reading) for reading in readings]
    shown = "".join(f"\n  {code['symbology']}: {code['text']}" for code in codes)
    output.result(
        {"file": str(file), "codes": codes, "ms": ms},
        f"{file}: {len(codes)} code(s), {ms} ms{shown}",
    )
    return 0


def code_document(reading: "CodeReading") -> dict[str, object]:
    """A reading as JSON: corners clockwise from the symbol's own top-left, 1/100 px."""
    corners = [[round(float(x), 2), round(float(y), 2)] for x, y in reading.quad.corners_px]
    return {"text": reading.text, "symbology": reading.symbology.value, "corners_px": corners}


def _failed(file: Path, reason: str, detail: str, output: Output) -> int:
    error = {"reason": reason, "detail": detail}
    output.result({"file": str(file), "error": error}, f"{file}: {reason}: {detail}")
    return 1


def _progress(output: Output, total: int) -> "AbstractContextManager[Progress | None]":
    """A bar on stderr where that is a terminal and there is something to wait for."""
    if total < 2 or not output.err.isatty():
        return nullcontext(None)
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    bar = Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), console=Console(file=output.err)
    )
    bar.add_task("reading", total=total)
    return bar
