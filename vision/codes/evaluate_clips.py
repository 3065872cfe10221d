"""Rates on rendered clips that no single frame may read: votes, best frame, the decoder alone.

    python -m vision.codes.evaluate_clips [--clips 25] [--frames 12] [--seed 1]

Everything is simulated (vision.printcam). A clip counts as read when the right text came out at
any of its frames; a wrong text is counted apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

from vision.codes.budget import Budget
from vision.codes.clip import ClipReader, ClipState
from vision.codes.evaluate import wilson_interval
from vision.codes.ladder import read_codes
from vision.codes.symbology import Symbology
from vision.frame import Frame
from vision.printcam import Camera, Label, View, film, hand_held_views, photograph, print_label
from vision.printcam.presets import COATED_PAPER, KRAFT_BOX, OFFSET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

QR = frozenset({Symbology.QR_CODE})
_DPI = 300
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# So much that nothing is cut short on a busy machine: what is compared is who can read, not speed.
_BUDGET_MS = 4_000.0
_CODE_MM = 18.0
_MARGIN_MM = 3.0


class Trouble(StrEnum):
    """What makes every frame of a clip hard."""

    NOISE = "noise"
    """Few photo-electrons, as behind a small lens in a dim room."""
    MOTION = "motion"
    """A trembling hand and a slow shutter: every frame is blurred along another way."""
    GLARE = "glare"
    """A lamp's mirror image that wanders over the code."""
    DARK = "dark"
    """So little light that the grey levels of the picture run out, and compressed."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A rendered clip and what its code says."""

    trouble: Trouble
    text: str
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class ClipResult:
    """Who read a clip right, and texts that were wrong.

    Attributes:
        trouble: What made it hard.
        votes, best_frame, decoder: Whether the clip reader read it, whether our reader did in any
            frame by itself, whether zxing-cpp did in any frame by itself.
        frames_ours, frames_decoder: Frames that each read by itself.
        first_frame: Number of the frame at which the clip reader had it, 0 where it never had.
        wrong: Wrong texts of the clip reader.
        step_ms: Processor time of the clip reader's steps, mean.
    """

    trouble: Trouble
    votes: bool
    best_frame: bool
    decoder: bool
    frames_ours: int
    frames_decoder: int
    first_frame: int
    wrong: int
    step_ms: float


def make_clip(trouble: Trouble, seed: int, count: int) -> Clip:
    """Render a clip of a hand that holds a phone before a label; the same seed, the same clip."""
    rng = np.random.default_rng((seed, list(Trouble).index(trouble)))
    serial = "".join(_LETTERS[index] for index in rng.integers(len(_LETTERS), size=20))
    text = f"https://id.example.com/01/06901234567892/21/{serial}"
    printed = print_label(_label(text), OFFSET, COATED_PAPER, rng)
    camera = _camera(trouble, rng)
    start = View(
        distance_mm=float(rng.uniform(118, 132)),
        tilt_deg=float(rng.uniform(-18, 18)),
        turn_deg=float(rng.uniform(-18, 18)),
        roll_deg=float(rng.uniform(-25, 25)),
        offset_mm=(float(rng.uniform(-3, 3)), float(rng.uniform(-3, 3))),
        radius_mm=float(rng.uniform(22, 40)),
        axis_deg=float(rng.uniform(-20, 20)),
    )
    end = replace(start, roll_deg=start.roll_deg + 4, offset_mm=(start.offset_mm[0] + 2, 0.0))
    tremor_mm, shutter = (2.6, 0.9) if trouble is Trouble.MOTION else (0.5, 0.2)
    views = hand_held_views(start, end, count, rng, tremor_mm=tremor_mm)
    if trouble is not Trouble.GLARE:
        photos = [photo.bgr for photo in film(printed, camera, views, KRAFT_BOX, rng, shutter)]
    else:
        photos = []
        textures = int(rng.integers(2**31))
        size = _CODE_MM + 2 * _MARGIN_MM
        way_rad = float(rng.uniform(0, 2 * np.pi))
        across = np.array([np.cos(way_rad), np.sin(way_rad)]) * 0.33 * size
        middle = size / 2 + rng.uniform(-0.12, 0.12, 2) * size
        reach = float(rng.uniform(2.7, 3.8))
        for index, view in enumerate(views):
            at = middle + across * (2 * index / max(count - 1, 1) - 1)
            light = replace(
                KRAFT_BOX.light,
                glare_mm=(float(at[0]), float(at[1])),
                glare_size_mm=(reach, 0.8 * reach),
                glare_strength=9.0,
            )
            scene = replace(KRAFT_BOX, light=light)
            # The same textures in every frame: the pack does not change, only the lamp moves.
            each = np.random.default_rng((textures, 0))
            photos.append(photograph(printed, camera, view, scene, each).bgr)
    return Clip(trouble, text, tuple(Frame(photo, "image/png") for photo in photos))


def _label(text: str) -> Label:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    raster = np.array(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False))
    side = round(_CODE_MM * _DPI / 25.4)
    margin = round(_MARGIN_MM * _DPI / 25.4)
    large = cv2.resize(raster, (side, side), interpolation=cv2.INTER_NEAREST)
    label = np.full((side + 2 * margin, side + 2 * margin), 255, np.uint8)
    label[margin : margin + side, margin : margin + side] = large
    return Label((label > 127).astype(np.float32), _DPI)


def _camera(trouble: Trouble, rng: np.random.Generator) -> Camera:
    camera = Camera(
        width_px=640, height_px=480, focal_px=900, defocus_px=1.2, sharpening=0.4, jpeg_quality=88
    )
    match trouble:
        case Trouble.NOISE:
            return replace(camera, white_electrons=float(rng.uniform(10, 36)), jpeg_quality=95)
        case Trouble.MOTION:
            return replace(camera, white_electrons=900.0, defocus_px=2.0)
        case Trouble.GLARE:
            return camera
        case Trouble.DARK:
            exposure = float(rng.uniform(0.003, 0.007))
            return replace(camera, exposure=exposure, white_electrons=9_000.0)


def judge(clip: Clip) -> ClipResult:
    """Read a clip in three ways."""
    state, reader = ClipState(), ClipReader(QR)
    first, wrong, spent_s = 0, 0, 0.0
    for number, frame in enumerate(clip.frames, 1):
        started_s = time.process_time()
        state, readings = reader.step(state, frame, Budget.of_ms(_BUDGET_MS))
        spent_s += time.process_time() - started_s
        wrong += sum(reading.text != clip.text for reading in readings)
        if not first and any(reading.text == clip.text for reading in readings):
            first = number
    ours = sum(
        any(reading.text == clip.text for reading in read_codes(frame, QR, budget_ms=_BUDGET_MS))
        for frame in clip.frames
    )
    plain = sum(clip.text in _decoder_texts(frame.gray) for frame in clip.frames)
    step_ms = 1000 * spent_s / len(clip.frames)
    return ClipResult(
        clip.trouble, first > 0, ours > 0, plain > 0, ours, plain, first, wrong, step_ms
    )


def _decoder_texts(gray: NDArray[np.uint8]) -> set[str]:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    return {found.text for found in zxingcpp.read_barcodes(gray, formats) if found.valid}


def results(
    clips: int, frames: int, seed: int, troubles: tuple[Trouble, ...] = tuple(Trouble)
) -> Iterator[ClipResult]:
    """Render and judge so many clips of every trouble."""
    for trouble in troubles:
        for number in range(clips):
            yield judge(make_clip(trouble, seed + number, frames))


def _rate(hits: int, trials: int) -> str:
    low, high = wilson_interval(hits, trials)
    return f"{hits}/{trials} ({100 * low:.0f}-{100 * high:.0f} %)"


def main() -> None:
    """Write one line per trouble to stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=25)
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trouble", choices=[trouble.value for trouble in Trouble])
    options = parser.parse_args()
    chosen = (Trouble(options.trouble),) if options.trouble else tuple(Trouble)
    for trouble in chosen:
        found = list(results(options.clips, options.frames, options.seed, (trouble,)))
        count = len(found)
        line = {
            "trouble": trouble.value,
            "clip reader": _rate(sum(one.votes for one in found), count),
            "best single frame, ours": _rate(sum(one.best_frame for one in found), count),
            "best single frame, zxing-cpp": _rate(sum(one.decoder for one in found), count),
            "frames, ours": _rate(sum(one.frames_ours for one in found), count * options.frames),
            "frames, zxing-cpp": _rate(
                sum(one.frames_decoder for one in found), count * options.frames
            ),
            "wrong texts": sum(one.wrong for one in found),
            "step ms": round(sum(one.step_ms for one in found) / count, 1),
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
