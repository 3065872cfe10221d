"""Variable data for printers: one CSV row per label (RFC 4180)."""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import TextIO

from generative_codes.errors import SheetError

# A spreadsheet takes a cell that begins so for a formula; full-width forms are taken too.
_FORMULA_STARTS = frozenset("=+-@\t\r\n|%")


@dataclass(frozen=True, slots=True)
class VdpRow:
    """What a variable data printer needs for one label.

    A cell that a spreadsheet would run as a formula is refused, not quoted: a quoted cell would
    be printed with its quote.

    Raises:
        SheetError: If a cell could be run as a formula, or holds control characters.
    """

    serial: str
    payload: str
    label_number: str

    def __post_init__(self) -> None:
        for field in fields(self):
            _require_plain(field.name, getattr(self, field.name))


@dataclass(frozen=True, slots=True)
class VdpCodeRow(VdpRow):
    """A label whose picture exists already, and where it is.

    Attributes:
        version: Symbol version.
        mask: Mask of the symbol.
        file: File that holds the code or its sheet; "" where there is none.
        page: Page of the order, from 1.
        place: Place on the page, row by row, from 1.
    """

    version: str = ""
    mask: str = ""
    file: str = ""
    page: str = ""
    place: str = ""


def _require_plain(column: str, cell: str) -> None:
    if cell.isascii() and cell[:1].isalnum() and cell.isprintable():
        return
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in cell):
        raise SheetError(f"The {column} holds a control character or line break; remove it.")
    start = unicodedata.normalize("NFKC", cell).lstrip()[:1]
    if start in _FORMULA_STARTS:
        raise SheetError(
            f"The {column} begins with {start!r}, which spreadsheets run as a formula; "
            "begin it with a letter or a digit."
        )


def write_vdp_csv(
    rows: Iterable[VdpRow], stream: TextIO, kind: type[VdpRow] = VdpRow, *, has_header: bool = True
) -> int:
    """Write a header and all rows; returns the number of rows.

    Open files with `newline=""` and UTF-8.

    Args:
        rows: All of the same kind.
        stream: Where they go.
        kind: Names the columns.
        has_header: False goes on with a file that has one.
    """
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if has_header:
        writer.writerow(field.name for field in fields(kind))
    count = 0
    for row in rows:
        writer.writerow(astuple(row))
        count += 1
    return count
