"""Measures reading on public photo suites: ``python -m vision.codes.evaluate FOLDER``.

Counts pictures, every distinct picture (by its decoded pixels) once. Right: one of the codes read
says what is expected. Wrong: codes were read, none says it. Missed: nothing was read. ``--plain``
reads with the decoder alone, ``--false-reads`` looks for QR Codes, Data Matrix symbols and Micro
QR Codes where there are none.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from vision.codes.decoder import decode_view
from vision.codes.ladder import ALL_SYMBOLOGIES, DEFAULT_BUDGET_MS, read_codes
from vision.codes.suites import (
    Case,
    find_cases,
    find_pictures_without,
    find_pictures_without_qr,
)
from vision.codes.symbology import Symbology
from vision.codes.views import native_view
from vision.frame import Frame, decode_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vision.codes.code_reading import CodeReading

    Reader = Callable[[Frame], Sequence[CodeReading]]

_PROGRESS_EVERY = 100

QR_FAMILIES = frozenset({"qrcode", "microqrcode", "rmqrcode"})
QR_KINDS = frozenset({Symbology.QR_CODE, Symbology.MICRO_QR_CODE, Symbology.RMQR_CODE})
# 97.5 % quantile of the normal distribution: two-sided 95 % interval.
_Z_95 = 1.959964


class Outcome(StrEnum):
    """What became of one picture."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    FALSE_READ = "false_read"
    NO_READ = "no_read"
    UNJUDGED_READ = "unjudged_read"
    UNJUDGED_MISS = "unjudged_miss"


@dataclass(frozen=True, slots=True)
class PictureResult:
    """One distinct picture: every suite that holds it, its outcome and what was read.

    `others`: texts read beside the expected one, to be looked at: photos hold more codes than one.
    """

    cases: tuple[Case, ...]
    outcome: Outcome
    texts: tuple[str, ...]
    others: tuple[str, ...]
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Results of all distinct pictures of a folder."""

    results: tuple[PictureResult, ...] = field(repr=False)

    def count(self, outcome: Outcome, families: Iterable[str] | None = None) -> int:
        """Return the number of distinct pictures with the outcome (in the families)."""
        return sum(
            result.outcome is outcome
            for result in self.results
            if families is None or result.cases[0].family in families
        )

    def judged(self, families: Iterable[str] | None = None) -> int:
        """Return the number of distinct pictures for which a text is expected."""
        return sum(
            self.count(outcome, families)
            for outcome in (Outcome.RIGHT, Outcome.WRONG, Outcome.MISSED)
        )

    def of(self, outcome: Outcome) -> list[PictureResult]:
        """Return the pictures with the outcome."""
        return [result for result in self.results if result.outcome is outcome]


def plain_reader(frame: Frame) -> list[CodeReading]:
    """Read with the decoder alone: one look, every answer believed. The peer to compare with."""
    return decode_view(native_view(frame.gray), ALL_SYMBOLOGIES)


def evaluate(root: Path, reader: Reader = read_codes) -> EvaluationReport:
    """Return what `reader` makes of every distinct picture of the suites under `root`."""
    cases_by_pixels: dict[bytes, list[Case]] = {}
    for case in find_cases(root):
        pixels = decode_frame(case.path.read_bytes()).bgr
        digest = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
        cases_by_pixels.setdefault(digest, []).append(case)
    return EvaluationReport(
        tuple(_judge(tuple(cases), reader) for cases in cases_by_pixels.values())
    )


@dataclass(frozen=True, slots=True)
class FalseRead:
    """Codes that were read in a picture that holds none of their kind."""

    path: Path
    texts: tuple[str, ...]
    rungs: tuple[str, ...]


def false_reads(root: Path, budget_ms: float = DEFAULT_BUDGET_MS) -> tuple[int, list[FalseRead]]:
    """Return how many pictures under `root` hold no QR Code of any kind, and the reads in them."""
    return _reads_in(find_pictures_without_qr(root), QR_KINDS, budget_ms)


def false_matrix_reads(
    root: Path, symbology: Symbology, budget_ms: float = DEFAULT_BUDGET_MS
) -> tuple[int, list[FalseRead]]:
    """Return how many pictures under `root` hold no Data Matrix (Micro QR), and the reads in them.

    Raises:
        ValueError: Neither Data Matrix nor Micro QR Code.
    """
    paths = find_pictures_without(root, symbology)
    return _reads_in(paths, frozenset({symbology}), budget_ms)


def _reads_in(
    paths: Sequence[Path], kinds: frozenset[Symbology], budget_ms: float
) -> tuple[int, list[FalseRead]]:
    found: list[FalseRead] = []
    for number, path in enumerate(paths, start=1):
        frame = decode_frame(path.read_bytes())
        readings = read_codes(frame, kinds, budget_ms=budget_ms, clock=time.thread_time)
        if number % _PROGRESS_EVERY == 0:
            sys.stderr.write(f"{number} of {len(paths)} pictures, {len(found)} false reads\n")
        if readings:
            rungs = tuple(reading.rung.value for reading in readings)
            found.append(FalseRead(path, tuple(reading.text for reading in readings), rungs))
    return len(paths), found


def _judge(cases: tuple[Case, ...], reader: Reader) -> PictureResult:
    frame = decode_frame(cases[0].path.read_bytes())
    started = time.perf_counter()
    readings = reader(frame)
    elapsed_ms = 1000.0 * (time.perf_counter() - started)
    texts = tuple(reading.text for reading in readings)
    outcome = _outcome(cases, readings)
    others = tuple(
        reading.text
        for reading in readings
        if outcome is Outcome.RIGHT and not any(case.is_met_by(reading) for case in cases)
    )
    return PictureResult(cases, outcome, texts, others, elapsed_ms)


def _outcome(cases: tuple[Case, ...], readings: Sequence[CodeReading]) -> Outcome:
    if not all(case.has_code for case in cases):
        return Outcome.FALSE_READ if readings else Outcome.NO_READ
    judged = [case for case in cases if case.expected is not None]
    if not judged:
        return Outcome.UNJUDGED_READ if readings else Outcome.UNJUDGED_MISS
    if any(case.is_met_by(reading) for case in judged for reading in readings):
        return Outcome.RIGHT
    return Outcome.WRONG if readings else Outcome.MISSED


def wilson_interval(hits: int, trials: int) -> tuple[float, float]:
    """Return the 95 % interval of a rate (Wilson 1927); (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    rate, z2 = hits / trials, _Z_95**2
    centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
    half = _Z_95 * sqrt(rate * (1 - rate) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    return max(0.0, centre - half), min(1.0, centre + half)


def table(report: EvaluationReport) -> str:
    """Return the report as text: one line per suite and per family, then what went wrong."""
    lines = ["by suite (a picture that several suites hold counts in each)"]
    by_suite: dict[str, Counter[Outcome]] = {}
    by_family: dict[str, Counter[Outcome]] = {}
    for result in report.results:
        by_family.setdefault(result.cases[0].family, Counter())[result.outcome] += 1
        for case in result.cases:
            by_suite.setdefault(case.suite, Counter())[result.outcome] += 1
    lines += [_line(suite, outcomes) for suite, outcomes in sorted(by_suite.items())]
    lines.append("by family (distinct pictures)")
    lines += [_line(family, outcomes) for family, outcomes in sorted(by_family.items())]
    qr = Counter({outcome: report.count(outcome, QR_FAMILIES) for outcome in Outcome})
    lines += [_line("all QR kinds", qr)]
    lines += [_line("all", Counter(result.outcome for result in report.results))]
    total_ms = sum(result.elapsed_ms for result in report.results)
    lines.append(
        f"reading time {total_ms / 1000:.1f} s, {total_ms / len(report.results):.1f} ms mean"
    )
    for result in report.results:
        if result.others:
            case = result.cases[0]
            lines.append(f"beside: {case.suite}/{case.path.name} also {result.others!r}")
    for outcome in (Outcome.WRONG, Outcome.FALSE_READ):
        for result in report.of(outcome):
            case = result.cases[0]
            lines.append(
                f"{outcome}: {case.suite}/{case.path.name} expected {case.expected!r}, "
                f"got {result.texts!r}"
            )
    return "\n".join(lines)


def _line(name: str, outcomes: Counter[Outcome]) -> str:
    right = outcomes[Outcome.RIGHT]
    judged = right + outcomes[Outcome.WRONG] + outcomes[Outcome.MISSED]
    low, high = wilson_interval(right, judged)
    rest = {
        outcome.value: count
        for outcome, count in outcomes.items()
        if outcome is not Outcome.RIGHT and count
    }
    return f"  {name:34} right {right:4} of {judged:4}  [{low:.3f}, {high:.3f}]  {rest or ''}"


def _tell_false_reads(folder: Path, budget_ms: float) -> int:
    """Write what each kind's search found, as soon as it is known; 1 if anything, or no picture."""
    kinds = {
        "QR Code": None,
        "Data Matrix symbol": Symbology.DATA_MATRIX,
        "Micro QR Code": Symbology.MICRO_QR_CODE,
    }
    has_failed = False
    for name, kind in kinds.items():
        if kind is None:
            count, wrong = false_reads(folder, budget_ms)
        else:
            count, wrong = false_matrix_reads(folder, kind, budget_ms)
        for read in wrong:
            sys.stdout.write(f"false read: {read.path} {read.texts!r} by {read.rungs}\n")
        sys.stdout.write(f"{len(wrong)} false reads in {count} pictures without a {name}\n")
        sys.stdout.flush()
        has_failed |= bool(wrong) or not count
    return int(has_failed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate the folder named on the command line and write the table; 1 if there is none."""
    parser = argparse.ArgumentParser(description="Measure code reading on public photo suites.")
    parser.add_argument("folder", type=Path, help="holds <project>/<suite>/<picture>")
    parser.add_argument("--plain", action="store_true", help="the decoder alone, for comparison")
    parser.add_argument(
        "--false-reads", action="store_true", help="look for codes in the suites without any"
    )
    parser.add_argument(
        "--budget-ms",
        type=float,
        default=DEFAULT_BUDGET_MS,
        help="processor time for each picture",
    )
    parsed = parser.parse_args(arguments)
    if parsed.false_reads:
        return _tell_false_reads(parsed.folder, parsed.budget_ms)

    def ours(frame: Frame) -> Sequence[CodeReading]:
        return read_codes(frame, budget_ms=parsed.budget_ms, clock=time.thread_time)

    report = evaluate(parsed.folder, plain_reader if parsed.plain else ours)
    if not report.results:
        sys.stderr.write(f"expected pictures in {parsed.folder}, found none\n")
        return 1
    sys.stdout.write(table(report) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
