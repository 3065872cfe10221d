"""Copy detection without reference, on real prints.

`python -m vision.fingerprint.evaluate_copies --folder FOLDER`: the model is fitted on the tuning
words (copies_set.py) and measured on the others, as they are and under the probes.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes import read_codes
from vision.codes.evaluate import wilson_interval
from vision.fingerprint.copies_set import TUNING_WORDS, PrintPhoto, find_photos
from vision.fingerprint.copy_model import CopyModel, area_under_curve, fit_copy_model
from vision.fingerprint.copy_statistics import copy_statistics
from vision.fingerprint.probes import Probe, probed
from vision.fingerprint.registration import PrintRefusal, RegisteredPrint, register
from vision.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EVEN_ODDS = 0.5
_BUDGET_MS = 2_000.0
_Z_95 = 1.959964


@dataclass(frozen=True, slots=True, eq=False)
class CopySample:
    """One photo with its statistics.

    Attributes:
        photo: which one.
        statistics: float64 (4,); None where the photo could not be registered.
    """

    photo: PrintPhoto
    statistics: Floats | None


@dataclass(frozen=True, slots=True)
class CopyReport:
    """How well a model parts genuine prints from copies.

    Attributes:
        genuine: number of genuine photos judged.
        copies: number of copies judged.
        lost: photos that could not be judged.
        area: area under the curve; 0.5 = chance.
        genuine_called_copy: genuine photos at even odds or above.
        copies_called_genuine: copies below even odds.
    """

    genuine: int
    copies: int
    lost: int
    area: float
    genuine_called_copy: int
    copies_called_genuine: int

    @property
    def area_interval(self) -> tuple[float, float]:
        """95 % interval of the area (Hanley and McNeil 1982), by the rule of three where it is 1.

        Photos of one print count as if they were independent, so it is optimistic.
        """
        if self.area == 1.0:
            return 1 - 3 / max(min(self.genuine, self.copies), 3), 1.0
        area, n, m = self.area, self.copies, self.genuine
        first, second = area / (2 - area), 2 * area**2 / (1 + area)
        variance = area * (1 - area) + (n - 1) * (first - area**2) + (m - 1) * (second - area**2)
        half = _Z_95 * sqrt(variance / (n * m))
        return max(area - half, 0.0), min(area + half, 1.0)


def registered_photo(photo: PrintPhoto) -> RegisteredPrint | None:
    """Read and register a photo as it is."""
    found = _registered(photo.gray())
    return found if isinstance(found, RegisteredPrint) else None


def sampled(photo: PrintPhoto, probe: Probe = Probe.AS_IT_IS) -> CopySample:
    """Statistics of a photo under a probe; the symbol is taken from the photo as it is."""
    registered = registered_photo(photo)
    if registered is not None and probe is not Probe.AS_IT_IS:
        matrix = registered.matrix
        module_px = registered.photo_pixels_per_module
        worse = probed(photo.gray(), probe, module_px, matrix.size_modules)
        frame = Frame.of_gray(worse)
        readings = read_codes(frame, limit=1, budget_ms=_BUDGET_MS, clock=time.thread_time)
        again = register(frame, readings[0], matrix) if readings else PrintRefusal.UNCLEAR
        registered = again if isinstance(again, RegisteredPrint) else None
    statistics = copy_statistics(registered) if registered is not None else None
    return CopySample(photo, None if statistics is None else statistics.vector())


def _registered(gray: NDArray[np.uint8]) -> RegisteredPrint | PrintRefusal:
    frame = Frame.of_gray(gray)
    readings = read_codes(frame, limit=1, budget_ms=_BUDGET_MS, clock=time.thread_time)
    return register(frame, readings[0]) if readings else PrintRefusal.UNCLEAR


def _stacked(samples: Sequence[CopySample], *, genuine: bool) -> Floats:
    rows = [
        sample.statistics
        for sample in samples
        if sample.statistics is not None and sample.photo.is_genuine == genuine
    ]
    return np.array(rows, dtype=np.float64)


def fitted_on(samples: Sequence[CopySample]) -> CopyModel:
    """The model of these samples.

    Raises:
        ValueError: there are no genuine prints or no copies among them.
    """
    genuine, copies = _stacked(samples, genuine=True), _stacked(samples, genuine=False)
    if not genuine.size or not copies.size:
        raise ValueError("expected genuine prints and copies to fit on, one is missing")
    is_copy = np.arange(len(genuine) + len(copies)) >= len(genuine)
    return fit_copy_model(np.concatenate((genuine, copies)), is_copy)


def judged(model: CopyModel, samples: Sequence[CopySample]) -> CopyReport:
    """Hold a model against samples that it was not fitted on.

    Raises:
        ValueError: there are no genuine prints or no copies among them.
    """
    genuine, copies = _stacked(samples, genuine=True), _stacked(samples, genuine=False)
    if not genuine.size or not copies.size:
        raise ValueError("expected genuine prints and copies to judge, one is missing")
    return CopyReport(
        genuine=len(genuine),
        copies=len(copies),
        lost=len(samples) - len(genuine) - len(copies),
        area=area_under_curve(model.logit(genuine), model.logit(copies)),
        genuine_called_copy=int((model.probability(genuine) >= EVEN_ODDS).sum()),
        copies_called_genuine=int((model.probability(copies) < EVEN_ODDS).sum()),
    )


def _line(name: str, report: CopyReport) -> str:
    low, high = report.area_interval
    errors = report.genuine_called_copy + report.copies_called_genuine
    least, most = wilson_interval(errors, report.genuine + report.copies)
    return (
        f"  {name:34} AUC {report.area:.4f} [{low:.3f}, {high:.3f}]  genuine called copy "
        f"{report.genuine_called_copy} of {report.genuine}, copies called genuine "
        f"{report.copies_called_genuine} of {report.copies}  errors [{least:.3f}, {most:.3f}]"
        f"{f'  ({report.lost} lost)' if report.lost else ''}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and measure on the set in a folder; 1 where one half of it is missing."""
    parser = argparse.ArgumentParser(description="Copy detection without reference.")
    parser.add_argument("--folder", type=Path, required=True, help="holds genuine/ and copy/")
    parser.add_argument("--no-probes", action="store_true", help="leave the worsened photos out")
    given = parser.parse_args(arguments)
    photos = find_photos(given.folder)
    tuning = [photo for photo in photos if photo.is_for_tuning]
    reported = [photo for photo in photos if not photo.is_for_tuning]
    probes = (Probe.AS_IT_IS,) if given.no_probes else tuple(Probe)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        model = fitted_on([sampled(photo) for photo in tuning])
        sys.stdout.write(f"fitted on: {', '.join(sorted(TUNING_WORDS))}\n")
        for probe in probes:
            report = judged(model, [sampled(photo, probe) for photo in reported])
            sys.stdout.write(_line(probe.value, report) + "\n")
            sys.stdout.flush()
    except ValueError as error:
        sys.stderr.write(f"{error}, in {given.folder}\n")
        return 1
    finally:
        cv2.setNumThreads(threads)
    return 0


if __name__ == "__main__":
    sys.exit(main())
