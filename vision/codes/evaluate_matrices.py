"""Measures Data Matrix and Micro QR reading on rendered bent labels.

    python -m vision.codes.evaluate_matrices [--count 200] [--seed 10000] [--kind data_matrix]
        [--plain] [--json] [--budget-ms 600]

Everything is simulated (vision.printcam; scenes in matrix_scenes.py). Scene n of a kind is drawn
from seed n alone. Seeds 0 to 9999 are for tuning, seeds from 10000 on for reporting: never look at
a picture of the latter, and never choose a setting by them.

The column "true lattice" tells what can be read at all: zxing-cpp is shown the picture unrolled
by the way it was rendered. Our reader's time is processor time of one thread.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.decoder import decode_view
from vision.codes.evaluate import wilson_interval
from vision.codes.ladder import DEFAULT_BUDGET_MS, read_codes
from vision.codes.matrix_scenes import MatrixBend, bent_matrix, texts_at_truth
from vision.codes.symbology import Symbology
from vision.codes.views import native_view
from vision.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vision.codes.code_reading import CodeReading

FIRST_REPORTED_SEED = 10_000
MAX_COUNT = 100_000
KINDS = (Symbology.DATA_MATRIX, Symbology.MICRO_QR_CODE)


@dataclass(frozen=True, slots=True)
class MatrixResult:
    """What became of one scene.

    Attributes:
        seed: The scene.
        symbology: What was printed.
        bend: Row of the table.
        is_readable: Whether zxing-cpp reads the picture unrolled by the true geometry.
        is_read_plain: Whether zxing-cpp alone read the text.
        plain_ms: Processor time of that.
        is_read: Whether our reader read the text; None where it was not asked.
        is_wrong: Whether our reader read another text.
        is_wrong_plain: Whether zxing-cpp alone read another text.
        ours_ms: Processor time of our reader.
        rung: What read it, "" where nothing did.
    """

    seed: int
    symbology: Symbology
    bend: MatrixBend
    is_readable: bool
    is_read_plain: bool
    plain_ms: float
    is_read: bool | None = None
    is_wrong: bool = False
    is_wrong_plain: bool = False
    ours_ms: float = 0.0
    rung: str = ""


def measure(
    seed: int,
    symbology: Symbology,
    is_plain: bool = False,
    budget_ms: float = DEFAULT_BUDGET_MS,
) -> MatrixResult:
    """Render the scene of a seed and let the readers read it."""
    code = bent_matrix(seed, symbology)
    frame = Frame(code.photo().bgr, "image/jpeg")
    gray = frame.gray
    wanted = frozenset({symbology})
    started = time.process_time()
    plain = decode_view(native_view(gray), wanted)
    plain_ms = 1000 * (time.process_time() - started)
    ours: Sequence[CodeReading] = ()
    ours_ms = 0.0
    if not is_plain:
        # A frame of its own: the grey picture is part of our reader's work.
        frame = Frame(frame.bgr, frame.media_type)
        started = time.process_time()
        ours = read_codes(frame, wanted, budget_ms=budget_ms, clock=time.thread_time)
        ours_ms = 1000 * (time.process_time() - started)
    right = [reading for reading in ours if reading.text == code.text]
    return MatrixResult(
        seed,
        symbology,
        code.bend,
        code.text in texts_at_truth(code, gray),
        any(reading.text == code.text for reading in plain),
        round(plain_ms, 2),
        None if is_plain else bool(right),
        any(reading.text != code.text for reading in ours),
        any(reading.text != code.text for reading in plain),
        round(ours_ms, 2),
        str(right[0].grid_step or right[0].rung) if right else "",
    )


def table(results: Sequence[MatrixResult]) -> str:
    """The results as text: rates with 95 % intervals by kind and bend, then times."""
    lines = [
        "simulated bent labels; right of all, 95 % interval",
        f"  {'':28}{'true lattice':>14}{'zxing-cpp alone':>28}{'ours':>28}",
    ]
    for kind in KINDS:
        of_kind = [result for result in results if result.symbology is kind]
        for bend in MatrixBend:
            rows = [result for result in of_kind if result.bend is bend]
            if rows:
                lines.append(_line(f"{kind.value}, {bend.value}", rows))
        if of_kind:
            lines.append(_line(f"{kind.value}, all", of_kind))
        asked = [result for result in of_kind if result.is_read is not None]
        for name, times in (
            ("zxing-cpp alone", [result.plain_ms for result in of_kind]),
            ("ours", [result.ours_ms for result in asked]),
        ):
            if times:
                median, late = np.percentile(times, [50, 95])
                lines.append(
                    f"  processor time, {kind.value}, {name}: median {median:.1f} ms, "
                    f"p95 {late:.1f} ms, most {max(times):.1f} ms"
                )
    wrong = [(result.symbology.value, result.seed) for result in results if result.is_wrong]
    wrong_plain = [(r.symbology.value, r.seed) for r in results if r.is_wrong_plain]
    lines.append(f"wrong texts of ours: {wrong or 'none'}")
    lines.append(f"wrong texts of zxing-cpp alone: {wrong_plain or 'none'}")
    return "\n".join(lines)


def _line(name: str, rows: Sequence[MatrixResult]) -> str:
    asked = [row for row in rows if row.is_read is not None]
    plain = _rate(sum(row.is_read_plain for row in rows), len(rows))
    ours = _rate(sum(bool(row.is_read) for row in asked), len(asked))
    readable = f"{sum(row.is_readable for row in rows)}/{len(rows)}"
    return f"  {name:30}{readable:>12}{plain:>28}{ours:>28}"


def _rate(hits: int, trials: int) -> str:
    if not trials:
        return "-"
    low, high = wilson_interval(hits, trials)
    return f"{hits}/{trials} {100 * hits / trials:5.1f} % [{100 * low:.0f}, {100 * high:.0f}]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the seeds named on the command line and write the table; 2 on wrong arguments."""
    parser = argparse.ArgumentParser(description="Measure bent Data Matrix and Micro QR Codes.")
    parser.add_argument("--count", type=int, default=200, help="scenes of each kind")
    parser.add_argument(
        "--seed", type=int, default=FIRST_REPORTED_SEED, help="first; below 10000 for tuning"
    )
    parser.add_argument("--kind", action="append", choices=[kind.value for kind in KINDS])
    parser.add_argument("--plain", action="store_true", help="only zxing-cpp alone")
    parser.add_argument("--json", action="store_true", help="one JSON line per scene, no table")
    parser.add_argument("--budget-ms", type=float, default=DEFAULT_BUDGET_MS)
    given = parser.parse_args(arguments)
    if not (1 <= given.count <= MAX_COUNT and given.seed >= 0 and given.budget_ms > 0):
        sys.stderr.write(
            f"expected --count 1..{MAX_COUNT}, --seed from 0 and --budget-ms above 0, got "
            f"{given.count}, {given.seed}, {given.budget_ms:g}\n"
        )
        return 2
    kinds = [kind for kind in KINDS if given.kind is None or kind.value in given.kind]
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    results = []
    try:
        for seed in range(given.seed, given.seed + given.count):
            for kind in kinds:
                result = measure(seed, kind, given.plain, given.budget_ms)
                results.append(result)
                if given.json:
                    sys.stdout.write(json.dumps(asdict(result)) + "\n")
                    sys.stdout.flush()
    finally:
        cv2.setNumThreads(threads)
    if not given.json:
        sys.stdout.write(table(results) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
