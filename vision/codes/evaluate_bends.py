"""Measures reading on rendered bent labels: ``python -m vision.codes.evaluate_bends``.

    python -m vision.codes.evaluate_bends [--count 200] [--seed 10000] [--plain] [--json]
        [--results FILE] [--kind crease]

Everything is simulated (vision.printcam; scenes in bend_scenes.py). Scene n is drawn from seed n
alone, so ranges of seeds add up: with --results every scene's outcome is kept, one JSON line
each, and seeds that are in the file are not measured again; delete it when a reader has changed.

Seeds 0 to 9999 are for tuning, seeds from 10000 on for reporting: never look at a picture of the
latter, and never choose a setting by them.

The column "true lattice" tells what can be read at all: modules are sampled where the renderer
knows that they are, the finders are drawn in, and zxing-cpp decodes that. Our reader has 600 ms of
processor time in one thread, which is its wall time on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.bend_scenes import BendKind, bent_code, finders_visible, texts_at_truth
from vision.codes.decoder import decode_view
from vision.codes.evaluate import wilson_interval
from vision.codes.ladder import DEFAULT_BUDGET_MS, read_codes
from vision.codes.symbology import Symbology
from vision.codes.views import native_view
from vision.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vision.codes.code_reading import CodeReading

FIRST_REPORTED_SEED = 10_000
MAX_COUNT = 100_000
QR = frozenset({Symbology.QR_CODE})


@dataclass(frozen=True, slots=True)
class BendResult:
    """What became of one scene.

    Attributes:
        seed: The scene.
        kind: Row of the table.
        version: Of the QR Code.
        half_bend_deg: Of a cylinder or cone, else 0.
        finders: How many of the three are visible.
        is_readable: Whether zxing-cpp reads the modules at their true places.
        is_read_plain: Whether zxing-cpp alone read the text.
        plain_ms: Processor time of that.
        is_read: Whether our reader read the text; None where it was not asked.
        is_wrong: Whether either reader read another text.
        ours_ms: Processor time of our reader.
        rung: What read it, "" where nothing did.
    """

    seed: int
    kind: BendKind
    version: int
    half_bend_deg: float
    finders: int
    is_readable: bool
    is_read_plain: bool
    plain_ms: float
    is_read: bool | None = None
    is_wrong: bool = False
    ours_ms: float = 0.0
    rung: str = ""


def measure(seed: int, is_plain: bool = False, budget_ms: float = DEFAULT_BUDGET_MS) -> BendResult:
    """Render the scene of a seed and let the readers read it."""
    code = bent_code(seed)
    frame = Frame(code.photo().bgr, "image/jpeg")
    gray = frame.gray
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
    right = [reading for reading in ours if reading.text == code.text]
    return BendResult(
        seed,
        code.kind,
        code.version,
        round(code.half_bend_deg, 1),
        finders_visible(code),
        code.text in texts_at_truth(code, gray),
        any(reading.text == code.text for reading in plain),
        round(plain_ms, 2),
        None if is_plain else bool(right),
        any(reading.text != code.text for reading in (*plain, *ours)),
        round(ours_ms, 2),
        str(right[0].grid_step or right[0].rung) if right else "",
    )


def measured(
    seeds: Iterable[int],
    is_plain: bool = False,
    results: Path | None = None,
    kinds: frozenset[BendKind] | None = None,
    budget_ms: float = DEFAULT_BUDGET_MS,
) -> Iterator[BendResult]:
    """Results of the seeds in order, from the file where it has them, kept in it otherwise.

    Args:
        seeds: Scenes.
        is_plain: Whether only zxing-cpp reads.
        results: File of JSON lines; made where there is none.
        kinds: Only scenes drawn as one of these; some of them end in the row LIMB.
        budget_ms: Time of our reader for a photo.

    Raises:
        ValueError: A line of the file that is not a result.
    """
    kept = {result.seed: result for result in _kept(results)}
    if results is not None and results.exists() and not results.read_bytes().endswith(b"\n"):
        # A run that was stopped left half a line; that scene is done anew.
        whole = results.read_bytes().rpartition(b"\n")
        results.write_bytes(whole[0] + whole[1])
    names = tuple(BendKind)
    for seed in seeds:
        if kinds is not None and names[seed % len(names)] not in kinds:
            continue
        known = kept.get(seed)
        if known is not None and (is_plain or known.is_read is not None):
            yield known
            continue
        result = measure(seed, is_plain, budget_ms)
        if results is not None:
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(result)) + "\n")
        yield result


def _kept(path: Path | None) -> list[BendResult]:
    if path is None or not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = []
    for number, line in enumerate(lines, start=1):
        try:
            fields = json.loads(line)
            kept.append(BendResult(**{**fields, "kind": BendKind(fields["kind"])}))
        except (ValueError, TypeError, KeyError) as error:
            if number == len(lines):
                break
            raise ValueError(
                f"{path}, line {number}: expected the result of a scene, got {line[:80]!r}; "
                "delete the file to measure anew"
            ) from error
    return kept


def table(results: Sequence[BendResult]) -> str:
    """The results as text: rates with 95 % intervals by row, then times."""
    lines = [
        "simulated bent labels; right of all, 95 % interval",
        f"  {'':44}{'true lattice':>14}{'zxing-cpp alone':>28}{'ours':>28}",
    ]
    for kind in BendKind:
        rows = [result for result in results if result.kind is kind]
        if rows:
            lines.append(_line(kind.value, rows))
        if kind is BendKind.LIMB:
            for count in range(4):
                part = [result for result in rows if result.finders == count]
                if part:
                    lines.append(_line(f"  of these: {count} finders visible", part))
    if results:
        lines.append(_line("all", results))
    asked = [result for result in results if result.is_read is not None]
    times = [("zxing-cpp alone", [result.plain_ms for result in results])]
    times.append(("ours", [result.ours_ms for result in asked]))
    for name, values in times:
        if values:
            median, late = np.percentile(values, [50, 95])
            lines.append(
                f"processor time, {name}: median {median:.1f} ms, p95 {late:.1f} ms, "
                f"most {max(values):.1f} ms"
            )
    wrong = [result.seed for result in results if result.is_wrong]
    missed = [result.seed for result in asked if not result.is_read]
    lines.append(f"wrong texts: {wrong or 'none'}")
    lines.append(f"missed by ours: {missed or 'none'}")
    hard = [result.seed for result in asked if not result.is_read and not result.is_readable]
    lines.append(f"of these not readable at the true lattice: {hard or 'none'}")
    return "\n".join(lines)


def _line(name: str, rows: Sequence[BendResult]) -> str:
    asked = [row for row in rows if row.is_read is not None]
    plain = _rate(sum(row.is_read_plain for row in rows), len(rows))
    ours = _rate(sum(bool(row.is_read) for row in asked), len(asked))
    readable = f"{sum(row.is_readable for row in rows)}/{len(rows)}"
    return f"  {name:44}{readable:>14}{plain:>28}{ours:>28}"


def _rate(hits: int, trials: int) -> str:
    if not trials:
        return "-"
    low, high = wilson_interval(hits, trials)
    share = 100 * hits / trials
    return f"{hits}/{trials} {share:5.1f} % [{100 * low:.0f}, {100 * high:.0f}]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the seeds named on the command line and write the table; 2 on wrong arguments."""
    parser = argparse.ArgumentParser(description="Measure reading on rendered bent labels.")
    parser.add_argument("--count", type=int, default=200, help="number of scenes")
    parser.add_argument(
        "--seed", type=int, default=FIRST_REPORTED_SEED, help="first; below 10000 for tuning"
    )
    parser.add_argument("--plain", action="store_true", help="only zxing-cpp alone")
    parser.add_argument("--json", action="store_true", help="one JSON line per scene, no table")
    parser.add_argument("--results", type=Path, help="keep results here, and go on from them")
    parser.add_argument("--kind", action="append", choices=[kind.name.lower() for kind in BendKind])
    parser.add_argument("--budget-ms", type=float, default=DEFAULT_BUDGET_MS)
    given = parser.parse_args(arguments)
    if not (1 <= given.count <= MAX_COUNT and given.seed >= 0 and given.budget_ms > 0):
        sys.stderr.write(
            f"expected --count 1..{MAX_COUNT}, --seed from 0 and --budget-ms above 0, got "
            f"{given.count}, {given.seed}, {given.budget_ms:g}\n"
        )
        return 2
    kinds = frozenset(BendKind[name.upper()] for name in given.kind) if given.kind else None
    seeds = range(given.seed, given.seed + given.count)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    results = []
    try:
        for result in measured(seeds, given.plain, given.results, kinds, given.budget_ms):
            results.append(result)
            if given.json:
                sys.stdout.write(json.dumps(asdict(result)) + "\n")
                sys.stdout.flush()
            if len(results) % 10 == 0:
                sys.stderr.write(f"seed {result.seed}: {len(results)} scenes\n")
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    finally:
        cv2.setNumThreads(threads)
    if not given.json:
        sys.stdout.write(table(results) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
