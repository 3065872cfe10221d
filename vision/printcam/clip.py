"""Poses of a moving hand, and clips in the form that a browser's fake camera reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.printcam.field import smooth_field

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from vision.printcam.view import View

# Frames over which a hand's tremor stays alike: about a sixth of a second at 30 frames a second.
_TREMOR_FRAMES = 5.0


def hand_held_views(
    start: View,
    end: View,
    count: int,
    rng: np.random.Generator,
    tremor_mm: float = 0.6,
    tremor_deg: float = 0.4,
) -> tuple[View, ...]:
    """Move from one pose to another with a smooth start and stop and a trembling hand.

    Args:
        start: First pose (before tremor).
        end: Last pose; the form of its label must be that of the first.
        count: Number of poses, at least 1.
        rng: Source of randomness.
        tremor_mm: Standard deviation of the offset along each axis.
        tremor_deg: Standard deviation of tilt, turn and roll.

    Returns:
        The poses.

    Raises:
        ValueError: When count is below 1 or the two poses show different forms.
    """
    if count < 1:
        raise ValueError("count must be at least 1")
    forms = [(view.radius_mm, view.axis_deg, view.surface) for view in (start, end)]
    if forms[0] != forms[1]:
        raise ValueError("both poses must show the same cylinder or surface")
    shares = np.linspace(0, 1, count)
    shares = shares * shares * (3 - 2 * shares)
    # Six independent rows, each smooth along time only.
    tremor = np.stack(
        [smooth_field(rng, (1, count * 8), _TREMOR_FRAMES * 8)[0, ::8] for _ in range(6)]
    ).astype(np.float64)
    tremor[:3] *= tremor_mm
    tremor[3:] *= tremor_deg

    def between(first: float, last: float, share: float) -> float:
        return first + (last - first) * share

    views = []
    for index, share in enumerate(float(value) for value in shares):
        move = [float(value) for value in tremor[:, index]]
        views.append(
            replace(
                start,
                distance_mm=between(start.distance_mm, end.distance_mm, share) + move[2],
                tilt_deg=between(start.tilt_deg, end.tilt_deg, share) + move[3],
                turn_deg=between(start.turn_deg, end.turn_deg, share) + move[4],
                roll_deg=between(start.roll_deg, end.roll_deg, share) + move[5],
                offset_mm=(
                    between(start.offset_mm[0], end.offset_mm[0], share) + move[0],
                    between(start.offset_mm[1], end.offset_mm[1], share) + move[1],
                ),
            )
        )
    return tuple(views)


def write_y4m(frames: Iterable[NDArray[np.uint8]], path: Path, fps: int = 30) -> int:
    """Write frames as an uncompressed YUV4MPEG2 clip (4:2:0, BT.601 studio range, progressive).

    This is what Chromium's ``--use-file-for-fake-video-capture`` reads. The file takes 1.5 bytes
    per pixel and frame.

    Args:
        frames: uint8 (H, W, 3) B, G, R, all of one even size; read one by one.
        path: File to write.
        fps: Frames per second.

    Returns:
        Number of frames written.

    Raises:
        ValueError: When there are no frames, or their sizes are odd or differ.
    """
    if fps < 1:
        raise ValueError("fps must be at least 1")
    count = 0
    shape: tuple[int, ...] = ()
    with path.open("wb") as file:
        for frame in frames:
            if not count:
                shape = frame.shape
                if len(shape) != 3 or shape[2] != 3 or shape[0] % 2 or shape[1] % 2:
                    raise ValueError(f"frames must be (H, W, 3) with even H and W, got {shape}")
                header = f"YUV4MPEG2 W{shape[1]} H{shape[0]} F{fps}:1 Ip A1:1 C420jpeg\n"
                file.write(header.encode("ascii"))
            elif frame.shape != shape:
                raise ValueError(f"all frames must have the shape {shape}, got {frame.shape}")
            file.write(b"FRAME\n")
            file.write(np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420)).tobytes())
            count += 1
    if not count:
        path.unlink()
        raise ValueError("there are no frames to write")
    return count
