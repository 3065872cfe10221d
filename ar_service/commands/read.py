"""`dianjin read`: the codes in pictures and videos, one result per file."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ar_service.commands.output import Output
from ar_service.commands.read_progress import FileProgress, file_progress
from ar_service.commands.read_report import CodeRow, CsvReport, ReportError, files_read_before
from ar_service.commands.read_video import VIDEO_SUFFIXES, VideoError, read_video

if TYPE_CHECKING:
    from vision import CodeReading

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})
MOST_FILE_BYTES = 64 * 1024 * 1024
"""Larger pictures are not even opened; the frame decoder has its own, smaller cap."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells give it (128 + SIGINT)."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the command line says.

    Attributes:
        paths: Pictures, videos, and folders of them.
        csv: File that gets one row per code, or None.
        resume: JSON lines of an earlier run, whose files are passed over, or None.
        frames_per_second: Of a video, looked at.
    """

    paths: tuple[Path, ...]
    csv: Path | None = None
    resume: Path | None = None
    frames_per_second: float = 6.0


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one file says; `reason` and `detail` tell what is wrong with it, "" if nothing.

    A video that breaks off has both codes and a reason. `frames` is None for pictures.
    """

    file: str
    codes: tuple[CodeRow, ...]
    ms: float
    frames: int | None = None
    reason: str = ""
    detail: str = ""


def read_files(options: ReadOptions, output: Output) -> int:
    """Read the codes of every file; folders are searched through.

    Returns:
        The exit status: 1 when a file could not be read whole or a path holds none, 130 after
        Ctrl-C, else 0.
    """
    try:
        before = frozenset[str]() if options.resume is None else files_read_before(options.resume)
        report = None if options.csv is None else CsvReport.open(options.csv, bool(before))
    except ReportError as error:
        output.message(str(error))
        return 1
    files = list(_files(options.paths))
    left = [file for file in files if shown_path(file) not in before]
    if not files:
        wanted = ", ".join(sorted(PICTURE_SUFFIXES | VIDEO_SUFFIXES))
        output.message(f"no picture found; wanted: {wanted}")
    status = 0 if files else 1
    done = 0
    try:
        with file_progress(output, len(left)) as progress:
            for file in left:
                status |= _tell(_read_one(file, options, progress), output, report)
                done += 1
                progress.file_done()
    except KeyboardInterrupt:
        output.message(
            f"stopped after {done} of {len(left)} files; `--resume FILE` with the JSON lines so "
            "far reads the rest"
        )
        status = INTERRUPTED
    finally:
        if report is not None:
            report.close()
    return status


def shown_path(file: Path) -> str:
    """The path as text that any stream can carry: bytes that are no UTF-8 are escaped."""
    return str(file).encode("utf-8", "backslashreplace").decode()


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The given files as they are, and the pictures and videos of the folders, sorted."""
    wanted = PICTURE_SUFFIXES | VIDEO_SUFFIXES
    for path in paths:
        if path.is_dir():
            yield from sorted(
                found
                for found in path.rglob("*")
                if found.suffix.lower() in wanted and found.is_file()
            )
        else:
            yield path


def _read_one(file: Path, options: ReadOptions, progress: FileProgress) -> FileResult:
    if file.suffix.lower() in VIDEO_SUFFIXES:
        return _read_video(file, options.frames_per_second, progress)
    return _read_picture(file)


def _read_picture(file: Path) -> FileResult:
    from vision import FrameError, decode_frame, read_codes

    name, started_s = shown_path(file), time.perf_counter()
    try:
        if file.stat().st_size > MOST_FILE_BYTES:
            detail = f"larger than {MOST_FILE_BYTES} bytes"
            return FileResult(name, (), 0.0, reason="too_many_bytes", detail=detail)
        readings = read_codes(decode_frame(file.read_bytes()))
    except OSError as error:
        detail = error.strerror or "can't be opened"
        return FileResult(name, (), 0.0, reason="unreadable", detail=detail)
    except FrameError as error:
        return FileResult(name, (), 0.0, reason=error.rejection.value, detail=error.message)
    codes = tuple(code_row(reading) for reading in readings)
    return FileResult(name, codes, _ms_since(started_s))


def _read_video(file: Path, frames_per_second: float, progress: FileProgress) -> FileResult:
    name, started_s = shown_path(file), time.perf_counter()
    try:
        video = read_video(file, frames_per_second, progress.share_of_file)
    except VideoError as error:
        return FileResult(name, (), 0.0, reason=error.reason, detail=error.detail)
    codes = tuple(code_row(sight.reading, sight.at_s, sight.frames) for sight in video.sights)
    ms = _ms_since(started_s)
    return FileResult(name, codes, ms, video.frames, video.reason, video.detail)


def code_row(
    reading: "CodeReading", at_s: float | None = None, frames: int | None = None
) -> CodeRow:
    """A reading in numbers for people: corners to 1/100 px."""
    corners = tuple((round(float(x), 2), round(float(y), 2)) for x, y in reading.quad.corners_px)
    rung = reading.rung.value if reading.grid_step is None else f"grid:{reading.grid_step.value}"
    confidence = round(reading.confidence, 3)
    return CodeRow(reading.text, reading.symbology.value, corners, rung, confidence, at_s, frames)


def _tell(result: FileResult, output: Output, report: CsvReport | None) -> int:
    """Write a result to stdout and to the table; 1 where something is wrong with the file."""
    document: dict[str, object] = {"file": result.file}
    lines = [result.file]
    if not result.reason or result.frames is not None:
        document["codes"] = [code.document() for code in result.codes]
        if result.frames is not None:
            document["frames"] = result.frames
        document["ms"] = result.ms
        lines[0] += f": {len(result.codes)} code(s), {result.ms} ms"
        lines += [f"  {code.symbology}: {code.text}" for code in result.codes]
    if result.reason:
        document["error"] = {"reason": result.reason, "detail": result.detail}
        lines[0] += f": {result.reason}: {result.detail}"
    output.result(document, "\n".join(lines))
    if report is not None:
        report.write(result.file, result.codes, result.ms, result.reason)
    return 1 if result.reason else 0


def _ms_since(started_s: float) -> float:
    return round((time.perf_counter() - started_s) * 1000, 1)
