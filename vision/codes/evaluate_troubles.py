"""Measures reading on rendered codes in trouble: ``python -m vision.codes.evaluate_troubles``.

    python -m vision.codes.evaluate_troubles [--count 100] [--seed 10000] [--plain] [--json]
        [--kind lamp] [--budget-ms 600]

Everything is simulated (vision.printcam; scenes in trouble_scenes.py). Scene n is drawn from seed
n alone; rates count codes, as one kind has several of them in a picture. Seeds 0 to 9999 are for
tuning, seeds from 10000 on for reporting.

"Perfect locator": zxing-cpp is shown every code's true box, and its true outline made square, both
at 600 px, as they are, with the local brightness taken out, and equalised. "True lattice": the
modules are sampled where the renderer knows that they are. Our reader has 600 ms of processor time
in one thread.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.code_reading import Rung
from vision.codes.decoder import decode_view
from vision.codes.evaluate import wilson_interval
from vision.codes.evaluate_bends import FIRST_REPORTED_SEED, MAX_COUNT, QR
from vision.codes.ladder import DEFAULT_BUDGET_MS, read_codes
from vision.codes.trouble_scenes import TroubleKind, TroubleScene, trouble_scene
from vision.codes.views import Part, native_view, part_view
from vision.frame import Frame
from vision.geometry import Homography, Quad, warp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from vision.codes.code_reading import CodeReading

# Anchor sheet's recipe of a perfect locator: margins in shares of a side, and size shown.
_BOX_MARGIN, _QUIET_ZONE, _SHOWN_PX = 0.25, 0.12, 600


@dataclass(frozen=True, slots=True)
class TroubleResult:
    """What became of one scene; counts are of codes.

    Attributes:
        seed: The scene.
        kind: Row of the table.
        detail: Style or damage.
        codes: Codes in the picture.
        at_lattice: Read with the modules at their true places.
        located: Read with a perfect locator.
        plain: Read by zxing-cpp alone.
        plain_ms: Processor time of that.
        ours: Read by our reader; None where it was not asked.
        wrong: Texts that no code in the picture says, of both readers.
        ours_ms: Processor time of our reader.
        rungs: What read each code.
    """

    seed: int
    kind: TroubleKind
    detail: str
    codes: int
    at_lattice: int
    located: int
    plain: int
    plain_ms: float
    ours: int | None = None
    wrong: int = 0
    ours_ms: float = 0.0
    rungs: tuple[str, ...] = ()


def texts_where_located(scene: TroubleScene, gray: NDArray[np.uint8]) -> set[str]:
    """Texts that zxing-cpp reads when it is shown every code's true place.

    Args:
        scene: Scene.
        gray: uint8 (H, W), its photo.
    """
    texts: set[str] = set()
    square = Quad.upright(-0.5, -0.5, _SHOWN_PX - 0.5, _SHOWN_PX - 0.5)
    inset = _QUIET_ZONE * _SHOWN_PX
    for code in scene.sheet.codes:
        quad = scene.quad(code)
        left, top, right, bottom = quad.bounds_xyxy
        half = (0.5 + _BOX_MARGIN) * max(right - left, bottom - top)
        x, y = (left + right) / 2, (top + bottom) / 2
        box = Quad.upright(x - half, y - half, x + half, y + half)
        inner = Quad.upright(
            inset - 0.5, inset - 0.5, _SHOWN_PX - inset - 0.5, _SHOWN_PX - inset - 0.5
        )
        for shown_from_frame in (
            Homography.between_quads(square, box),
            Homography.between_quads(inner, quad),
        ):
            crop = warp(gray, shown_from_frame, (_SHOWN_PX, _SHOWN_PX))
            part = Part(np.asarray(crop, np.uint8), Homography.identity())
            for rung in (Rung.NATIVE, Rung.FLATTENED, Rung.EQUALISED):
                texts |= {reading.text for reading in decode_view(part_view(part, rung), QR)}
    return texts


def measure(
    seed: int, is_plain: bool = False, budget_ms: float = DEFAULT_BUDGET_MS
) -> TroubleResult:
    """Render the scene of a seed and let the readers read it."""
    scene = trouble_scene(seed)
    frame = Frame(scene.photo(), "image/jpeg")
    gray = frame.gray
    texts = {code.text for code in scene.sheet.codes}
    started = time.process_time()
    plain = decode_view(native_view(gray), QR)
    plain_ms = 1000 * (time.process_time() - started)
    ours: Sequence[CodeReading] = ()
    ours_ms = 0.0
    if not is_plain:
        # A frame of its own: the grey picture is part of our reader's work.
        frame = Frame(frame.bgr, frame.media_type)
        started = time.process_time()
        ours = read_codes(frame, QR, budget_ms=budget_ms, clock=time.thread_time)
        ours_ms = 1000 * (time.process_time() - started)
    wrong = {reading.text for reading in (*plain, *ours)} - texts
    return TroubleResult(
        seed,
        scene.kind,
        scene.detail,
        len(texts),
        len(texts & scene.texts_at_truth(gray)),
        len(texts & texts_where_located(scene, gray)),
        len(texts & {reading.text for reading in plain}),
        round(plain_ms, 2),
        None if is_plain else len(texts & {reading.text for reading in ours}),
        len(wrong),
        round(ours_ms, 2),
        tuple(str(reading.grid_step or reading.rung) for reading in ours),
    )


def measured(
    seeds: Sequence[int],
    is_plain: bool = False,
    kinds: frozenset[TroubleKind] | None = None,
    budget_ms: float = DEFAULT_BUDGET_MS,
) -> Iterator[TroubleResult]:
    """Results of the seeds in order; only of scenes of the kinds."""
    names = tuple(TroubleKind)
    for seed in seeds:
        if kinds is None or names[seed % len(names)] in kinds:
            yield measure(seed, is_plain, budget_ms)


def table(results: Sequence[TroubleResult]) -> str:
    """The results as text: rates of codes with 95 % intervals by kind, then times and rungs."""
    lines = [
        "simulated codes in trouble; codes read of all, 95 % interval",
        f"  {'':28}{'true lattice':>14}{'perfect locator':>17}{'zxing-cpp alone':>27}{'ours':>27}",
    ]
    for kind in TroubleKind:
        rows = [result for result in results if result.kind is kind]
        if rows:
            lines.append(_line(kind.value, rows))
    if results:
        lines.append(_line("all", results))
    asked = [result for result in results if result.ours is not None]
    for name, values in (
        ("zxing-cpp alone", [result.plain_ms for result in results]),
        ("ours", [result.ours_ms for result in asked]),
    ):
        if values:
            median, late = np.percentile(values, [50, 95])
            lines.append(
                f"processor time, {name}: median {median:.1f} ms, p95 {late:.1f} ms, "
                f"most {max(values):.1f} ms"
            )
    rungs = Counter(rung for result in asked for rung in result.rungs)
    lines.append("read by: " + (", ".join(f"{r} {n}" for r, n in rungs.most_common()) or "none"))
    for name, seeds in (
        ("wrong texts", [result.seed for result in results if result.wrong]),
        ("missed by ours", [result.seed for result in asked if _read(result) < result.codes]),
        (
            "of these all read with a perfect locator",
            [
                result.seed
                for result in asked
                if _read(result) < result.codes and result.located == result.codes
            ],
        ),
    ):
        lines.append(f"{name}: {seeds or 'none'}")
    return "\n".join(lines)


def _read(result: TroubleResult) -> int:
    return result.ours or 0


def _line(name: str, rows: Sequence[TroubleResult]) -> str:
    codes = sum(row.codes for row in rows)
    asked = [row for row in rows if row.ours is not None]
    plain = _rate(sum(row.plain for row in rows), codes)
    ours = _rate(sum(row.ours or 0 for row in asked), sum(row.codes for row in asked))
    lattice = f"{sum(row.at_lattice for row in rows)}/{codes}"
    located = f"{sum(row.located for row in rows)}/{codes}"
    return f"  {name:28}{lattice:>14}{located:>17}{plain:>27}{ours:>27}"


def _rate(hits: int, trials: int) -> str:
    if not trials:
        return "-"
    low, high = wilson_interval(hits, trials)
    return f"{hits}/{trials} {100 * hits / trials:5.1f} % [{100 * low:.0f}, {100 * high:.0f}]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the seeds named on the command line and write the table; 2 on wrong arguments."""
    parser = argparse.ArgumentParser(description="Measure reading on rendered codes in trouble.")
    parser.add_argument("--count", type=int, default=100, help="number of scenes")
    parser.add_argument(
        "--seed", type=int, default=FIRST_REPORTED_SEED, help="first; below 10000 for tuning"
    )
    parser.add_argument("--plain", action="store_true", help="without our reader")
    parser.add_argument("--json", action="store_true", help="one JSON line per scene, no table")
    parser.add_argument(
        "--kind", action="append", choices=[kind.name.lower() for kind in TroubleKind]
    )
    parser.add_argument("--budget-ms", type=float, default=DEFAULT_BUDGET_MS)
    given = parser.parse_args(arguments)
    if not (1 <= given.count <= MAX_COUNT and given.seed >= 0 and given.budget_ms > 0):
        sys.stderr.write(
            f"expected --count 1..{MAX_COUNT}, --seed from 0 and --budget-ms above 0, got "
            f"{given.count}, {given.seed}, {given.budget_ms:g}\n"
        )
        return 2
    kinds = frozenset(TroubleKind[name.upper()] for name in given.kind) if given.kind else None
    seeds = range(given.seed, given.seed + given.count)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    results = []
    try:
        for result in measured(seeds, given.plain, kinds, given.budget_ms):
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
