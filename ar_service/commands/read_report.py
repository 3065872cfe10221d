"""Results of `dianjin read` as a table, and the files that an earlier run has already read."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

COLUMNS = (
    "file",
    "text",
    "symbology",
    *(f"{axis}{corner}_px" for corner in range(1, 5) for axis in "xy"),
    "rung",
    "confidence",
    "at_s",
    "frames",
    "ms",
    "error",
)
MOST_RESUME_BYTES = 2 * 1024**3
"""A file of JSON lines that is larger than this was not written by one run."""


class ReportError(Exception):
    """A file of results can't be read or written; the message says which and why."""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code of one file, in numbers for people.

    `corners_px`: clockwise from the symbol's own top-left; `rung`: what read it first, with the
    step of the grid reader behind a colon; `at_s` and `frames`: when it was first read in a video
    and in how many frames, None for pictures.
    """

    text: str
    symbology: str
    corners_px: tuple[tuple[float, float], ...]
    rung: str
    confidence: float
    at_s: float | None = None
    frames: int | None = None

    def document(self) -> dict[str, object]:
        """The code as JSON."""
        shown: dict[str, object] = {
            "text": self.text,
            "symbology": self.symbology,
            "corners_px": [list(corner) for corner in self.corners_px],
            "rung": self.rung,
            "confidence": self.confidence,
        }
        if self.at_s is not None:
            shown |= {"at_s": self.at_s, "frames": self.frames}
        return shown


class CsvReport:
    """A table with one row per code, and one for each file without any; written as it goes."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._rows = csv.writer(file, lineterminator="\n")

    @classmethod
    def open(cls, path: Path, is_resumed: bool) -> "CsvReport":
        """Begin a table, or go on with the one of the run that is resumed.

        Raises:
            ReportError: the file can't be written.
        """
        try:
            goes_on = is_resumed and path.exists() and path.stat().st_size > 0
            file = path.open("a" if goes_on else "w", encoding="utf-8", newline="")
        except OSError as error:
            raise ReportError(f"{path}: {error.strerror or 'can not be written'}") from error
        report = cls(file)
        if not goes_on:
            report._rows.writerow(COLUMNS)
            file.flush()
        return report

    def write(self, file: str, codes: Sequence[CodeRow], ms: float, error: str) -> None:
        """Add the rows of one file."""
        blank = [""] * (len(COLUMNS) - 3)
        for code in codes:
            numbers = [value for corner in code.corners_px for value in corner]
            when = ["" if value is None else value for value in (code.at_s, code.frames)]
            row = [code.text, code.symbology, *numbers, code.rung, code.confidence, *when]
            self._rows.writerow([file, *row, ms, error])
        if not codes:
            self._rows.writerow([file, *blank, ms, error])
        self._file.flush()

    def close(self) -> None:
        """End the table."""
        self._file.close()


def files_read_before(path: Path) -> frozenset[str]:
    """The files that JSON lines of an earlier run tell the codes of; failed ones are tried again.

    Lines that are cut off or no JSON of ours are passed over: the run before may have been
    stopped in the middle of one. A file that is not there yet is an empty run.

    Raises:
        ReportError: the file can't be read or is far too large.
    """
    found: set[str] = set()
    try:
        if path.exists() and path.stat().st_size > MOST_RESUME_BYTES:
            raise ReportError(f"{path}: larger than {MOST_RESUME_BYTES} bytes; want JSON lines")
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                name = _file_of(line)
                if name is not None:
                    found.add(name)
    except FileNotFoundError:
        return frozenset()
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror or 'can not be read'}") from error
    return frozenset(found)


def _file_of(line: str) -> str | None:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or "codes" not in document or "error" in document:
        return None
    name = document.get("file")
    return name if isinstance(name, str) else None
