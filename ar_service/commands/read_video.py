"""The codes of a video: frames sampled, modules voting across them."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import cv2

    from vision import CodeReading

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".3gp", ".y4m", ".gif"}
)
MOST_PIXELS = 50_000_000
MOST_FRAMES = 50_000
"""Frames of one video that are looked at: more than two hours at six a second."""
MOST_CODES = 2_000
"""Different codes of one video."""
# Containers that tell no frame rate, or a senseless one, are taken for this.
_USUAL_FPS, _MOST_FPS = 25.0, 1_000.0
# A container may count a frame or two that were never written.
_WHOLE_SHARE = 0.95


class VideoError(Exception):
    """A video that gives no frame; `reason` is a word for programs, `detail` for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class CodeSight:
    """A code of a video: as first read, when that was (s), and in how many frames it was read."""

    reading: "CodeReading"
    at_s: float
    frames: int


@dataclass(frozen=True, slots=True)
class VideoCodes:
    """What a video says; `reason` and `detail` where it breaks off or is cut short, else ""."""

    sights: tuple[CodeSight, ...]
    frames: int
    reason: str = ""
    detail: str = ""


def read_video(file: Path, frames_per_second: float, tell: Callable[[float], None]) -> VideoCodes:
    """Read every code that a video shows, in order of appearance.

    Args:
        file: The video.
        frames_per_second: Frames that are looked at, of every second.
        tell: Called with the share of the video that is done, 0..1.

    Raises:
        VideoError: no frame can be decoded.
    """
    # FFmpeg tells the terminal what it thinks of a damaged file; we say it once, in our words.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    if not file.is_file():
        raise VideoError("unreadable", "No such file or directory")
    before = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        capture = cv2.VideoCapture(str(file), cv2.CAP_FFMPEG)
        try:
            return _read_frames(capture, frames_per_second, tell)
        finally:
            capture.release()
    except cv2.error as error:
        raise VideoError("not_a_video", "can't be decoded as a video") from error
    finally:
        cv2.utils.logging.setLogLevel(before)


def _read_frames(
    capture: "cv2.VideoCapture", frames_per_second: float, tell: Callable[[float], None]
) -> VideoCodes:
    import cv2

    from vision import Frame
    from vision.codes.budget import Budget
    from vision.codes.clip import FRAME_BUDGET_MS, ClipReader, ClipState

    if not capture.isOpened():
        raise VideoError("not_a_video", "can't be decoded as a video")
    pixels = capture.get(cv2.CAP_PROP_FRAME_WIDTH) * capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
    if pixels > MOST_PIXELS:
        raise VideoError("too_many_pixels", f"at most {MOST_PIXELS} pixels a frame")
    told_fps = capture.get(cv2.CAP_PROP_FPS)
    fps = told_fps if math.isfinite(told_fps) and 0 < told_fps <= _MOST_FPS else _USUAL_FPS
    told_count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
    count = int(told_count) if math.isfinite(told_count) and 0 < told_count < 1e9 else 0
    step = max(1, round(fps / frames_per_second))
    reader, state = ClipReader(), ClipState()
    sights: dict[tuple[str, str], CodeSight] = {}
    number = looked = 0
    while looked < MOST_FRAMES and len(sights) < MOST_CODES and capture.grab():
        if number % step == 0:
            is_whole, picture = capture.retrieve()
            if is_whole and picture.ndim == 3:
                looked += 1
                frame = Frame(picture)  # type: ignore[arg-type]
                state, readings = reader.step(state, frame, Budget.of_ms(FRAME_BUDGET_MS))
                for reading in readings:
                    key = (reading.symbology.value, reading.text)
                    known = sights.get(key) or CodeSight(reading, round(number / fps, 3), 0)
                    sights[key] = replace(known, frames=known.frames + 1)
        number += 1
        if count:
            tell(min(number / count, 1.0))
    if looked == 0:
        raise VideoError("truncated", "the video holds no whole frame")
    found = tuple(sights.values())
    if looked >= MOST_FRAMES or len(sights) >= MOST_CODES:
        detail = f"stopped at {looked} frames and {len(sights)} codes; cut the video"
        return VideoCodes(found, looked, "too_long", detail)
    if number < _WHOLE_SHARE * count - 1:
        detail = f"the video breaks off after {number} of {count} frames"
        return VideoCodes(found, looked, "truncated", detail)
    return VideoCodes(found, looked)
