"""Measure the fingerprint on real prints: `python -m vision.fingerprint.evaluate --folder FOLDER`.

The folder holds genuine/ and copy/ (see copies_set.py). Constants were chosen on the tuning words
only; the table is of the other words unless `--words` says otherwise. Pairs of photos of one print
are held against pairs of all other prints, those of other words too.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes import read_codes
from vision.codes.evaluate import wilson_interval
from vision.fingerprint.copies_set import TUNING_WORDS, PrintPhoto, find_photos
from vision.fingerprint.displacement import EdgeFingerprint, edge_fingerprint
from vision.fingerprint.matching import hash_distance, score_across_symbols
from vision.fingerprint.probes import Probe, probed
from vision.fingerprint.registration import PrintRefusal, register
from vision.fingerprint.separation import Separation, separation
from vision.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from vision.fingerprint.printed_matrix import PrintedMatrix

    Area = NDArray[np.bool_]

FINDER_ZONE_MODULES = 8
_SMALL_SIDE_MODULES = 7
_BUDGET_MS = 2_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One photo of the set, measured.

    Attributes:
        photo: which one.
        fingerprint: its edges; None where it could not be read or registered.
        module_px: size of a module in the photo.
        register_ms: processor time of the registration.
        features_ms: the same of the fingerprint.
        refusal: why there is none, "" where there is.
    """

    photo: PrintPhoto
    fingerprint: EdgeFingerprint | None
    module_px: float
    register_ms: float
    features_ms: float
    refusal: str


def measure(
    photo: PrintPhoto, gray: NDArray[np.uint8], claimed: PrintedMatrix | None = None
) -> Measured:
    """Read, register and measure one picture of a photo, grey with its border.

    `claimed` is the symbol that the serial's enrolment knows; without it the symbol is rebuilt.
    """
    frame = Frame.of_gray(gray)
    readings = read_codes(frame, limit=1, budget_ms=_BUDGET_MS, clock=time.thread_time)
    if not readings:
        return Measured(photo, None, 0.0, 0.0, 0.0, "not read")
    began = time.thread_time()
    registered = register(frame, readings[0], claimed)
    between = time.thread_time()
    if isinstance(registered, PrintRefusal):
        return Measured(photo, None, 0.0, 1e3 * (between - began), 0.0, registered.value)
    fingerprint = edge_fingerprint(registered)
    times_ms = (1e3 * (between - began), 1e3 * (time.thread_time() - between))
    return Measured(photo, fingerprint, registered.photo_pixels_per_module, *times_ms, "")


def separated(
    probes: Sequence[Measured],
    references: Sequence[Measured],
    score: Callable[[EdgeFingerprint, EdgeFingerprint], float],
) -> Separation:
    """Scores of probes against photos of the same print, and against those of all others.

    A photo is never held against itself, and every pair counts once; a probe that has no
    fingerprint scores 0.
    """
    same: list[float] = []
    other: list[float] = []
    is_symmetric = probes is references
    for place, probe in enumerate(probes):
        for reference in references[place + 1 :] if is_symmetric else references:
            if probe.photo == reference.photo:
                continue
            if probe.fingerprint is None or reference.fingerprint is None:
                value = 0.0
            else:
                value = score(probe.fingerprint, reference.fingerprint)
            one, two = probe.photo, reference.photo
            is_same = (one.word, one.print_number) == (two.word, two.print_number)
            (same if is_same else other).append(value)
    return separation(same, other)


def same_item(one: EdgeFingerprint, other: EdgeFingerprint) -> float:
    """The fused score of two fingerprints."""
    return score_across_symbols(one, other).same_item


def areas(side: int) -> dict[str, tuple[Area, ...]]:
    """Parts of a symbol of `side` modules by which it may have to be known."""

    def box(top: int, left: int, height: int, width: int) -> Area:
        area = np.zeros((side, side), np.bool_)
        area[top : top + height, left : left + width] = True
        return area

    zone, half, small = FINDER_ZONE_MODULES, side // 2, _SMALL_SIDE_MODULES
    far = side - zone
    finders = tuple(box(top, left, zone, zone) for top, left in ((0, 0), (0, far), (far, 0)))
    halves = ((0, 0), (0, side - half), (side - half, 0), (side - half, side - half))
    middle = (side - small) // 2
    beside = ((1, middle), (middle, 1), (side - small, middle), (middle, side - small))
    return {
        "one quadrant": tuple(box(top, left, half, half) for top, left in halves),
        "three finders": (np.logical_or.reduce(finders),),
        "one finder": finders,
        "7 x 7 data modules": tuple(box(top, left, small, small) for top, left in beside),
    }


@dataclass(frozen=True, slots=True)
class SourceReport:
    """Which genuine print the copies of each word point to.

    Attributes:
        named: copies that point to the print that most copies of their word point to.
        copies: copies in all.
        lowest_same: lowest score of two photos of one genuine print.
        highest_copy: highest score of a copy against any genuine print.
    """

    named: int
    copies: int
    lowest_same: float
    highest_copy: float


def source_report(genuine: Sequence[Measured], copies: Sequence[Measured]) -> SourceReport:
    """Match every copy with the genuine prints of its word; the true source is inferred."""
    named = counted = 0
    highest = -1.0
    for word in sorted({copy.photo.word for copy in copies}):
        found: Counter[int] = Counter()
        references = [one for one in genuine if one.photo.word == word and one.fingerprint]
        for copy in copies:
            if copy.photo.word != word or not references:
                continue
            counted += 1
            if copy.fingerprint is None:
                continue
            scored: dict[int, list[float]] = {}
            for reference in references:
                if reference.fingerprint is not None:
                    value = same_item(copy.fingerprint, reference.fingerprint)
                    scored.setdefault(reference.photo.print_number, []).append(value)
            highest = max(highest, *(max(values) for values in scored.values()))
            found[max(scored, key=lambda number: float(np.mean(scored[number])))] += 1
        named += max(found.values(), default=0)
    same = [
        same_item(one.fingerprint, two.fingerprint)
        for one, two in combinations(genuine, 2)
        if one.fingerprint
        and two.fingerprint
        and (one.photo.word, one.photo.print_number) == (two.photo.word, two.photo.print_number)
    ]
    return SourceReport(named, counted, min(same, default=0.0), highest)


def report(photos: Sequence[PrintPhoto], probes: Iterable[Probe]) -> Iterable[str]:
    """Lines of the table for these photos."""
    measured = [measure(photo, photo.gray()) for photo in photos]
    genuine = [one for one in measured if one.photo.is_genuine]
    copies = [one for one in measured if not one.photo.is_genuine]
    lost = [f"{one.photo.path.name}: {one.refusal}" for one in measured if one.refusal]
    yield f"{len(genuine)} genuine photos, {len(copies)} copies; lost: {lost or 'none'}"
    times = np.array([(one.register_ms, one.features_ms) for one in measured])
    middle, late = np.percentile(times, (50, 95), axis=0)
    yield (
        f"processor time: registration median {middle[0]:.0f} ms, p95 {late[0]:.0f} ms; features "
        f"median {middle[1]:.0f} ms, p95 {late[1]:.0f} ms"
    )
    yield f"{'same print against all others':34}{'found at FPR 1e-3':30}{'gap':>7}{'d prime':>9}"
    whole = {
        "plain": lambda one, two: score_across_symbols(one, two).plain,
        "line-free": lambda one, two: score_across_symbols(one, two).line_free,
        "whole symbol": same_item,
    }
    for name, score in whole.items():
        yield _line(name, separated(genuine, genuine, score))
    yield _line(
        "2,048-bit hash (1 - distance)",
        separated(genuine, genuine, lambda one, two: 1 - hash_distance(*_hashes(one, two))),
    )
    sides = {one.fingerprint.matrix.size_modules for one in genuine if one.fingerprint}
    for side in sorted(sides):
        for name, parts in areas(side).items():
            for number, part in enumerate(parts):
                yield _line(
                    name if len(parts) == 1 else f"{name}, place {number + 1}",
                    separated(genuine, genuine, _within(part)),
                )
    for probe in probes:
        worse = [
            _measured_under(probe, one.photo, one.module_px, one.fingerprint.matrix)
            for one in genuine
            if one.fingerprint is not None
        ]
        lost_count = sum(one.fingerprint is None for one in worse)
        line = _line(probe.value, separated(worse, genuine, same_item))
        yield f"{line}  ({lost_count} not read)" if lost_count else line
    sources = source_report(genuine, copies)
    low, high = wilson_interval(sources.named, sources.copies)
    yield (
        f"copies that name their source: {sources.named} of {sources.copies} "
        f"[{low:.3f}, {high:.3f}]; lowest score of one print {sources.lowest_same:.3f}, highest of "
        f"a copy against any print {sources.highest_copy:.3f}"
    )


def _hashes(
    one: EdgeFingerprint, other: EdgeFingerprint
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    return one.hashed(), other.hashed()


def _measured_under(
    probe: Probe, photo: PrintPhoto, module_px: float, matrix: PrintedMatrix
) -> Measured:
    """A photo made worse and measured anew, from reading on, as a check of a known serial."""
    return measure(photo, probed(photo.gray(), probe, module_px, matrix.size_modules), matrix)


def _within(area: Area) -> Callable[[EdgeFingerprint, EdgeFingerprint], float]:
    return lambda one, two: same_item(one.within(area), two.within(area))


def _line(name: str, found: Separation) -> str:
    low, high = found.interval
    rate = f"{found.found} of {found.same} = {found.rate:.3f} [{low:.3f}, {high:.3f}]"
    return f"  {name:32}{rate:36}{found.gap:7.3f}{found.d_prime:7.1f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the set in a folder and write the table; 1 where the folder holds no photos."""
    parser = argparse.ArgumentParser(description="Measure the print fingerprint on real prints.")
    parser.add_argument("--folder", type=Path, required=True, help="holds genuine/ and copy/")
    parser.add_argument("--words", choices=("reported", "tuning", "all"), default="reported")
    parser.add_argument("--no-probes", action="store_true", help="leave the worsened photos out")
    given = parser.parse_args(arguments)
    photos = [
        photo
        for photo in find_photos(given.folder)
        if given.words == "all" or photo.is_for_tuning == (given.words == "tuning")
    ]
    if not photos:
        sys.stderr.write(f"expected photos in genuine/ and copy/ of {given.folder}, found none\n")
        return 1
    words = ", ".join(sorted({photo.word for photo in photos}))
    sys.stdout.write(f"words: {words} (tuned on: {', '.join(sorted(TUNING_WORDS))})\n")
    probes = () if given.no_probes else tuple(Probe)[1:]
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        for line in report(photos, probes):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    finally:
        cv2.setNumThreads(threads)
    return 0


if __name__ == "__main__":
    sys.exit(main())
