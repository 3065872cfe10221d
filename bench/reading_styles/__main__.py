"""`python -m bench.reading_styles`: our reader beside zxing-cpp alone on our own styled codes.

Codes of style 1 (the modules draw a logo) and style 2 (a picture as base) are drawn as in
`bench.peers`, photographed in the cases of the certificate's camera grid (simulated), and read by
both readers from the same photo. The hard half are the cases in which zxing-cpp alone read least;
it is chosen on the tuning set (other payloads, pictures, logos and noise), never on what is
reported. zxing-cpp alone reads nearly all of the grid; `--strain 2` makes every fault twice as
large, so that there is something to tell the readers apart by.

Results are kept in `var/reading-styles` under a digest of the picture; delete it when a reader
has changed.
"""

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from bench.peers.pictures import REPORTED_SET, TUNING_SET
from bench.peers.rows import Row, Shot, payloads_of, rows
from bench.reading_styles.outcome import Outcome, hard_half, table_of
from bench.reading_styles.strain import strained
from generative_codes.certify import CameraCase, camera_grid
from generative_codes.certify.camera import take_photos
from vision.codes.decoder import decode_view
from vision.codes.ladder import DEFAULT_BUDGET_MS, read_codes
from vision.codes.symbology import Symbology
from vision.codes.views import native_view
from vision.frame import Frame

RESULTS = Path("var/reading-styles")
GRID_SEED = 1
# Noise of the tuning photos differs from that of the reported ones.
_NOISE_SEEDS = {REPORTED_SET: 1, TUNING_SET: 100_001}
_STYLES = ("dots", "base")
QR = frozenset({Symbology.QR_CODE})


def main() -> int:
    """Measure what is missing, print the table."""
    options = argparse.ArgumentParser(prog="python -m bench.reading_styles", description=__doc__)
    options.add_argument("--codes", type=int, default=2, help="codes of every row")
    options.add_argument("--tuning-codes", type=int, default=2, help="codes for the hard half")
    options.add_argument("--rows", default="dots-5q,dots-5h,base-5q,base-5h", help="keys")
    options.add_argument("--strain", type=float, default=1.0, help="1 (the grid) to 4")
    options.add_argument("--budget-ms", type=float, default=DEFAULT_BUDGET_MS)
    given = options.parse_args()
    known = {row.key: row for row in rows() if row.key.startswith(_STYLES)}
    keys = [key for key in given.rows.split(",") if key]
    if not keys or not set(keys) <= set(known):
        sys.stderr.write(f"expected --rows from {', '.join(known)}, got {given.rows!r}\n")
        return 2
    if given.codes < 1 or given.tuning_codes < 1:
        sys.stderr.write("expected at least one code and one tuning code\n")
        return 2
    try:
        grid = strained(camera_grid(GRID_SEED), given.strain)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    cv2.setNumThreads(1)
    RESULTS.mkdir(parents=True, exist_ok=True)
    reported: list[Outcome] = []
    tuned: list[Outcome] = []
    for key in keys:
        tuned += _measured(known[key], given.tuning_codes, TUNING_SET, grid, None)
        reported += _measured(known[key], given.codes, REPORTED_SET, grid, given.budget_ms)
        sys.stderr.write(f"{key}: {len(reported)} photos\n")
    sys.stdout.write(table_of(reported, hard_half(tuned)))
    return 0


def _measured(
    row: Row, codes: int, which: int, grid: tuple[CameraCase, ...], budget_ms: float | None
) -> list[Outcome]:
    """Outcomes of a row's codes in every case; zxing-cpp alone where there is no budget."""
    file = RESULTS / f"{row.key}-{which}.jsonl"
    kept: dict[str, list[dict[str, object]]] = {}
    if file.exists():
        for line in file.read_text().splitlines():
            entry = json.loads(line)
            kept[entry["digest"]] = entry["outcomes"]
    outcomes: list[Outcome] = []
    for number, shot in enumerate(row.draw(payloads_of(codes, which), which), start=1):
        seed = _NOISE_SEEDS[which] + number
        digest = hashlib.sha256(
            shot.picture.tobytes() + repr((shot.payload, seed, grid, budget_ms)).encode()
        ).hexdigest()
        if digest not in kept:
            kept[digest] = [
                found.as_json() for found in _read(row.key, shot, grid, seed, budget_ms)
            ]
            with file.open("a") as stream:
                stream.write(json.dumps({"digest": digest, "outcomes": kept[digest]}) + "\n")
        outcomes += [Outcome.of_json(entry) for entry in kept[digest]]
    return outcomes


def _read(
    row: str, shot: Shot, grid: tuple[CameraCase, ...], seed: int, budget_ms: float | None
) -> list[Outcome]:
    """Both readers on every photo of a code."""
    outcomes = []
    photos = take_photos(shot.picture, shot.pixels_per_module, grid, seed)
    for case, photo in enumerate(photos):
        gray = Frame(np.array(photo), "image/jpeg").gray
        started = time.process_time()
        plain = {reading.text for reading in decode_view(native_view(gray), QR)}
        plain_ms = 1000 * (time.process_time() - started)
        ours: set[str] | None = None
        ours_ms = 0.0
        if budget_ms is not None:
            frame = Frame(np.array(photo), "image/jpeg")
            started = time.process_time()
            ours = {reading.text for reading in read_codes(frame, QR, budget_ms=budget_ms)}
            ours_ms = 1000 * (time.process_time() - started)
        outcomes.append(
            Outcome(
                row=row,
                case=case,
                is_read_plain=shot.payload in plain,
                is_read=None if ours is None else shot.payload in ours,
                is_wrong=bool((plain | (ours or set())) - {shot.payload}),
                plain_ms=round(plain_ms, 2),
                ours_ms=round(ours_ms, 2),
            )
        )
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
